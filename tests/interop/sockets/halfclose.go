package main

func halfClose() {
	check("half-close: the other direction goes on", func(t *T) {
		p := newPair()
		write(p.client, "abc")
		t.failed("closeWrite", p.client.CloseWrite(), p.client)
		t.log(read(p.server, 100))
		t.log(read(p.server, 100))
		write(p.server, "def")
		t.log(read(p.client, 100))
		p.server.Close()
		t.log(read(p.client, 100))
		p.close()
	})
	check("half-close: data and the end arrive together", func(t *T) {
		p := newPair()
		o := startRead(p.server, 100)
		write(p.client, "abc")
		p.client.CloseWrite()
		o.wait()
		wrong := 0
		if o.n != 3 || o.err != nil || read(p.server, 100) != "|EOF" {
			wrong++
		}
		t.logf("wrong: %d", wrong)
		p.close()
	})
	check("half-close: more than one buffer, and the end", func(t *T) {
		p := newPair()
		o := startRead(p.server, 4)
		write(p.client, "abcdefghij")
		p.client.CloseWrite()
		t.log(o.wait().text())
		for range 4 {
			t.log(read(p.server, 4))
		}
		p.close()
	})
	check("half-close: both ends, then close", func(t *T) {
		p := newPair()
		t.failed("one", p.client.CloseWrite(), p.client)
		t.failed("other", p.server.CloseWrite(), p.server)
		t.log(read(p.client, 100) + read(p.server, 100))
		t.failed("close one", p.client.Close(), p.client)
		t.failed("close other", p.server.Close(), p.server)
	})
	check("half-close: a write after closeWrite", func(t *T) {
		p := newPair()
		p.client.CloseWrite()
		n, err := p.client.Write(make([]byte, 10))
		t.op("write", n, err, p.client)
		t.failed("again", p.client.CloseWrite(), p.client)
		p.close()
	})
	check("half-close: closeRead ends reads", func(t *T) {
		p := newPair()
		o := startRead(p.client, 10)
		t.failed("closeRead", p.client.CloseRead(), p.client)
		o.wait()
		t.op("read under way", o.n, o.err, p.client)
		t.log(read(p.client, 100))
		write(p.client, "abc")
		t.log(read(p.server, 100))
		p.close()
	})
	check("half-close: after close", func(t *T) {
		p := newPair()
		p.client.Close()
		t.failed("closeWrite", p.client.CloseWrite(), p.client)
		t.failed("closeRead", p.client.CloseRead(), p.client)
		p.close()
	})
}

const large = 32 << 20

func (p pair) reset() {
	p.server.SetLinger(0)
	p.server.Close()
}

func resets() {
	check("reset: while a read waits", func(t *T) {
		p := newPair()
		o := startRead(p.client, 10)
		p.reset()
		o.wait()
		t.op("read", o.n, o.err, p.client)
		t.log(read(p.client, 100))
		n, err := p.client.Write(make([]byte, 10))
		t.op("write", n, err, p.client)
		t.failed("closeWrite", p.client.CloseWrite(), p.client)
		t.failed("close", p.client.Close(), p.client)
	})
	check("reset: before a read", func(t *T) {
		p := newPair()
		write(p.server, "abc")
		t.log(read(p.client, 100))
		p.reset()
		t.log(read(p.client, 100))
		p.close()
	})
	check("reset: while a write waits", func(t *T) {
		p := newPair()
		o := startWrite(p.client, make([]byte, large))
		t.ok("waits", !o.done())
		p.reset()
		o.wait()
		t.ok("some was written", o.n > 0 && o.n < large)
		t.failed("write", o.err, p.client)
		p.close()
	})
	check("reset: a close with unread data", func(t *T) {
		p := newPair()
		write(p.client, "abc")
		t.log(read(p.server, 1))
		p.server.Close()
		t.log(read(p.client, 100))
		p.close()
	})
	check("reset: read and write wait at once", func(t *T) {
		p := newPair()
		reading := startRead(p.client, 10)
		writing := startWrite(p.client, make([]byte, large))
		p.reset()
		reading.wait()
		writing.wait()
		t.ok("both failed", reading.err != nil && writing.err != nil)
		t.ok("no timeout", !isTimeout(reading.err) && !isTimeout(writing.err))
		p.close()
	})
}

func isTimeout(err error) bool {
	e, ok := err.(interface{ Timeout() bool })
	return ok && e.Timeout()
}
