package main

import (
	"bufio"
	"fmt"
	"net"
	"time"
)

// The control connection, and the port where it was awaited.
var (
	control     net.Conn
	lines       *bufio.Reader
	controlPort int
)

func awaitPeer() {
	ln := must(net.Listen("tcp", "127.0.0.1:0"))
	fmt.Println(ln.Addr())
	controlPort = ln.Addr().(*net.TCPAddr).Port
	keep(must(ln.Accept()))
}

func goToPeer(address string) {
	keep(must(net.Dial("tcp", address)))
	controlPort = control.RemoteAddr().(*net.TCPAddr).Port
}

func keep(conn net.Conn) {
	control, lines = conn, bufio.NewReader(conn)
}

// tell sends a line to the peer.
func tell(text string) {
	must(fmt.Fprintln(control, text))
}

// hear waits for the peer's next line. A peer that hangs is waited for no longer than the calls of a scene last.
func hear() string {
	control.SetReadDeadline(time.Now().Add(2 * patience))
	line, err := lines.ReadString('\n')
	if err != nil {
		panic(scene + ": no word from the peer: " + err.Error())
	}
	return line[:len(line)-1]
}

// swap sends a line and answers the peer's.
func swap(text string) string {
	tell(text)
	return hear()
}

// meet lets both sides come to the same point.
func meet() { swap("") }

// patience is more than any call takes that does not hang.
const patience = 4 * time.Second

func soon() time.Time { return time.Now().Add(patience) }

// brief is the time of a deadline that passes.
const brief = 20 * time.Millisecond

// past is a deadline that is over.
var past = time.Unix(1, 0)

func must[V any](value V, err error) V {
	if err != nil {
		panic(scene + ": " + err.Error())
	}
	return value
}
