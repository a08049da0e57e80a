package main

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"time"
)

func hanging(t *T) *full {
	f := tryFull(false, 0)
	t.port = portOf(f.address)
	return f
}

func dials() {
	typed()
	cancels()
	limits()
	multipath()
}

func typed() {
	var none netip.AddrPort
	dead := netip.MustParseAddrPort(dead)
	loopback := netip.MustParseAddr("127.0.0.1")
	var dialer net.Dialer
	check("typed: dialTCP", func(t *T) {
		ln := must(net.Listen("tcp", "127.0.0.1:0"))
		to := netip.MustParseAddrPort(ln.Addr().String())
		t.port = portOf(ln.Addr().String())
		var dialer net.Dialer
		from := netip.MustParseAddrPort("127.0.0.2:0")
		conn := must(dialer.DialTCP(background, "tcp", from, to))
		t.ok("from", strings.HasPrefix(conn.LocalAddr().String(), "127.0.0.2:"))
		conn.Close()
		free, err := dialer.DialTCP(background, "tcp4", none, to)
		t.failed("from anywhere", err)
		free.Close()
		_, err = dialer.DialTCP(background, "tcp", none, dead)
		t.failed("refused", err)
		_, err = dialer.DialTCP(background, "tcp", from, dead)
		t.failed("refused too", err)
		_, err = dialer.DialTCP(background, "udp", none, dead)
		t.failed("network", err)
		_, err = dialer.DialTCP(background, "bad", none, none)
		t.failed("nowhere", err)
		_, err = dialer.DialTCP(background, "tcp4", none, netip.MustParseAddrPort("[::1]:1"))
		t.failed("family", err)
		dialer.Timeout = -1
		_, err = dialer.DialTCP(background, "tcp", none, to)
		t.failed("no time", err)
		ln.Close()
	})
	check("typed: dialUDP", func(t *T) {
		conn := must(dialer.DialUDP(background, "udp", none, dead))
		t.log(conn.RemoteAddr().String())
		t.ok("local", strings.HasPrefix(conn.LocalAddr().String(), "127.0.0.1:"))
		conn.Close()
		_, err := dialer.DialUDP(background, "tcp", none, dead)
		t.failed("network", err)
		_, err = dialer.DialUDP(background, "udp6", none, dead)
		t.failed("family", err)
	})
	check("typed: dialIP", func(t *T) {
		_, err := dialer.DialIP(background, "tcp", netip.Addr{}, loopback)
		t.failed("network", err)
		_, err = dialer.DialIP(background, "ip4", netip.Addr{}, loopback)
		t.failed("protocol", err)
	})
	check("raw: dialIP", func(t *T) {
		conn := must(dialer.DialIP(background, "ip4:icmp", netip.Addr{}, loopback))
		t.log(conn.LocalAddr().String() + " " + conn.RemoteAddr().String())
		conn.Close()
	})
	check("typed: dialUnix", func(t *T) {
		to := &net.UnixAddr{Name: nowhere, Net: "unix"}
		_, err := dialer.DialUnix(background, "unix", nil, nil)
		t.failed("no name", err)
		_, err = dialer.DialUnix(background, "tcp", nil, to)
		t.failed("network", err)
		_, err = dialer.DialUnix(background, "unix", nil, to)
		t.failed("no file", err)
	})
}

func cancels() {
	check("cancel: closed before", func(t *T) {
		f := hanging(t)
		cancel := make(chan struct{})
		close(cancel)
		t.dialed("dial")((&net.Dialer{Cancel: cancel}).Dial("tcp", f.address))
		f.close()
	})
	check("cancel: closed meanwhile", func(t *T) {
		f := hanging(t)
		cancel := make(chan struct{})
		dialer := &net.Dialer{Cancel: cancel, Timeout: time.Minute}
		one, two := start(dialer, f.address), start(dialer, f.address)
		close(cancel)
		t.dialed("one")(one.wait())
		t.dialed("two")(two.wait())
		f.close()
	})
	check("cancel: a value does it too", func(t *T) {
		f := hanging(t)
		cancel := make(chan struct{})
		one := start(&net.Dialer{Cancel: cancel}, f.address)
		cancel <- struct{}{}
		t.dialed("dial")(one.wait())
		f.close()
	})
	check("cancel: closed after", func(t *T) {
		ln := must(net.Listen("tcp", "127.0.0.1:0"))
		cancel := make(chan struct{})
		conn := must((&net.Dialer{Cancel: cancel}).Dial("tcp", ln.Addr().String()))
		peer := must(ln.Accept())
		close(cancel)
		settle()
		buffer := make([]byte, 4)
		_, err := peer.Write(buffer)
		t.failed("write", err)
		_, err = conn.Read(buffer)
		t.failed("read", err)
		conn.Close()
		peer.Close()
		ln.Close()
	})
}

func limits() {
	check("limits: the earliest counts", func(t *T) {
		f := hanging(t)
		later := time.Now().Add(time.Minute)
		long, end := context.WithDeadline(background, later)
		t.slow("timeout")((&net.Dialer{Timeout: soon, Deadline: later}).DialContext(long, "tcp", f.address))
		dialer := net.Dialer{Timeout: time.Minute, Deadline: time.Now().Add(soon)}
		t.slow("deadline")(dialer.DialContext(long, "tcp", f.address))
		dialer.Deadline = later
		short, done := context.WithTimeout(background, soon)
		t.slow("context")(dialer.DialContext(short, "tcp", f.address))
		end()
		done()
		dialer.Timeout = -time.Second
		t.slow("negative")(dialer.Dial("tcp", f.address))
		f.close()
	})
}

func multipath() {
	check("mptcp: on both sides, on one, on none", func(t *T) {
		var dialer net.Dialer
		t.ok("default", dialer.MultipathTCP())
		dialer.SetMultipathTCP(true)
		t.ok("set", dialer.MultipathTCP())
		t.dialed("refused")(dialer.Dial("tcp", dead))
		var config net.ListenConfig
		for i := range 3 {
			config.SetMultipathTCP(i == 0)
			dialer.SetMultipathTCP(i < 2)
			t.ok("listener's", config.MultipathTCP())
			ln := must(config.Listen(background, "tcp", "127.0.0.1:0"))
			conn := must(dialer.Dial("tcp", ln.Addr().String())).(*net.TCPConn)
			peer := must(ln.Accept()).(*net.TCPConn)
			t.ok("dialled", must(conn.MultipathTCP()))
			t.ok("accepted", must(peer.MultipathTCP()))
			conn.Close()
			peer.Close()
			ln.Close()
		}
	})
}
