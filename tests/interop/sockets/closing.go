package main

import "net"

func closing() {
	check("close: while a read waits", func(t *T) {
		p := newPair()
		o := startRead(p.client, 10)
		t.failed("close", p.client.Close(), p.client)
		o.wait()
		t.op("read", o.n, o.err, p.client)
		p.close()
	})
	check("close: while a write waits", func(t *T) {
		p := newPair()
		o := startWrite(p.client, make([]byte, large))
		t.failed("close", p.client.Close(), p.client)
		o.wait()
		t.ok("some was written", o.n > 0 && o.n < large)
		t.failed("write", o.err, p.client)
		p.close()
	})
	check("close: while an accept waits", func(t *T) {
		ln := local()
		o := startAccept(ln)
		another := startAccept(ln)
		t.listener("close", ln.Close(), ln)
		t.listener("accept", o.wait().err, ln)
		t.listener("accept", another.wait().err, ln)
		_, err := ln.Accept()
		t.listener("later accept", err, ln)
		t.listener("close", ln.Close(), ln)
	})
	check("close: twice", func(t *T) {
		p := newPair()
		t.failed("first", p.client.Close(), p.client)
		t.failed("second", p.client.Close(), p.client)
		p.close()
	})
	check("close: calls afterwards", func(t *T) {
		p := newPair()
		write(p.server, "abc")
		before := p.client.LocalAddr().String() + p.client.RemoteAddr().String()
		p.client.Close()
		t.log(read(p.client, 100))
		t.log(read(p.client, 0))
		n, err := p.client.Write(make([]byte, 10))
		t.op("write", n, err, p.client)
		n, err = p.client.Write(nil)
		t.op("empty write", n, err, p.client)
		t.ok("addresses stay", before == p.client.LocalAddr().String()+p.client.RemoteAddr().String())
		p.close()
	})
	check("close: those in the row are sent away", func(t *T) {
		p := newPair()
		first := startRead(p.client, 10)
		second := startRead(p.client, 10)
		third := startWrite(p.client, make([]byte, large))
		fourth := startWrite(p.client, make([]byte, 10))
		p.client.Close()
		t.op("read", first.wait().n, first.err, p.client)
		t.op("read", second.wait().n, second.err, p.client)
		t.failed("write", third.wait().err, p.client)
		t.op("write", fourth.wait().n, fourth.err, p.client)
		p.close()
	})
	check("close: returns when the port is free", func(t *T) {
		failures := 0
		for range 20 {
			ln := local()
			o := startAccept(ln)
			ln.Close()
			again, err := net.Listen("tcp", ln.Addr().String())
			if err != nil {
				failures++
			} else {
				again.Close()
			}
			o.wait()
		}
		t.logf("failures: %d", failures)
	})
	check("close: two at once", func(t *T) {
		p := newPair()
		o := startRead(p.client, 10)
		closed := make(chan bool)
		go func() { closed <- p.client.Close() == nil }()
		here := p.client.Close() == nil
		t.ok("one of them closed it", here != <-closed)
		o.wait()
		t.failed("read", o.err, p.client)
		p.close()
	})
	check("close: of a listener resets who was not accepted", func(t *T) {
		ln := local()
		conn := must(net.Dial("tcp", ln.Addr().String()))
		ln.Close()
		t.log(read(conn, 100))
		conn.Close()
	})
}
