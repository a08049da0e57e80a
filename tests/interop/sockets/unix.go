package main

import (
	"net"
	"strings"
	"time"
)

func listenErr(network, address string) error {
	ln, err := net.Listen(network, address)
	if err == nil {
		ln.Close()
	}
	return err
}

func unix() {
	unixConnections()
	unixHalves()
	unixDatagrams()
	unixFailures()
	unlinking()
	abstractNames()
}

func unixConnections() {
	check("unix: names", func(t *T) {
		for _, network := range []string{"unix", "unixpacket"} {
			at := &net.UnixAddr{Name: inFolder("names-" + network), Net: network}
			ln := must(net.ListenUnix(network, at))
			t.log(tell(ln.Addr()))
			for _, name := range []string{"", at.Name + "-from"} {
				client := must(net.DialUnix(network, &net.UnixAddr{Name: name, Net: network}, at))
				server := must(ln.AcceptUnix())
				t.log(tell(client.LocalAddr()) + " " + tell(client.RemoteAddr()))
				t.log(tell(server.LocalAddr()) + " " + tell(server.RemoteAddr()))
				t.ok("works", exchange(client, server))
				client.Close()
				server.Close()
			}
			ln.Close()
		}
	})
	check("unix: a Dialer from a name", func(t *T) {
		ln := must(net.Listen("unix", inFolder("dialer")))
		dialer := net.Dialer{LocalAddr: stream("dialer-from")}
		conn := must(dialer.Dial("unix", inFolder("dialer")))
		t.log(tell(conn.LocalAddr()) + " " + tell(must(ln.Accept()).RemoteAddr()))
		dialer.LocalAddr = gram("dialer-from")
		t.failed("unixgram", dialErr(dialer.Dial("unix", inFolder("dialer"))), nil)
		dialer.LocalAddr = must(net.ResolveTCPAddr("tcp", "127.0.0.1:0"))
		t.failed("tcp", dialErr(dialer.Dial("unix", inFolder("dialer"))), nil)
		conn.Close()
		ln.Close()
	})
	check("unix: of nothing", func(t *T) {
		for _, network := range []string{"unix", "unixpacket"} {
			p := newUnixPair("nothing-"+network, network)
			n, err := p.client.Read(nil)
			t.op("client", n, err, nil)
			n, err = p.server.Read(nil)
			t.op("server", n, err, nil)
			n, err = p.client.Write(nil)
			t.op("write", n, err, nil)
			write(p.client, "abc")
			t.log(read(p.server, 100))
			p.client.Close()
			t.log(read(p.server, 100))
			p.close()
		}
	})
	check("unix: packets in order", func(t *T) {
		p := newUnixPair("order", "unixpacket")
		write(p.client, "one")
		write(p.client, "second")
		write(p.client, "third one")
		t.log(read(p.server, 100))
		t.log(read(p.server, 3))
		buffer := make([]byte, 5)
		n, _, flags, addr, _ := p.server.ReadMsgUnix(buffer, nil)
		t.logf("%s %s flags %d", buffer[:n], tell(addr), flags)
		t.failed("setReadDeadline", p.server.SetReadDeadline(past), nil)
		t.log(read(p.server, 100))
		p.close()
	})
	check("unix: a packet that is too long", func(t *T) {
		p := newUnixPair("long", "unixpacket")
		n, err := p.client.Write(make([]byte, 8<<20))
		t.op("write", n, err, p.client)
		t.ok("works", exchange(p.client, p.server))
		p.close()
	})
	check("unix: a write waits for the reader", func(t *T) {
		p := newUnixPair("waits", "unix")
		o := startWrite(p.client, make([]byte, large))
		t.ok("waits", !o.done())
		drain := startDrain(p.server)
		t.op("write", o.wait().n, o.err, p.client)
		p.client.Close()
		t.op("read", drain.wait().n, drain.err, p.server)
		p.close()
	})
	check("unix: deadlines", func(t *T) {
		p := newUnixPair("deadlines", "unix")
		p.client.SetReadDeadline(past)
		t.log(read(p.client, 100))
		p.client.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		t.log(read(p.client, 100))
		p.client.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
		n, err := p.client.Write(make([]byte, large))
		t.ok("some was written", n > 0 && n < large)
		t.failed("write", err, p.client)
		p.close()
	})
}

func unixHalves() {
	check("unix: half-close", func(t *T) {
		for _, network := range []string{"unix", "unixpacket"} {
			p := newUnixPair("half-"+network, network)
			write(p.client, "abc")
			t.failed("closeWrite", p.client.CloseWrite(), p.client)
			t.log(read(p.server, 100))
			t.log(read(p.server, 100))
			write(p.server, "def")
			t.log(read(p.client, 100))
			n, err := p.client.Write([]byte("more"))
			t.op("write", n, err, p.client)
			t.failed("closeRead", p.client.CloseRead(), p.client)
			t.log(read(p.client, 100))
			n, err = p.server.Write([]byte("more"))
			t.op("peer's write", n, err, p.server)
			p.close()
		}
	})
	check("unix: close while a read waits", func(t *T) {
		p := newUnixPair("close-read", "unix")
		o := startRead(p.client, 10)
		t.ok("waits", !o.done())
		t.failed("close", p.client.Close(), p.client)
		t.op("read", o.wait().n, o.err, p.client)
		t.log(read(p.client, 100))
		t.failed("write", second(p.client.Write([]byte("abc"))), p.client)
		t.failed("close", p.client.Close(), p.client)
		t.failed("closeRead", p.client.CloseRead(), p.client)
		t.log(read(p.server, 100))
		n, err := p.server.Write([]byte("abc"))
		t.op("peer's write", n, err, p.server)
		p.close()
	})
	check("unix: a peer leaves unread data", func(t *T) {
		p := newUnixPair("unread", "unix")
		write(p.client, "abc")
		p.server.Close()
		t.log(read(p.client, 100))
		p.close()
	})
	check("unix: a listener", func(t *T) {
		ln := must(net.ListenUnix("unix", stream("listener")))
		ln.SetDeadline(time.Now().Add(30))
		t.failed("accept", second(ln.Accept()), nil)
		t.failed("acceptUnix", second(ln.AcceptUnix()), nil)
		ln.SetDeadline(time.Time{})
		o := startAccept(ln)
		t.ok("waits", !o.done())
		t.failed("close", ln.Close(), nil)
		t.failed("accept", o.wait().err, nil)
		t.failed("accept", second(ln.Accept()), nil)
		t.failed("setDeadline", ln.SetDeadline(past), nil)
		t.failed("close", ln.Close(), nil)
		t.log(tell(ln.Addr()))
	})
	check("unix: a listener that is left with a connection", func(t *T) {
		ln := must(net.ListenUnix("unix", stream("left")))
		conn := must(net.Dial("unix", inFolder("left")))
		ln.Close()
		t.log(read(conn, 100))
		conn.Close()
	})
	check("unix: a listener that is full", func(t *T) {
		ln := must(net.ListenUnix("unix", stream("many")))
		conns := make([]net.Conn, 50)
		for i := range conns {
			conns[i] = must(net.Dial("unix", inFolder("many")))
		}
		accepted := 0
		for i := range conns {
			conn := must(ln.AcceptUnix())
			if exchange(conns[i], conn) {
				accepted++
			}
			conn.Close()
		}
		for _, conn := range conns {
			conn.Close()
		}
		t.logf("%d", accepted)
		ln.Close()
	})
}

func unixFailures() {
	check("unix: nobody there", func(t *T) {
		for _, network := range []string{"unix", "unixgram", "unixpacket"} {
			t.failed("dial", dialErr(net.Dial(network, inFolder("nobody"))), nil)
		}
		t.failed("no name", dialErr(net.Dial("unix", "")), nil)
		t.failed("dialUnix", second(net.DialUnix("unix", nil, nil)), nil)
		t.failed("dialUnix", second(net.DialUnix("unix", stream("nobody"), nil)), nil)
		t.failed("dialUnix", second(net.DialUnix("unixgram", nil, nil)), nil)
		t.failed("dialUnix", second(net.DialUnix("tcp", nil, stream("nobody"))), nil)
	})
	check("unix: a bad place", func(t *T) {
		t.failed("no folder", listenErr("unix", inFolder("none/x")), nil)
		t.failed("dial", dialErr(net.Dial("unix", inFolder("none/x"))), nil)
		t.failed("root", second(net.ListenUnix("unix", &net.UnixAddr{Name: "//", Net: "unix"})), nil)
		t.failed("unixpacket", second(net.ListenUnix("unixpacket", &net.UnixAddr{Name: "//", Net: "unixpacket"})), nil)
		t.failed("unixgram", second(net.ListenUnixgram("unixgram", &net.UnixAddr{Name: "//", Net: "unixgram"})), nil)
		t.failed("unixgram", second(net.ListenUnix("unixgram", gram("bad"))), nil)
		t.failed("unix", second(net.ListenUnixgram("unix", stream("bad"))), nil)
		t.failed("nil", second(net.ListenUnix("unix", nil)), nil)
		t.failed("nil", second(net.ListenUnixgram("unixgram", nil)), nil)
		t.failed("tcp", listenPacketErr("tcp", "127.0.0.1:0"), nil)
	})
	check("unix: a name too long", func(t *T) {
		long := inFolder(strings.Repeat("x", 108))
		t.callText(long, "LONG")
		t.failed("listen", listenErr("unix", long), nil)
		t.failed("dial", dialErr(net.Dial("unix", long)), nil)
		t.failed("listenPacket", listenPacketErr("unixgram", long), nil)
		limit := inFolder(strings.Repeat("x", 107-len(inFolder(""))))
		ln := must(net.Listen("unix", limit))
		conn, err := net.Dial("unix", limit)
		t.failed("107 bytes", err, nil)
		t.ok("its name", conn.RemoteAddr().String() == limit)
		conn.Close()
		ln.Close()
		over := limit + "x"
		t.callText(over, "LIMIT")
		t.failed("108 bytes", listenErr("unix", over), nil)
	})
	check("unix: a place that is in use", func(t *T) {
		ln := must(net.Listen("unix", inFolder("used")))
		t.failed("again", listenErr("unix", inFolder("used")), nil)
		t.failed("unixgram", listenPacketErr("unixgram", inFolder("used")), nil)
		t.failed("dial unixgram", dialErr(net.Dial("unixgram", inFolder("used"))), nil)
		t.failed("dial unixpacket", dialErr(net.Dial("unixpacket", inFolder("used"))), nil)
		server := must(net.ListenUnixgram("unixgram", gram("used-gram")))
		t.failed("dial unix", dialErr(net.Dial("unix", inFolder("used-gram"))), nil)
		server.Close()
		ln.Close()
	})
}
