package main

import (
	"net"
	"os"
	"strings"
)

type filer interface{ File() (*os.File, error) }

func place(network, name string) string {
	if strings.HasPrefix(network, "unix") {
		return inFolder(network + "-" + name)
	}
	return "127.0.0.1:0"
}

func addrText(addr net.Addr) string {
	if addr == nil {
		return "none"
	}
	return addr.Network() + " " + addr.String()
}

func fileOf(conn any) *os.File { return must(conn.(filer).File()) }

var streams = []string{"tcp", "unix", "unixpacket"}

func files() {
	fileConns()
	fileListeners()
	check("file: a connection of packets", func(t *T) {
		for _, network := range []string{"udp", "unixgram"} {
			first := must(net.ListenPacket(network, place(network, "file")))
			t.call(first.LocalAddr(), "A")
			f := fileOf(first)
			t.log(f.Name())
			t.failed("close", first.Close(), nil)
			second, err := net.FilePacketConn(f)
			t.failed("filePacketConn", err, nil)
			t.failed("close", f.Close(), nil)
			t.log(addrText(second.LocalAddr()))
			_, err = second.WriteTo([]byte("abc"), second.LocalAddr())
			t.failed("writeTo", err, nil)
			t.received("readFrom", second, 100)
			second.Close()
		}
	})
	fileErrors()
}

func fileConns() {
	check("file: a connection", func(t *T) {
		for _, network := range streams {
			ln := must(net.Listen(network, place(network, "file")))
			t.call(ln.Addr(), "SERVER")
			first := must(net.Dial(network, ln.Addr().String()))
			peer := must(ln.Accept())
			if network == "tcp" {
				t.call(first.LocalAddr(), "CLIENT")
			}
			f := fileOf(first)
			t.log(f.Name())
			t.failed("close", first.Close(), nil)
			second, err := net.FileConn(f)
			t.failed("fileConn", err, nil)
			t.failed("close", f.Close(), nil)
			t.log(addrText(second.LocalAddr()) + " " + addrText(second.RemoteAddr()))
			t.ok("works", exchange(second, peer))
			second.Close()
			t.log(read(peer, 100))
			peer.Close()
			ln.Close()
		}
	})
	check("file: a connection of UDP", func(t *T) {
		server := must(net.ListenPacket("udp", "127.0.0.1:0"))
		t.call(server.LocalAddr(), "SERVER")
		first := must(net.Dial("udp", server.LocalAddr().String()))
		t.call(first.LocalAddr(), "CLIENT")
		f := fileOf(first)
		t.log(f.Name())
		first.Close()
		second := must(net.FileConn(f))
		f.Close()
		t.log(addrText(second.LocalAddr()) + " " + addrText(second.RemoteAddr()))
		_, err := second.Write([]byte("abc"))
		t.failed("write", err, nil)
		t.received("server", server, 100)
		second.Close()
		server.Close()
	})
	check("file: both ends of one socket", func(t *T) {
		p := newPair()
		f := fileOf(p.client)
		other := must(net.FileConn(f))
		f.Close()
		o := startRead(other, 10)
		p.client.SetReadDeadline(past)
		t.log(read(p.client, 100))
		t.ok("the other waits on", !o.done())
		write(p.server, "abc")
		t.log(o.wait().text())
		p.client.Close()
		t.ok("the other works", exchange(other, p.server))
		other.Close()
		t.log(read(p.server, 100))
		p.close()
	})
}

func fileListeners() {
	check("file: a listener", func(t *T) {
		for _, network := range streams {
			first := must(net.Listen(network, place(network, "file-listener")))
			t.call(first.Addr(), "A")
			f := fileOf(first)
			t.log(f.Name())
			second, err := net.FileListener(f)
			t.failed("fileListener", err, nil)
			t.failed("close", f.Close(), nil)
			if network == "tcp" {
				t.failed("close", first.Close(), nil)
			}
			t.log(addrText(second.Addr()))
			conn := must(net.Dial(network, second.Addr().String()))
			peer := must(second.Accept())
			t.ok("works", exchange(conn, peer))
			conn.Close()
			peer.Close()
			t.failed("close", second.Close(), nil)
			if network != "tcp" {
				t.failed("close", first.Close(), nil)
			}
		}
	})
	check("file: the path of a listener", func(t *T) {
		for kind := range 3 {
			first := must(net.Listen("unix", inFolder("file-path")))
			f := fileOf(first)
			second := must(net.FileListener(f)).(*net.UnixListener)
			there(t, "two", "file-path")
			if kind > 0 {
				second.SetUnlinkOnClose(kind == 1)
			}
			f.Close()
			there(t, "file closed", "file-path")
			second.Close()
			there(t, "copy closed", "file-path")
			first.Close()
			there(t, "closed", "file-path")
		}
	})
}

func fileErrors() {
	check("file: of the wrong kind", func(t *T) {
		fail := func(what string, f *os.File, kind string) {
			var err error
			switch kind {
			case "conn":
				_, err = net.FileConn(f)
			case "listener":
				_, err = net.FileListener(f)
			case "packets":
				_, err = net.FilePacketConn(f)
			}
			t.failed(what, err, nil)
		}
		null := must(os.Open("/dev/null"))
		fail("fileConn", null, "conn")
		fail("fileListener", null, "listener")
		fail("filePacketConn", null, "packets")
		null.Close()
		p := newPair()
		t.call(p.client.LocalAddr(), "A")
		t.call(p.client.RemoteAddr(), "B")
		f := fileOf(p.client)
		fail("filePacketConn of tcp", f, "packets")
		t.failed("close", f.Close(), nil)
		t.logf("close again: %v", f.Close())
		fail("fileConn of what is closed", f, "conn")
		p.close()
		conn := must(net.ListenUDP("udp", nil))
		t.call(conn.LocalAddr(), "C")
		packets := fileOf(conn)
		fail("fileListener of udp", packets, "listener")
		packets.Close()
		conn.Close()
	})
	check("file: after close", func(t *T) {
		p := newPair()
		p.client.Close()
		_, err := p.client.File()
		t.failed("conn", err, p.client)
		p.close()
		ln := local()
		ln.Close()
		_, err = ln.File()
		t.listener("listener", err, ln)
		conn := must(net.ListenUDP("udp", nil))
		t.call(conn.LocalAddr(), "C")
		conn.Close()
		_, err = conn.File()
		t.failed("udp", err, nil)
		unix := must(net.Listen("unix", inFolder("file-closed"))).(*net.UnixListener)
		unix.Close()
		_, err = unix.File()
		t.failed("unix", err, nil)
	})
	check("file: while another closes", func(t *T) {
		wrong := 0
		for range 30 {
			p := newPair()
			closed := make(chan error)
			go func() { closed <- p.client.Close() }()
			if f, err := p.client.File(); err == nil {
				f.Close()
			}
			if <-closed != nil {
				wrong++
			}
			p.close()
		}
		t.logf("wrong: %d", wrong)
	})
}
