package main

import (
	"errors"
	"io"
	"net"
	"os"
	"time"
)

const (
	soon = 100 * time.Millisecond
	late = time.Hour
)

var (
	past  = time.Unix(0, 1)
	never time.Time
)

func deadlines() {
	check("deadline: in the past", func(t *T) {
		p := newPair()
		write(p.server, "abc")
		t.failed("setDeadline", p.client.SetDeadline(past), p.client)
		t.log(read(p.client, 100))
		n, err := p.client.Write(make([]byte, 10))
		t.op("write", n, err, p.client)
		n, err = p.client.Write(nil)
		t.op("empty write", n, err, p.client)
		n, err = p.client.Read(nil)
		t.op("empty read", n, err, p.client)
		p.client.SetDeadline(never)
		t.log(read(p.client, 100))
		t.ok("usable again", exchange(p.client, p.server))
		p.close()
	})
	check("deadline: each direction has its own", func(t *T) {
		p := newPair()
		p.client.SetReadDeadline(past)
		write(p.client, "abc")
		t.log(read(p.server, 100))
		t.log(read(p.client, 100))
		p.client.SetReadDeadline(never)
		p.client.SetWriteDeadline(past)
		n, err := p.client.Write(make([]byte, 10))
		t.op("write", n, err, p.client)
		write(p.server, "def")
		t.log(read(p.client, 100))
		p.close()
	})
	check("deadline: now counts as past", func(t *T) {
		p := newPair()
		write(p.server, "abc")
		p.client.SetReadDeadline(time.Now())
		t.log(read(p.client, 100))
		p.close()
	})
	check("deadline: in the future", func(t *T) {
		p := newPair()
		begin := time.Now()
		p.client.SetReadDeadline(begin.Add(soon))
		t.log(read(p.client, 100))
		t.ok("not early", time.Since(begin) >= soon)
		t.log(read(p.client, 100))
		p.client.SetReadDeadline(time.Now().Add(late))
		t.ok("usable again", exchange(p.client, p.server))
		p.close()
	})
	check("deadline: set to the past while a read waits", func(t *T) {
		p := newPair()
		o := startRead(p.client, 10)
		t.ok("waits", !o.done())
		p.client.SetReadDeadline(past)
		o.wait()
		t.op("read", o.n, o.err, p.client)
		p.close()
	})
	moved := func(name string, move func(conn net.Conn, begin time.Time)) {
		check(name, func(t *T) {
			p := newPair()
			o := startRead(p.client, 10)
			begin := time.Now()
			p.client.SetReadDeadline(begin.Add(soon))
			move(p.client, begin)
			time.Sleep(2 * soon)
			t.ok("waits", !o.done())
			write(p.server, "abc")
			t.log(o.wait().text())
			p.close()
		})
	}
	moved("deadline: moved on while a read waits", func(conn net.Conn, begin time.Time) {
		conn.SetReadDeadline(begin.Add(late))
	})
	moved("deadline: cleared while a read waits", func(conn net.Conn, begin time.Time) {
		conn.SetReadDeadline(never)
	})
	check("deadline: moved on a little while a read waits", func(t *T) {
		p := newPair()
		o := startRead(p.client, 10)
		begin := time.Now()
		p.client.SetReadDeadline(begin.Add(soon))
		p.client.SetReadDeadline(begin.Add(2 * soon))
		o.wait()
		t.op("read", o.n, o.err, p.client)
		t.ok("not early", time.Since(begin) >= 2*soon)
		p.close()
	})
	check("deadline: moved back while a read waits", func(t *T) {
		p := newPair()
		p.client.SetReadDeadline(time.Now().Add(late))
		o := startRead(p.client, 10)
		p.client.SetReadDeadline(time.Now().Add(soon))
		o.wait()
		t.op("read", o.n, o.err, p.client)
		p.close()
	})
	check("deadline: extended again and again", func(t *T) {
		p := newPair()
		o := startRead(p.client, 10)
		for range 40 {
			p.client.SetReadDeadline(time.Now().Add(10 * time.Second))
			time.Sleep(time.Millisecond)
		}
		t.ok("waits", !o.done())
		p.client.SetReadDeadline(time.Now().Add(time.Millisecond))
		o.wait()
		t.op("read", o.n, o.err, p.client)
		p.close()
	})
	check("deadline: at the end of time", func(t *T) {
		p := newPair()
		t.failed("setDeadline", p.client.SetDeadline(time.Unix(0, 1<<63-1)), p.client)
		t.ok("usable", exchange(p.client, p.server))
		p.close()
	})
	writeDeadlines()
}

func writeDeadlines() {
	check("deadline: in the middle of a write", func(t *T) {
		p := newPair()
		p.client.SetWriteDeadline(time.Now().Add(5 * soon))
		n, err := p.client.Write(make([]byte, large))
		t.ok("some was written", n > 0 && n < large)
		t.failed("write", err, p.client)
		t.ok("is errDeadlineExceeded", errors.Is(err, os.ErrDeadlineExceeded))
		p.client.SetWriteDeadline(never)
		got, _ := io.ReadFull(p.server, make([]byte, n))
		t.ok("all of it arrives", got == n)
		t.ok("usable again", exchange(p.client, p.server))
		p.close()
	})
	check("deadline: a write waits for a peer that does not read", func(t *T) {
		p := newPair()
		o := startWrite(p.client, make([]byte, large))
		time.Sleep(soon)
		t.ok("waits", !o.done())
		reading := startDrain(p.server)
		o.wait()
		t.ok("all was written", o.n == large && o.err == nil)
		p.client.Close()
		t.ok("all was read", reading.wait().n == large)
		p.close()
	})
	check("deadline: set to the past while a write waits", func(t *T) {
		p := newPair()
		o := startWrite(p.client, make([]byte, large))
		p.client.SetReadDeadline(past)
		settle()
		t.ok("the read deadline is another", !o.done())
		p.client.SetWriteDeadline(past)
		o.wait()
		t.failed("write", o.err, p.client)
		p.close()
	})
	check("deadline: of a listener", func(t *T) {
		ln := local()
		t.failed("past", ln.SetDeadline(past), nil)
		accept := func() error { _, err := ln.Accept(); return err }
		t.listener("accept", accept(), ln)
		begin := time.Now()
		ln.SetDeadline(begin.Add(soon))
		t.listener("accept", accept(), ln)
		t.ok("not early", time.Since(begin) >= soon)
		ln.SetDeadline(never)
		o := startAccept(ln)
		t.ok("waits", !o.done())
		ln.SetDeadline(past)
		t.listener("accept", o.wait().err, ln)
		ln.SetDeadline(time.Now().Add(late))
		again := startAccept(ln)
		conn := must(net.Dial("tcp", ln.Addr().String()))
		t.listener("accept", again.wait().err, ln)
		again.conn.Close()
		conn.Close()
		ln.Close()
		t.listener("after close", ln.SetDeadline(never), ln)
	})
	check("deadline: after close", func(t *T) {
		p := newPair()
		p.client.Close()
		t.failed("setDeadline", p.client.SetDeadline(time.Now().Add(late)), p.client)
		t.failed("setReadDeadline", p.client.SetReadDeadline(never), p.client)
		t.failed("setWriteDeadline", p.client.SetWriteDeadline(past), p.client)
		t.failed("setReadBuffer", p.client.SetReadBuffer(4096), p.client)
		t.failed("setNoDelay", p.client.SetNoDelay(true), p.client)
		t.failed("setLinger", p.client.SetLinger(0), p.client)
		p.close()
	})
}
