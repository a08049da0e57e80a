package main

import (
	"fmt"
	"io"
	"net"
	"strconv"
)

// duplex is a connection, of TCP or Unix.
type duplex interface {
	net.Conn
	CloseRead() error
	CloseWrite() error
	SetReadBuffer(bytes int) error
	SetWriteBuffer(bytes int) error
}

// waiting is a listener, of TCP or Unix.
type waiting interface {
	net.Listener
	deadliner
}

// The listener of all scenes that need none of their own, at the listening side, and its address.
var (
	ln      waiting
	address string
)

func streams() {
	if listens {
		ln = must(net.Listen(network, place("listener"))).(waiting)
		address = ln.Addr().String()
		tell(address)
	} else {
		address = hear()
	}
	sizes()
	bothAtOnce()
	for _, active := range []bool{!listens, listens} {
		halfClose(active)
		closeRead(active)
		unread(active)
		if !isUnix() {
			resetBeforeRead(active)
			resetBeforeWrite(active)
			resetDuringRead(active)
		} else {
			rights(active)
		}
		readDeadline(active)
		pastDeadline(active)
		writeDeadline(active)
		closeDuringRead(active)
		ownClose(active)
	}
	listeners()
}

// place is an address to listen on: a free port, or a name in the folder.
func place(name string) string {
	if isUnix() {
		return folder + "/" + name
	}
	return net.JoinHostPort(loopback(), "0")
}

// boundaries tells whether each write is a packet.
func boundaries() bool { return network == "unixpacket" }

// connect makes a connection between both sides.
func connect() duplex { return connectAt(ln, address) }

func connectAt(ln net.Listener, address string) duplex {
	var conn duplex
	if listens {
		conn = must(ln.Accept()).(duplex)
	} else {
		conn = must(net.Dial(network, address)).(duplex)
	}
	conn.SetDeadline(soon())
	meetEnds(conn)
	return conn
}

// meetEnds names the addresses of a connection: L is the listener's, D the dialer's. Both sides must see the same two.
func meetEnds(conn net.Conn) {
	local, remote := conn.LocalAddr().String(), conn.RemoteAddr().String()
	other := swap(local)
	if listens {
		alias(local, "L")
		alias(remote, "D")
	} else {
		alias(remote, "L")
		alias(local, "D")
	}
	note("ends", conn.LocalAddr().Network()+" "+local+" "+conn.RemoteAddr().Network()+" "+remote)
	holds("the peer's address", other == remote)
}

func sizes() {
	begin("sizes")
	conn := connect()
	for _, n := range []int{0, 1, 2, 3, 1023, 1024, 4095, 4097, 65535, 65536, 65537, 1<<20 + 1} {
		transfer(conn, n, !listens)
		transfer(conn, n, listens)
	}
	meet()
	failed("close", conn.Close())
}

// transfer moves some bytes to the other side. Of a packet that could not be sent nothing is to be read.
func transfer(conn net.Conn, n int, sends bool) {
	step := strconv.Itoa(n)
	if sends {
		data := pattern(n)
		put, err := conn.Write(data)
		moved("write "+step, data, put, err)
		if boundaries() {
			tell(fmt.Sprint(err == nil))
		}
		return
	}
	if boundaries() && hear() == "false" {
		return
	}
	take("read "+step, conn, n)
}

// take reads a packet, or, of a stream, so many bytes.
func take(step string, conn net.Conn, n int) {
	if boundaries() {
		once(step, conn, n+16)
		return
	}
	buffer := make([]byte, n)
	got, err := io.ReadFull(conn, buffer)
	moved(step, buffer, got, err)
}

// once reads once.
func once(step string, conn net.Conn, size int) {
	buffer := make([]byte, size)
	got, err := conn.Read(buffer)
	moved(step, buffer, got, err)
}

// put writes once.
func put(step string, conn net.Conn, text string) {
	n, err := conn.Write([]byte(text))
	moved(step, []byte(text), n, err)
}

// works shows that a connection carries bytes, both ways.
func works(conn net.Conn) {
	conn.SetDeadline(soon())
	if listens {
		put("write", conn, "hello")
		take("read", conn, 7)
	} else {
		take("read", conn, 5)
		put("write", conn, "goodbye")
	}
}

func bothAtOnce() {
	begin("both at once")
	conn := connect()
	const piece, pieces = 10_000, 64
	written := make(chan error)
	go func() {
		data := pattern(piece)
		var err error
		for i := 0; i < pieces && err == nil; i++ {
			_, err = conn.Write(data)
		}
		written <- err
	}()
	whole := make([]byte, 0, piece*pieces+1)
	var err error
	for len(whole) < piece*pieces && err == nil {
		var n int
		n, err = conn.Read(whole[len(whole):cap(whole)])
		whole = whole[:len(whole)+n]
	}
	moved("read", whole, len(whole), err)
	failed("write", <-written)
	meet()
	failed("close", conn.Close())
}
