package main

import (
	"net"
	"reflect"
	"strings"
	"time"
)

func stream(name string) *net.UnixAddr { return &net.UnixAddr{Name: inFolder(name), Net: "unix"} }

func gram(name string) *net.UnixAddr { return &net.UnixAddr{Name: inFolder(name), Net: "unixgram"} }

// tell is an address, what it is and whether there is one.
func tell(addr net.Addr) string {
	if addr == nil || reflect.ValueOf(addr).IsNil() {
		return "none"
	}
	return addr.Network() + " '" + addr.String() + "'"
}

type unixPair struct{ client, server *net.UnixConn }

func newUnixPair(name, network string) unixPair {
	at := &net.UnixAddr{Name: inFolder(name), Net: network}
	ln := must(net.ListenUnix(network, at))
	defer ln.Close()
	client := must(net.DialUnix(network, nil, at))
	return unixPair{client, must(ln.AcceptUnix())}
}

func (p unixPair) close() {
	p.client.Close()
	p.server.Close()
}

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

func unixDatagrams() {
	check("unixgram: names", func(t *T) {
		server := must(net.ListenUnixgram("unixgram", gram("gram-names")))
		t.log(tell(server.LocalAddr()) + " " + tell(server.RemoteAddr()))
		for _, from := range []*net.UnixAddr{nil, gram("gram-names-from")} {
			client := must(net.DialUnix("unixgram", from, gram("gram-names")))
			t.log(tell(client.LocalAddr()) + " " + tell(client.RemoteAddr()))
			client.Write([]byte("abc"))
			t.received("from", server, 100)
			client.Close()
		}
		server.Close()
	})
	check("unixgram: a server", func(t *T) {
		server := must(net.ListenPacket("unixgram", inFolder("gram-server")))
		client := must(net.ListenPacket("unixgram", inFolder("gram-client")))
		for range 3 {
			client.WriteTo([]byte("ping"), server.LocalAddr())
			buffer := make([]byte, 10)
			n, from, err := server.ReadFrom(buffer)
			t.packet("server", string(buffer[:n]), from, err)
			server.WriteTo([]byte("pong"), from)
			t.received("client", client, 100)
		}
		client.Close()
		server.Close()
	})
	check("unixgram: of nothing", func(t *T) {
		server := must(net.ListenUnixgram("unixgram", gram("gram-nothing")))
		client := must(net.Dial("unixgram", inFolder("gram-nothing")))
		t.failed("write", second(client.Write(nil)), nil)
		t.received("readFrom", server, 100)
		client.Write(nil)
		n, err := server.Read(make([]byte, 1))
		t.op("read", n, err, nil)
		client.Write([]byte("lost"))
		t.received("nothing of it", server, 0)
		client.Write([]byte("kept"))
		n, err = server.Read(nil)
		t.op("read", n, err, nil)
		t.received("readFrom", server, 100)
		client.Close()
		server.Close()
	})
	check("unixgram: longer than the buffer", func(t *T) {
		server := must(net.ListenUnixgram("unixgram", gram("gram-long")))
		client := must(net.Dial("unixgram", inFolder("gram-long")))
		for range 3 {
			client.Write([]byte("abcdef"))
		}
		t.received("readFrom", server, 5)
		buffer := make([]byte, 4)
		n, _, flags, addr, _ := server.ReadMsgUnix(buffer, nil)
		t.logf("%s %s flags %d", buffer[:n], tell(addr), flags)
		_, _, flags, _, _ = server.ReadMsgUnix(make([]byte, 6), nil)
		t.logf("whole: flags %d", flags)
		client.Close()
		server.Close()
	})
	check("unixgram: writes to one peer", func(t *T) {
		server := must(net.ListenUnixgram("unixgram", gram("gram-one")))
		conn := must(net.DialUnix("unixgram", nil, gram("gram-one")))
		to := gram("gram-one")
		t.failed("writeToUnix", second(conn.WriteToUnix([]byte("one"), to)), nil)
		t.failed("writeTo", second(conn.WriteTo([]byte("two"), to)), nil)
		t.failed("writeMsgUnix", third(conn.WriteMsgUnix([]byte("three"), nil, to)), nil)
		t.failed("writeMsgUnix nil", third(conn.WriteMsgUnix([]byte("four"), nil, nil)), nil)
		t.failed("write", second(conn.Write([]byte("five"))), nil)
		t.received("server", server, 100)
		conn.Close()
		server.Close()
	})
	check("unixgram: writes to everybody", func(t *T) {
		server := must(net.ListenUnixgram("unixgram", gram("gram-all")))
		conn := must(net.ListenUnixgram("unixgram", gram("gram-all-from")))
		to := gram("gram-all")
		t.failed("writeToUnix", second(conn.WriteToUnix([]byte("one"), to)), nil)
		t.failed("writeTo", second(conn.WriteTo([]byte("two"), to)), nil)
		t.failed("writeMsgUnix", third(conn.WriteMsgUnix([]byte("three"), nil, to)), nil)
		for range 3 {
			t.received("server", server, 100)
		}
		t.failed("write", second(conn.Write([]byte("four"))), nil)
		t.failed("writeToUnix nil", second(conn.WriteToUnix([]byte("five"), nil)), nil)
		t.failed("writeMsgUnix nil", third(conn.WriteMsgUnix([]byte("six"), nil, nil)), nil)
		t.failed("of unix", second(conn.WriteTo([]byte("seven"), stream("gram-all"))), nil)
		t.failed("nobody", second(conn.WriteTo([]byte("eight"), gram("gram-nobody"))), nil)
		server.Close()
		t.failed("closed", second(conn.WriteTo([]byte("nine"), to)), nil)
		conn.Close()
	})
	check("unixgram: every method", func(t *T) {
		one := must(net.DialUnix("unixgram", gram("every-one"), nil))
		two := must(net.DialUnix("unixgram", gram("every-two"), nil))
		three := must(net.ListenUnixgram("unixgram", gram("every-three")))
		t.log(tell(one.LocalAddr()) + " " + tell(one.RemoteAddr()))
		t.failed("setDeadline", one.SetDeadline(time.Now().Add(time.Hour)), nil)
		t.failed("setReadBuffer", one.SetReadBuffer(2048), nil)
		t.failed("setWriteBuffer", one.SetWriteBuffer(2048), nil)
		buffer := make([]byte, 100)
		t.failed("write", third(one.WriteMsgUnix([]byte("1 to 2"), nil, gram("every-two"))), nil)
		n, _, _, addr, err := two.ReadMsgUnix(buffer, nil)
		t.packet("two", string(buffer[:n]), addr, err)
		t.failed("write", second(two.WriteToUnix([]byte("2 to 1"), gram("every-one"))), nil)
		t.received("one", one, 100)
		t.failed("write", second(three.WriteToUnix([]byte("3 to 1"), gram("every-one"))), nil)
		n, addr, err = one.ReadFromUnix(buffer)
		t.packet("one", string(buffer[:n]), addr, err)
		t.failed("write", second(two.WriteToUnix([]byte("2 to 3"), gram("every-three"))), nil)
		t.received("three", three, 100)
		t.failed("nil", second(one.WriteToUnix([]byte("abc"), nil)), nil)
		t.failed("nil", third(one.WriteMsgUnix([]byte("abc"), nil, nil)), nil)
		t.failed("nil", second(three.WriteToUnix([]byte("abc"), nil)), nil)
		one.Close()
		two.Close()
		three.Close()
	})
	check("unixgram: a write waits for the reader", func(t *T) {
		server := must(net.ListenUnixgram("unixgram", gram("gram-full")))
		client := must(net.Dial("unixgram", inFolder("gram-full")))
		client.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
		sent := 0
		var err error
		for {
			if _, err = client.Write([]byte("abc")); err != nil {
				break
			}
			sent++
		}
		t.failed("full", err, nil)
		client.SetWriteDeadline(time.Time{})
		o := startWrite(client, []byte("last"))
		t.ok("waits", !o.done())
		buffer := make([]byte, 10)
		n := 0
		for range sent + 1 {
			n, _, _ = server.ReadFrom(buffer)
		}
		t.log(string(buffer[:n]))
		t.op("write", o.wait().n, o.err, nil)
		client.Close()
		server.Close()
	})
	check("unixgram: close while a read waits", func(t *T) {
		conn := must(net.ListenUnixgram("unixgram", gram("gram-close")))
		o := startReceive(conn, 10)
		t.ok("waits", !o.done())
		t.failed("close", conn.Close(), nil)
		t.packet("read", o.wait().text(), o.from, o.err)
		t.received("later", conn, 100)
		t.failed("writeTo", second(conn.WriteTo([]byte("abc"), gram("gram-close"))), nil)
		t.failed("setDeadline", conn.SetDeadline(past), nil)
		t.failed("close", conn.Close(), nil)
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

func unlinking() {
	check("unix path: removed by close", func(t *T) {
		ln := must(net.ListenUnix("unix", stream("removed")))
		there(t, "listening", "removed")
		ln.Close()
		there(t, "closed", "removed")
		again := must(net.ListenUnix("unix", stream("removed")))
		t.failed("a second close", ln.Close(), nil)
		there(t, "another's", "removed")
		again.SetUnlinkOnClose(true)
		again.Close()
		there(t, "closed", "removed")
	})
	check("unix path: kept", func(t *T) {
		ln := must(net.ListenUnix("unix", stream("kept")))
		ln.SetUnlinkOnClose(false)
		ln.Close()
		there(t, "closed", "kept")
		t.failed("listen", listenErr("unix", inFolder("kept")), nil)
	})
	check("unix path: of a unixpacket listener", func(t *T) {
		ln := must(net.Listen("unixpacket", inFolder("packet-path")))
		ln.Close()
		there(t, "closed", "packet-path")
	})
	check("unix path: packets leave it", func(t *T) {
		conn := must(net.ListenUnixgram("unixgram", gram("gram-path")))
		conn.Close()
		t.failed("dial", dialErr(net.Dial("unixgram", inFolder("gram-path"))), nil)
		t.failed("listen", listenPacketErr("unixgram", inFolder("gram-path")), nil)
	})
}

// there notes whether a socket has a path, and whether it listens.
func there(t *T, when, name string) {
	if err := dialErr(net.Dial("unix", inFolder(name))); err != nil {
		t.logf("%s: %v", when, err.(*net.OpError).Err)
		return
	}
	t.log(when + ": listens")
}

func abstractNames() {
	check("unix abstract: a name", func(t *T) {
		name := "@" + inFolder("abstract")
		ln := must(net.Listen("unix", name))
		t.log(tell(ln.Addr()))
		conn := must(net.Dial("unix", name))
		peer := must(ln.Accept())
		t.log(tell(conn.LocalAddr()) + " " + tell(conn.RemoteAddr()))
		t.log(tell(peer.LocalAddr()) + " " + tell(peer.RemoteAddr()))
		t.ok("works", exchange(conn, peer))
		t.failed("in use", listenErr("unix", name), nil)
		ln.Close()
		t.failed("closed", dialErr(net.Dial("unix", name)), nil)
		conn.Close()
		peer.Close()
	})
	check("unix abstract: unixgram", func(t *T) {
		server := must(net.ListenPacket("unixgram", "@"+inFolder("abstract-gram")))
		client := must(net.ListenPacket("unixgram", "@"+inFolder("abstract-from")))
		t.failed("write", second(client.WriteTo([]byte("abc"), server.LocalAddr())), nil)
		t.received("read", server, 100)
		client.Close()
		server.Close()
	})
	check("unix abstract: chosen by the system", func(t *T) {
		server := must(net.ListenUnixgram("unixgram", &net.UnixAddr{Net: "unixgram"}))
		name := server.LocalAddr().String()
		t.ok("a name", len(name) > 1 && name[0] == '@')
		client := must(net.DialUnix("unixgram", nil, server.LocalAddr().(*net.UnixAddr)))
		t.ok("the peer's", client.RemoteAddr().String() == name)
		client.Write([]byte("abc"))
		t.received("read", server, 100)
		client.Close()
		server.Close()
		ln := must(net.ListenUnix("unix", &net.UnixAddr{Net: "unix"}))
		t.ok("a listener's", len(ln.Addr().String()) > 1)
		t.failed("close", ln.Close(), nil)
	})
	check("unix abstract: the longest", func(t *T) {
		name := "@" + inFolder("longest-")
		name += strings.Repeat("x", 108-len(name))
		t.callText(name, "NAME")
		server := must(net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"}))
		client := must(net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"}))
		client.Write([]byte("abc"))
		t.received("read", server, 100)
		t.log(tell(client.RemoteAddr()))
		client.Close()
		server.Close()
		ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: "\x00" + name[1:], Net: "unix"})
		t.failed("NUL first", err, nil)
		t.log(tell(ln.Addr()))
		ln.Close()
		t.failed("longer", listenErr("unix", name+"x"), nil)
	})
}
