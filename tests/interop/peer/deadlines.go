package main

import (
	"bytes"
	"io"
	"net"
	"strconv"
	"time"
)

type deadliner interface{ SetDeadline(t time.Time) error }

func readDeadline(active bool) {
	begin("read deadline " + by(active))
	conn := connect()
	if active {
		failed("setReadDeadline", conn.SetReadDeadline(time.Now().Add(brief)))
		once("read", conn, 100)
		once("read again", conn, 100)
		put("write", conn, "abc")
		failed("setReadDeadline", conn.SetReadDeadline(soon()))
	} else {
		once("read", conn, 3)
	}
	works(conn)
	meet()
	failed("close", conn.Close())
}

func pastDeadline(active bool) {
	begin("past deadline " + by(active))
	conn := connect()
	if active {
		failed("setWriteDeadline", conn.SetWriteDeadline(past))
		put("write", conn, "abc")
		put("write nothing", conn, "")
		failed("setDeadline", conn.SetDeadline(past))
		once("read", conn, 100)
		once("read nothing", conn, 0)
	}
	works(conn)
	meet()
	failed("close", conn.Close())
}

// writeDeadline: the peer reads only when the writer has given up.
func writeDeadline(active bool) {
	begin("write deadline " + by(active))
	conn := connect()
	piece := pattern(4096)
	if active {
		failed("setWriteBuffer", conn.SetWriteBuffer(32768))
		meet()
		failed("setWriteDeadline", conn.SetWriteDeadline(time.Now().Add(5*brief)))
		total, err := fill(conn, piece)
		failed("write", err)
		put("write again", conn, "abc")
		failed("setWriteDeadline", conn.SetWriteDeadline(soon()))
		tell(strconv.Itoa(total))
	} else {
		failed("setReadBuffer", conn.SetReadBuffer(32768))
		meet()
		drain(conn, piece, must(strconv.Atoi(hear())))
	}
	works(conn)
	meet()
	failed("close", conn.Close())
}

// fill writes a piece again and again until that fails.
func fill(conn net.Conn, piece []byte) (total int, err error) {
	for err == nil && total < 64<<20 {
		var n int
		n, err = conn.Write(piece)
		total += n
	}
	return total, err
}

// drain reads so many bytes, all of which were written piece by piece.
func drain(conn net.Conn, piece []byte, total int) {
	buffer := make([]byte, len(piece))
	same := true
	for total > 0 {
		size := min(total, len(piece))
		n, err := io.ReadFull(conn, buffer[:size])
		if err != nil {
			failed("drain", err)
			return
		}
		same = same && bytes.Equal(buffer[:n], piece[:n])
		total -= n
	}
	holds("the same bytes", same)
}
