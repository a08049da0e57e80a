package main

import (
	"net"
	"strconv"
	"time"
)

func packetDeadlines() {
	conn := pair("deadlines")
	failed("setReadDeadline", conn.SetReadDeadline(time.Now().Add(brief)))
	once("read", conn, 100)
	readFrom("readFrom", conn, 100)
	readMessage("readMsg", conn, 100)
	failed("setWriteDeadline", conn.SetWriteDeadline(past))
	if listens {
		send("writeTo", conn, "abc", theirs)
		sendMessage("writeMsg", conn, "abc", theirs)
	} else {
		put("write", conn, "abc")
	}
	meet()
	passes(conn)
	shut(conn)
}

// passes shows that packets go both ways.
func passes(conn carrier) {
	conn.SetDeadline(soon())
	if listens {
		readFrom("readFrom", conn, 100)
		send("writeTo", conn, "goodbye", theirs)
		return
	}
	put("write", conn, "hello")
	once("read", conn, 100)
}

func packetClose() {
	conn := pair("close")
	closeUnder(conn)
	afterClose(conn)
	readFrom("readFrom", conn, 100)
	readMessage("readMsg", conn, 100)
	send("writeTo", conn, "abc", theirs)
	sendMessage("writeMsg", conn, "abc", theirs)
	failed("setWriteBuffer", conn.SetWriteBuffer(4096))
	meet()
}

// gone: nobody takes packets at the peer's address any more.
func gone() {
	conn := pair("a peer that is gone")
	if listens {
		failed("close", conn.Close())
		meet()
		meet()
		return
	}
	meet()
	if isUnix() {
		put("write", conn, "abc")
		put("write again", conn, "abc")
		conn.SetReadDeadline(time.Now().Add(brief))
		once("read", conn, 100)
	} else {
		put("write", conn, "abc")
		once("read", conn, 100)
		put("write", conn, "abc")
		readFrom("readFrom", conn, 100)
		put("write", conn, "abc")
		readMessage("readMsg", conn, 100)
		failed("write on", writeOn(conn))
	}
	meet()
	failed("close", conn.Close())
}

func packetInUse() {
	conn := pair("address in use")
	at := ours
	if !listens {
		at = theirs
	}
	taken, err := net.ListenPacket(network, at)
	if err == nil {
		taken.Close()
	}
	failed("listenPacket", err)
	_, err = net.Listen(network, at)
	failed("listen", err)
	shut(conn)
	if !isUnix() {
		return
	}
	// A name stays behind.
	meet()
	_, err = net.ListenPacket(network, at)
	failed("listenPacket after close", err)
	_, err = net.Dial(network, at)
	failed("dial after close", err)
}

// full: a peer that does not read.
func full() {
	conn := pair("write deadline")
	piece := pattern(4096)
	if !listens {
		failed("setWriteDeadline", conn.SetWriteDeadline(time.Now().Add(5*brief)))
		total, err := fill(conn, piece)
		failed("write", err)
		put("write again", conn, "abc")
		tell(strconv.Itoa(total))
	} else {
		drain(conn, piece, must(strconv.Atoi(hear())))
	}
	passes(conn)
	shut(conn)
}

// unnamed: who has no name cannot be answered.
func unnamed() {
	conn := pair("unnamed")
	if listens {
		readFrom("readFrom", conn, 100)
		readMessage("readMsg", conn, 100)
	} else {
		nobody := must(net.Dial(network, theirs))
		note("ends", from(nobody.LocalAddr())+" "+from(nobody.RemoteAddr()))
		put("write", nobody, "abc")
		put("write", nobody, "defg")
		failed("close", nobody.Close())
	}
	shut(conn)
}

// alone: a socket with a name of its own and no peer, but dialled.
func alone() {
	conn := pair("dialled without a peer")
	if listens {
		readFrom("readFrom", conn, 100)
	} else {
		single := must(net.DialUnix(network, &net.UnixAddr{Name: free(), Net: network}, nil))
		note("local", from(single.LocalAddr()))
		holds("no remote address", single.RemoteAddr() == nil)
		put("write", single, "abc")
		send("writeTo", single, "abc", theirs)
		failed("close", single.Close())
	}
	shut(conn)
}

// sockets is the exchange of packets at a name that is no path.
func sockets(name, at string) {
	if !listens && at == "" {
		at = "@" + token + "-" + name
	} else if !listens {
		at += "-dialer"
	}
	conn := pairAt(name, at)
	passes(conn)
	if listens {
		_, err := net.ListenPacket(network, ours)
		failed("listenPacket", err)
	}
	shut(conn)
	meet()
	_, err := net.Dial(network, theirs)
	failed("dial after close", err)
}

// strangers: packets to where nobody takes them.
func strangers() {
	conn := pair("strangers")
	if listens {
		send("to the missing", conn, "abc", place("missing"))
		send("to a missing folder", conn, "abc", place("missing/missing"))
		send("to a folder", conn, "abc", folder)
		send("to nothing", conn, "abc", "")
		send("to a missing abstract name", conn, "abc", "@none")
		send("to a long name", conn, "abc", padded("@", 109))
		n, err := conn.WriteTo([]byte("abc"), &net.UnixAddr{Name: theirs, Net: "unix"})
		moved("to another network", []byte("abc"), n, err)
		_, err = net.Dial("unix", ours)
		failed("dial another type", err)
		// A listener of packets can be made, though it never accepts.
		listener := must(net.Listen(network, place("listener")))
		accept("accept", listener)
		failed("close", listener.Close())
	}
	shut(conn)
}
