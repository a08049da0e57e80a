package main

import (
	"fmt"
	"io"
	"net"
	"sync/atomic"
)

// copies: what comes from one connection and goes on to another, as a proxy does it.
func copies() {
	check("copy: from one connection to another", func(t *T) {
		relays(t, "tcp", "tcp")
		relays(t, "unix", "tcp")
		relays(t, "tcp", "unix")
		relays(t, "unixpacket", "tcp")
	})
	check("copy: from what is no socket", func(t *T) {
		first, second := net.Pipe()
		dialled, accepted := bothEnds("tcp", "pipe")
		copying := startCopy(dialled, second)
		write(first, "a")
		write(first, "b")
		first.Close()
		copying.wait()
		dialled.Close()
		n, _ := accepted.Read(make([]byte, 9))
		t.logf("%d %s", copying.n, map[bool]string{true: "came", false: "nothing"}[n > 0])
		accepted.Close()
	})
}

func relays(t *T, from, to string) {
	t.logf("%s to %s: %s, %s", from, to, relay(from, to, 1, 128), relay(from, to, 256, 4096))
	t.logf("nothing: %s", relay(from, to, 0, 1))
}

// relay writes count times so many bytes to the one, has them copied to the other, and tells how many arrive.
func relay(from, to string, count, size int) string {
	source, up := bothEnds(from, "up")
	down, end := bothEnds(to, "down")
	copying := startCopy(down, up)
	arriving := startDrain(end)
	data := make([]byte, size)
	for range count {
		source.Write(data)
	}
	source.Close()
	copying.wait()
	down.Close()
	arriving.wait()
	up.Close()
	end.Close()
	return fmt.Sprintf("%d %s %d", copying.n, describe(copying.err, nil), arriving.n)
}

var endsMade atomic.Int32

func bothEnds(network, name string) (dialled, accepted net.Conn) {
	place := "127.0.0.1:0"
	if network != "tcp" {
		place = inFolder(fmt.Sprintf("copy-%s%d", name, endsMade.Add(1)))
	}
	ln := must(net.Listen(network, place))
	defer ln.Close()
	dialled = must(net.Dial(network, ln.Addr().String()))
	return dialled, must(ln.Accept())
}

func startCopy(to, from net.Conn) *op {
	return start(func(o *op) {
		n, err := io.Copy(to, from)
		o.n, o.err = int(n), err
	})
}
