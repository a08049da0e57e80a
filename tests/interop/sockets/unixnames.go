package main

import (
	"net"
	"strings"
)

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
