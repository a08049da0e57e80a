package main

import (
	"net"
	"syscall"
	"time"
)

// sight is what the functions that a RawConn calls saw.
type sight struct {
	calls, seen int
	buffer      [32]byte
}

func (s *sight) count(uintptr) bool { s.calls++; return true }

func (s *sight) look(fd uintptr) {
	s.calls++
	if name, err := syscall.Getsockname(int(fd)); err == nil {
		s.seen = name.(*syscall.SockaddrInet4).Port
	}
}

func (s *sight) send(fd uintptr) bool {
	s.calls++
	n, err := syscall.Write(int(fd), []byte("HELLO-R-U-THERE"))
	s.seen = n
	return err != syscall.EAGAIN
}

func (s *sight) receive(fd uintptr) bool {
	s.calls++
	n, err := syscall.Read(int(fd), s.buffer[:])
	s.seen = n
	return err != syscall.EAGAIN
}

func (s *sight) text() string { return string(s.buffer[:s.seen]) }

func rawconns() {
	check("rawconn: reads and writes", func(t *T) {
		p, s := newPair(), new(sight)
		raw := must(p.client.SyscallConn())
		t.failed("write", raw.Write(s.send), p.client)
		t.logf("%d %s", s.seen, read(p.server, 100))
		write(p.server, "HELLO")
		t.failed("read", raw.Read(s.receive), p.client)
		t.log(s.text())
		p.close()
	})
	check("rawconn: a read that waits", func(t *T) {
		p, s := newPair(), new(sight)
		raw := must(p.client.SyscallConn())
		o := start(func(o *op) { o.err = raw.Read(s.receive) })
		t.ok("waits", !o.done() && s.calls == 1)
		write(p.server, "later")
		t.failed("read", o.wait().err, p.client)
		t.log(s.text())
		p.close()
	})
	check("rawconn: deadlines", func(t *T) {
		p, s := newPair(), new(sight)
		raw := must(p.client.SyscallConn())
		p.client.SetDeadline(past)
		t.failed("write", raw.Write(s.send), p.client)
		t.failed("read", raw.Read(s.receive), p.client)
		t.logf("calls: %d", s.calls)
		p.client.SetDeadline(time.Time{})
		p.client.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		t.failed("read", raw.Read(s.receive), p.client)
		t.failed("write", raw.Write(s.send), p.client)
		p.close()
	})
	check("rawconn: a listener has only control", func(t *T) {
		ln, s := local(), new(sight)
		raw := must(ln.SyscallConn())
		t.listener("read", raw.Read(s.count), ln)
		t.listener("write", raw.Write(s.count), ln)
		t.logf("calls: %d", s.calls)
		t.listener("control", raw.Control(s.look), ln)
		t.ok("its port", ln.Addr().(*net.TCPAddr).Port == s.seen)
		ln.Close()
		t.listener("control after close", raw.Control(s.look), ln)
	})
	check("rawconn: after close", func(t *T) {
		p, s := newPair(), new(sight)
		raw := must(p.client.SyscallConn())
		t.failed("control", raw.Control(s.look), p.client)
		p.client.Close()
		t.failed("control", raw.Control(s.look), p.client)
		t.failed("read", raw.Read(s.receive), p.client)
		t.failed("write", raw.Write(s.send), p.client)
		t.logf("calls: %d", s.calls)
		p.close()
	})
}
