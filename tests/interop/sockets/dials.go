package main

import (
	"context"
	"math"
	"net"
	"strings"
	"syscall"
	"time"
)

// deadAddress is an address of this machine that nobody listens on, and that no system gives to who asks for a free port.
func deadAddress() string { return "127.0.0.1:1" }

func dialErr(conn net.Conn, err error) error {
	if err == nil {
		conn.Close()
	}
	return err
}

func dials() {
	check("dial: refused", func(t *T) {
		address := deadAddress()
		t.named("dial", dialErr(net.Dial("tcp", address)), address)
		t.named("dial tcp4", dialErr(net.Dial("tcp4", address)), address)
		_, err := net.DialTCP("tcp", nil, must(net.ResolveTCPAddr("tcp", address)))
		t.named("dialTCP", err, address)
		t.named("dialTimeout", dialErr(net.DialTimeout("tcp", address, 10*time.Second)), address)
	})
	check("dial: by a name", func(t *T) {
		ln := local()
		_, port, _ := net.SplitHostPort(ln.Addr().String())
		conn, err := net.Dial("tcp", "localhost:"+port)
		t.failed("dial", err, nil)
		t.ok("to IPv4", conn.RemoteAddr().String() == ln.Addr().String())
		t.log(conn.RemoteAddr().Network())
		conn.Close()
		ln.Close()
	})
	check("dial: no time at all", func(t *T) {
		ln := local()
		address := ln.Addr().String()
		t.named("negative", dialErr(net.DialTimeout("tcp", address, -1)), address)
		t.named("a nanosecond", dialErr(net.DialTimeout("tcp", address, 1)), address)
		dialer := net.Dialer{Deadline: time.Now().Add(-time.Second)}
		t.named("deadline", dialErr(dialer.Dial("tcp", address)), address)
		ctx, cancel := context.WithTimeout(context.Background(), -time.Second)
		defer cancel()
		t.named("context", dialErr(new(net.Dialer).DialContext(ctx, "tcp", address)), address)
		ln.Close()
	})
	check("dial: all the time of the world", func(t *T) {
		ln := local()
		address := ln.Addr().String()
		t.named("dialTimeout", dialErr(net.DialTimeout("tcp", address, math.MaxInt64)), address)
		ctx, cancel := context.WithTimeout(context.Background(), math.MaxInt64)
		t.failed("context", ctx.Err(), nil)
		cancel()
		ln.Close()
	})
	check("dial: cancelled before", func(t *T) {
		ln := local()
		address := ln.Addr().String()
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		t.named("dial", dialErr(new(net.Dialer).DialContext(ctx, "tcp", address)), address)
		ln.Close()
	})
	check("dial: the connection outlives its context", func(t *T) {
		ln := local()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		dialer := net.Dialer{Timeout: 5 * time.Second}
		conn := must(dialer.DialContext(ctx, "tcp", ln.Addr().String()))
		peer := must(ln.Accept())
		cancel()
		settle()
		t.ok("works", exchange(conn, peer))
		conn.Close()
		peer.Close()
		ln.Close()
	})
	check("dial: from a local address", func(t *T) {
		ln := local()
		address := ln.Addr().String()
		dialer := net.Dialer{LocalAddr: must(net.ResolveTCPAddr("tcp", "127.0.0.2:0"))}
		conn := must(dialer.Dial("tcp", address))
		t.ok("local", strings.HasPrefix(conn.LocalAddr().String(), "127.0.0.2:"))
		peer := must(ln.Accept())
		t.ok("the peer sees it", peer.RemoteAddr().String() == conn.LocalAddr().String())
		conn.Close()
		peer.Close()
		ln.Close()
		t.named("refused", dialErr(dialer.Dial("tcp", deadAddress())), deadAddress())
		dialer.LocalAddr = must(net.ResolveTCPAddr("tcp", "192.0.2.1:0"))
		t.named("not of this machine", dialErr(dialer.Dial("tcp", address)), address)
		dialer.LocalAddr = must(net.ResolveTCPAddr("tcp", "[::1]:0"))
		t.named("of the other family", dialErr(dialer.Dial("tcp", address)), address)
	})
	check("dial: a port that is in use", func(t *T) {
		ln := local()
		address := ln.Addr().String()
		_, err := net.Listen("tcp", address)
		t.named("listen", err, address)
		_, err = net.Listen("tcp4", address)
		t.named("listen tcp4", err, address)
		ln.Close()
		again, err := net.Listen("tcp", address)
		t.named("listen after close", err, address)
		again.Close()
	})
	check("dial: port 0", func(t *T) {
		t.failed("dial", dialErr(net.Dial("tcp", "127.0.0.1:0")), nil)
	})
	slowDials()
}

type full struct {
	address string
	fd      int
	conns   []net.Conn
}

func newFull() *full {
	fd := must(syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0))
	syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	syscall.Listen(fd, 0)
	name := must(syscall.Getsockname(fd)).(*syscall.SockaddrInet4)
	f := &full{address: (&net.TCPAddr{IP: name.Addr[:], Port: name.Port}).String(), fd: fd}
	for {
		conn, err := net.DialTimeout("tcp", f.address, soon)
		if err != nil {
			return f
		}
		f.conns = append(f.conns, conn)
	}
}

func (f *full) close() {
	for _, conn := range f.conns {
		conn.Close()
	}
	syscall.Close(f.fd)
}

// slow notes the error of a dial whose time is over. In Go two timers race for it, and each has an error of its own, with the
// same text: the port always has the context's.
func (t *T) slow(what string, err error, address string) {
	t.named(what, err, address)
	last := &t.lines[len(t.lines)-1]
	*last = strings.Replace(*last, " deadline]", " context]", 1)
}

func slowDials() {
	check("slow dial: a timeout", func(t *T) {
		f := newFull()
		begin := time.Now()
		t.slow("dialTimeout", dialErr(net.DialTimeout("tcp", f.address, soon)), f.address)
		t.ok("not early", time.Since(begin) >= soon)
		dialer := net.Dialer{Deadline: time.Now().Add(soon)}
		t.slow("deadline", dialErr(dialer.Dial("tcp", f.address)), f.address)
		f.close()
	})
	check("slow dial: a context", func(t *T) {
		f := newFull()
		var dialer net.Dialer
		timed, end := context.WithTimeout(context.Background(), soon)
		defer end()
		t.slow("timeout", dialErr(dialer.DialContext(timed, "tcp", f.address)), f.address)
		ctx, cancel := context.WithCancel(context.Background())
		o := start(func(o *op) { o.conn, o.err = dialer.DialContext(ctx, "tcp", f.address) })
		t.ok("waits", !o.done())
		cancel()
		settle()
		t.ok("over at once", o.done())
		t.named("cancel", o.wait().err, f.address)
		f.close()
	})
	check("slow dial: the earlier limit counts", func(t *T) {
		f := newFull()
		dialer := net.Dialer{Timeout: late, Deadline: time.Now().Add(soon)}
		t.slow("deadline", dialErr(dialer.Dial("tcp", f.address)), f.address)
		dialer = net.Dialer{Timeout: soon, Deadline: time.Now().Add(late)}
		t.slow("timeout", dialErr(dialer.Dial("tcp", f.address)), f.address)
		f.close()
	})
}
