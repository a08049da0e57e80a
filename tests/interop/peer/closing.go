package main

import "net"

func halfClose(active bool) {
	begin("half-close " + by(active))
	conn := connect()
	if active {
		put("write", conn, "abc")
		failed("closeWrite", conn.CloseWrite())
		put("write after closeWrite", conn, "x")
		once("read", conn, 100)
		failed("closeWrite again", conn.CloseWrite())
		meet()
		meet()
		once("read at the end", conn, 100)
		failed("close", conn.Close())
		return
	}
	once("read", conn, 100)
	once("read at the end", conn, 100)
	once("read at the end again", conn, 100)
	put("write", conn, "defgh")
	meet()
	failed("close", conn.Close())
	meet()
}

func closeRead(active bool) {
	begin("closeRead " + by(active))
	conn := connect()
	if active {
		failed("closeRead", conn.CloseRead())
		once("read", conn, 100)
		meet()
		put("write", conn, "abc")
		meet()
	} else {
		meet()
		put("write", conn, "def")
		once("read", conn, 100)
		meet()
	}
	failed("close", conn.Close())
}

// unread: who closes without having read everything breaks the connection.
func unread(active bool) {
	begin("close with unread data " + by(active))
	conn := connect()
	if active {
		meet()
		once("read", conn, 3)
		failed("close", conn.Close())
		meet()
		return
	}
	if boundaries() {
		put("write", conn, "abc")
		put("write", conn, "def")
	} else {
		put("write", conn, "abcdef")
	}
	meet()
	meet()
	once("read", conn, 100)
	once("read again", conn, 100)
	failed("write", writeOn(conn))
	failed("close", conn.Close())
}

// writeOn writes until that fails: a first write may succeed that the peer never reads.
func writeOn(conn net.Conn) error {
	for {
		if _, err := conn.Write([]byte("x")); err != nil {
			return err
		}
	}
}

func abort(conn duplex) {
	failed("setLinger", conn.(*net.TCPConn).SetLinger(0))
	failed("close", conn.Close())
}

func resetBeforeRead(active bool) {
	begin("reset before a read " + by(active))
	conn := connect()
	if active {
		abort(conn)
		meet()
		return
	}
	meet()
	once("read", conn, 100)
	once("read again", conn, 100)
	put("write", conn, "abc")
	failed("closeWrite", conn.CloseWrite())
	failed("closeRead", conn.CloseRead())
	failed("setLinger", conn.(*net.TCPConn).SetLinger(0))
	failed("close", conn.Close())
}

func resetBeforeWrite(active bool) {
	begin("reset before a write " + by(active))
	conn := connect()
	if active {
		abort(conn)
		meet()
		return
	}
	meet()
	failed("write", writeOn(conn))
	put("write again", conn, "abc")
	once("read", conn, 100)
	failed("close", conn.Close())
}

func resetDuringRead(active bool) {
	begin("reset during a read " + by(active))
	conn := connect()
	if active {
		put("write", conn, "abc")
		meet()
		abort(conn)
		return
	}
	once("read", conn, 100)
	meet()
	once("read", conn, 100)
	once("read again", conn, 100)
	failed("close", conn.Close())
}

func closeDuringRead(active bool) {
	begin("close " + by(active))
	conn := connect()
	if !active {
		meet()
		once("read", conn, 100)
		once("read again", conn, 100)
		failed("write", writeOn(conn))
		failed("close", conn.Close())
		meet()
		return
	}
	meet()
	failed("close", conn.Close())
	afterClose(conn)
	failed("closeRead", conn.CloseRead())
	failed("closeWrite", conn.CloseWrite())
	failed("setReadBuffer", conn.SetReadBuffer(4096))
	meet()
}

// afterClose is what a closed connection answers.
func afterClose(conn net.Conn) {
	once("read", conn, 100)
	once("read nothing", conn, 0)
	put("write", conn, "abc")
	put("write nothing", conn, "")
	failed("close again", conn.Close())
	failed("setDeadline", conn.SetDeadline(soon()))
	failed("setReadDeadline", conn.SetReadDeadline(past))
	failed("setWriteDeadline", conn.SetWriteDeadline(past))
	note("local address", conn.LocalAddr().String())
}

// ownClose: a close ends the same side's read.
func ownClose(active bool) {
	begin("close of one's own read " + by(active))
	conn := connect()
	if active {
		closeUnder(conn)
		return
	}
	once("read", conn, 100)
	failed("close", conn.Close())
}

// closeUnder closes a connection that another goroutine is about to read, or reads.
func closeUnder(conn net.Conn) {
	buffer := make([]byte, 100)
	starts, ended := make(chan bool), make(chan bool)
	var n int
	var err error
	go func() {
		starts <- true
		n, err = conn.Read(buffer)
		ended <- true
	}()
	<-starts
	failed("close", conn.Close())
	<-ended
	moved("read", buffer, n, err)
}
