package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

func udpAddr(text string) *net.UDPAddr { return must(net.ResolveUDPAddr("udp", text)) }

func udpAt(address string) *net.UDPConn { return must(net.ListenUDP("udp", udpAddr(address))) }

func dialled(to *net.UDPConn) *net.UDPConn {
	return must(net.DialUDP("udp", nil, to.LocalAddr().(*net.UDPAddr)))
}

func second[A, B any](_ A, b B) B { return b }

func third[A, B, C any](_ A, _ B, c C) C { return c }

// listenPacketErr is the error of a listenPacket, whose socket nobody needs.
func listenPacketErr(network, address string) error {
	conn, err := net.ListenPacket(network, address)
	if err == nil {
		conn.Close()
	}
	return err
}

func udp() {
	udpNames()
	udpPackets()
	udpWrites()
	udpTargets()
	udpEnds()
}

func udpNames() {
	check("udp: names", func(t *T) {
		one := udpAt("127.0.0.1:0")
		t.call(one.LocalAddr(), "ONE")
		t.ok("no remote", one.RemoteAddr() == nil)
		for _, from := range []*net.UDPAddr{nil, udpAddr("127.0.0.1:0")} {
			two := must(net.DialUDP("udp", from, one.LocalAddr().(*net.UDPAddr)))
			t.logf("%v %s", two.RemoteAddr(), two.RemoteAddr().Network())
			t.ok("a port", strings.HasPrefix(two.LocalAddr().String(), "127.0.0.1:"))
			t.ok("not 0", two.LocalAddr().(*net.UDPAddr).Port != 0)
			two.Close()
		}
		one.Close()
		for _, at := range []*net.UDPAddr{udpAddr("127.0.0.1:0"), udpAddr(":0"), nil} {
			conn := must(net.ListenUDP("udp4", at))
			local := conn.LocalAddr().(*net.UDPAddr)
			end := ""
			if local.Port == 0 {
				end = " no port"
			}
			t.logf("%v %s%s", local.IP, local.Network(), end)
			conn.Close()
		}
	})
	check("udp: who sent it", func(t *T) {
		server := udpAt("127.0.0.1:0")
		one, two := dialled(server), dialled(server)
		t.call(one.LocalAddr(), "ONE")
		t.call(two.LocalAddr(), "TWO")
		buffer := make([]byte, 100)
		for range 4 {
			one.Write([]byte("first"))
			two.Write([]byte("second"))
		}
		for range 2 {
			t.received("readFrom", server, 100)
			n, addr, err := server.ReadFromUDP(buffer)
			t.packet("readFromUDP", string(buffer[:n]), addr, err)
			n, from, _ := server.ReadFromUDPAddrPort(buffer)
			t.logf("readFromUDPAddrPort: %s %v", buffer[:n], from)
			n, _, _, from, _ = server.ReadMsgUDPAddrPort(buffer, nil)
			t.logf("readMsgUDPAddrPort: %s %v", buffer[:n], from)
		}
		one.Close()
		two.Close()
		server.Close()
	})
	check("udp: whose version the sender's address has", func(t *T) {
		conn := must(net.ListenUDP("udp4", udpAddr("127.0.0.1:0")))
		to := conn.LocalAddr().(*net.UDPAddr).AddrPort()
		buffer := make([]byte, 8)
		t.failed("write", second(conn.WriteToUDPAddrPort(buffer, to)), nil)
		_, _, _, from, _ := conn.ReadMsgUDPAddrPort(buffer, nil)
		t.ok("is4", from.Addr().Is4())
		conn.WriteToUDPAddrPort(buffer, to)
		_, _, _, addr, _ := conn.ReadMsgUDP(buffer, nil)
		t.logf("%d", len(addr.IP))
		conn.Close()
	})
}

func udpPackets() {
	check("udp: of nothing", func(t *T) {
		conn := udpAt("127.0.0.1:0")
		t.call(conn.LocalAddr(), "A")
		for range 2 {
			n, err := conn.WriteTo(nil, conn.LocalAddr())
			t.op("write", n, err, nil)
		}
		n, err := conn.Read(make([]byte, 1))
		t.op("read", n, err, nil)
		t.received("readFrom", conn, 1)
		client := dialled(conn)
		t.failed("empty write of a connected one", second(client.Write(nil)), client)
		t.ok("arrives", third(conn.ReadFrom(make([]byte, 1))) == nil)
		client.Close()
		conn.Close()
	})
	check("udp: a buffer of nothing", func(t *T) {
		conn := udpAt("127.0.0.1:0")
		t.call(conn.LocalAddr(), "A")
		conn.WriteTo([]byte("lost"), conn.LocalAddr())
		t.received("readFrom", conn, 0)
		conn.WriteTo([]byte("kept"), conn.LocalAddr())
		n, err := conn.Read(nil)
		t.op("read", n, err, nil)
		t.received("readFrom", conn, 100)
		conn.Close()
	})
	check("udp: longer than the buffer", func(t *T) {
		server := udpAt("127.0.0.1:0")
		client := dialled(server)
		t.call(client.LocalAddr(), "A")
		for range 4 {
			client.Write([]byte("abcdefghij"))
		}
		buffer := make([]byte, 9)
		n, err := server.Read(buffer)
		t.log(string(buffer[:n]))
		t.failed("read", err, nil)
		t.received("readFrom", server, 4)
		n, oobn, flags, _, _ := server.ReadMsgUDP(buffer, nil)
		t.logf("%s flags %d %d", buffer[:n], flags, oobn)
		n, _, flags, _, _ = server.ReadMsgUDP(make([]byte, 10), nil)
		t.logf("%d flags %d", n, flags)
		client.Close()
		server.Close()
	})
	check("udp: the largest", func(t *T) {
		server := udpAt("127.0.0.1:0")
		client := dialled(server)
		n, err := client.Write(make([]byte, 65507))
		t.op("65507", n, err, client)
		n, _, _ = server.ReadFrom(make([]byte, 65536))
		t.logf("%d", n)
		n, err = client.Write(make([]byte, 65508))
		t.op("65508", n, err, client)
		client.Close()
		server.Close()
	})
	check("udp: a timeout", func(t *T) {
		conn := udpAt("127.0.0.1:0")
		t.call(conn.LocalAddr(), "A")
		conn.SetDeadline(past)
		t.received("past", conn, 100)
		t.failed("writeTo", second(conn.WriteTo([]byte("abc"), conn.LocalAddr())), nil)
		start := time.Now()
		conn.SetDeadline(start.Add(30 * time.Millisecond))
		t.received("soon", conn, 100)
		t.ok("not early", time.Since(start) >= 30*time.Millisecond)
		conn.SetDeadline(time.Time{})
		conn.WriteTo([]byte("abc"), conn.LocalAddr())
		t.received("never", conn, 100)
		conn.Close()
	})
	check("udp: empty control data", func(t *T) {
		conn := udpAt("127.0.0.1:0")
		to := conn.LocalAddr().(*net.UDPAddr).AddrPort()
		oob := make([]byte, 8)[:0]
		n, oobn, err := conn.WriteMsgUDPAddrPort(make([]byte, 8), oob, to)
		t.logf("%d %d", n, oobn)
		t.failed("write", err, nil)
		n, oobn, flags, _, err := conn.ReadMsgUDPAddrPort(make([]byte, 8), oob)
		t.logf("%d %d %d", n, oobn, flags)
		t.failed("read", err, nil)
		conn.Close()
	})
	check("udp: to all of the network", func(t *T) {
		conn := must(net.ListenUDP("udp4", nil))
		port := conn.LocalAddr().(*net.UDPAddr).Port
		client := must(net.DialUDP("udp4", nil, &net.UDPAddr{IP: net.IPv4(127, 255, 255, 255), Port: port}))
		t.failed("write", second(client.Write([]byte("abc"))), client)
		buffer := make([]byte, 10)
		n, _, _ := conn.ReadFromUDP(buffer)
		t.log(string(buffer[:n]))
		client.Close()
		conn.Close()
	})
}

func udpWrites() {
	check("udp: writes to everybody", func(t *T) {
		peer, conn := udpAt("127.0.0.1:0"), udpAt("127.0.0.1:0")
		t.call(peer.LocalAddr(), "PEER")
		t.call(conn.LocalAddr(), "A")
		to := peer.LocalAddr().(*net.UDPAddr)
		t.failed("writeToUDP", second(conn.WriteToUDP([]byte("one"), to)), nil)
		t.failed("writeTo", second(conn.WriteTo([]byte("two"), to)), nil)
		t.failed("writeMsgUDP", third(conn.WriteMsgUDP([]byte("three"), nil, to)), nil)
		t.failed("AddrPort", second(conn.WriteToUDPAddrPort([]byte("four"), to.AddrPort())), nil)
		for range 4 {
			t.received("peer", peer, 100)
		}
		t.failed("write", second(conn.Write([]byte("five"))), nil)
		t.failed("writeMsgUDP nil", third(conn.WriteMsgUDP([]byte("six"), nil, nil)), nil)
		t.failed("writeToUDP nil", second(conn.WriteToUDP([]byte("seven"), nil)), nil)
		t.failed("no AddrPort", second(conn.WriteToUDPAddrPort([]byte("eight"), netip.AddrPort{})), nil)
		t.failed("no AddrPort", third(conn.WriteMsgUDPAddrPort([]byte("nine"), nil, netip.AddrPort{})), nil)
		t.failed("port 0", second(conn.WriteTo([]byte("ten"), udpAddr("127.0.0.1:0"))), nil)
		peer.Close()
		conn.Close()
	})
	check("udp: writes to one peer", func(t *T) {
		peer := udpAt("127.0.0.1:0")
		conn := dialled(peer)
		t.call(peer.LocalAddr(), "PEER")
		t.call(conn.LocalAddr(), "A")
		to := peer.LocalAddr().(*net.UDPAddr)
		t.failed("AddrPort", second(conn.WriteToUDPAddrPort([]byte("one"), to.AddrPort())), nil)
		t.failed("writeToUDP", second(conn.WriteToUDP([]byte("two"), to)), nil)
		t.failed("writeTo", second(conn.WriteTo([]byte("three"), to)), nil)
		t.failed("writeToUDP nil", second(conn.WriteToUDP([]byte("four"), nil)), nil)
		t.failed("write", second(conn.Write([]byte("five"))), nil)
		t.failed("writeMsgUDP", third(conn.WriteMsgUDP([]byte("six"), nil, to)), nil)
		t.failed("writeMsgUDP nil", third(conn.WriteMsgUDP([]byte("seven"), nil, nil)), nil)
		t.failed("MsgAddrPort", third(conn.WriteMsgUDPAddrPort([]byte("eight"), nil, to.AddrPort())), nil)
		t.failed("no AddrPort", third(conn.WriteMsgUDPAddrPort([]byte("nine"), nil, netip.AddrPort{})), nil)
		for range 3 {
			t.received("peer", peer, 100)
		}
		peer.Close()
		conn.Close()
	})
	check("udp: a peer takes nothing from others", func(t *T) {
		peer := udpAt("127.0.0.1:0")
		conn := dialled(peer)
		other := udpAt("127.0.0.1:0")
		t.call(peer.LocalAddr(), "PEER")
		other.WriteTo([]byte("stranger"), conn.LocalAddr())
		peer.WriteTo([]byte("peer"), conn.LocalAddr())
		t.received("first", conn, 100)
		conn.SetReadDeadline(past)
		t.ok("no more", third(conn.ReadFrom(make([]byte, 9))) != nil)
		peer.Close()
		conn.Close()
		other.Close()
	})
	check("udp: nobody there", func(t *T) {
		conn := must(net.DialUDP("udp", nil, udpAddr(deadAddress())))
		t.failed("write", second(conn.Write([]byte("abc"))), conn)
		t.log(read(conn, 100))
		t.failed("write again", second(conn.Write([]byte("abc"))), conn)
		t.call(conn.LocalAddr(), "A")
		t.received("readFrom", conn, 100)
		conn.Close()
	})
}

func udpTargets() {
	check("udp: targets of udp4", func(t *T) {
		conn := must(net.ListenUDP("udp4", udpAddr("127.0.0.1:0")))
		t.call(conn.LocalAddr(), "A")
		for _, text := range []string{"127.0.0.1:12345", "[::ffff:127.0.0.1]:12345", "[::1]:12345"} {
			to := netip.MustParseAddrPort(text)
			t.failed(text, third(conn.WriteMsgUDPAddrPort([]byte("abc"), nil, to)), nil)
			t.failed("AddrPort", second(conn.WriteToUDPAddrPort([]byte("abc"), to)), nil)
			t.failed("UDPAddr", second(conn.WriteTo([]byte("abc"), udpAddr(text))), nil)
		}
		conn.Close()
	})
	check("udp: a bad address", func(t *T) {
		addresses := []string{
			"127.0.0.1", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:123456789", "127.0.0.1:nosuchport", "127.0.0.1:☺",
			"mh/astro/r70:http", "::1:80", "[::1]80",
		}
		for _, network := range []string{"udp", "udp4", "udp6"} {
			for _, address := range addresses {
				t.failed(network+" listen", listenPacketErr(network, address), nil)
				t.failed("dial", dialErr(net.Dial(network, address)), nil)
			}
		}
		for _, network := range []string{"foo", "tcp", "datakit", "ip", "ip4"} {
			t.failed(network, listenPacketErr(network, "127.0.0.1:0"), nil)
		}
	})
	check("udp: a bad place", func(t *T) {
		t.failed("not of this machine", listenPacketErr("udp", "192.0.2.1:0"), nil)
		t.failed("not IPv4", listenPacketErr("udp4", "[::1]:0"), nil)
		t.failed("not IPv6", listenPacketErr("udp6", "127.0.0.1:0"), nil)
		t.failed("dial not IPv4", dialErr(net.Dial("udp4", "[::1]:1")), nil)
		t.failed("dial nowhere", dialErr(net.Dial("udp", "")), nil)
		tooLarge := &net.UDPAddr{Port: 1 << 16}
		t.failed("port", second(net.ListenUDP("udp", tooLarge)), nil)
		t.failed("dial port", second(net.DialUDP("udp", nil, tooLarge)), nil)
		conn := udpAt("127.0.0.1:0")
		t.logf("write port: %v", errors.Unwrap(second(conn.WriteTo(nil, tooLarge))))
		conn.Close()
		t.failed("network", second(net.ListenUDP("tcp", nil)), nil)
		t.failed("dialUDP nil", second(net.DialUDP("udp", nil, nil)), nil)
		t.failed("from elsewhere", second(net.DialUDP("udp", udpAddr("192.0.2.1:0"), udpAddr(deadAddress()))), nil)
	})
	check("udp: a place that is in use", func(t *T) {
		conn := udpAt("127.0.0.1:0")
		address := conn.LocalAddr().String()
		t.named("again", listenPacketErr("udp", address), address)
		t.named("udp4", listenPacketErr("udp4", address), address)
		t.failed("close", conn.Close(), nil)
		t.named("after close", listenPacketErr("udp", address), address)
	})
}

func udpEnds() {
	check("udp: after close", func(t *T) {
		conn := udpAt("127.0.0.1:0")
		t.call(conn.LocalAddr(), "A")
		for range 3 {
			t.failed("close", conn.Close(), nil)
		}
		t.received("readFrom", conn, 100)
		t.failed("writeTo", second(conn.WriteTo([]byte("abc"), conn.LocalAddr())), nil)
		t.failed("write", second(conn.Write([]byte("abc"))), nil)
		t.failed("setDeadline", conn.SetDeadline(past), nil)
		t.failed("setReadBuffer", conn.SetReadBuffer(2048), nil)
		t.failed("setWriteBuffer", conn.SetWriteBuffer(2048), nil)
		t.ok("the address stays", conn.LocalAddr() != nil)
	})
	check("udp: close while a read waits", func(t *T) {
		conn := udpAt("127.0.0.1:0")
		t.call(conn.LocalAddr(), "A")
		o := startReceive(conn, 0)
		next := startReceive(conn, 10)
		t.ok("waits", !o.done())
		t.failed("close", conn.Close(), nil)
		o.wait()
		t.packet("read", o.text(), o.from, o.err)
		t.packet("the next", next.wait().text(), next.from, next.err)
	})
	check("udp: every method", func(t *T) {
		conn := must(net.ListenUDP("udp4", udpAddr("127.0.0.1:0")))
		t.call(conn.LocalAddr(), "A")
		t.failed("setDeadline", conn.SetDeadline(time.Now().Add(time.Hour)), nil)
		t.failed("setReadDeadline", conn.SetReadDeadline(time.Time{}), nil)
		t.failed("setWriteDeadline", conn.SetWriteDeadline(time.Time{}), nil)
		t.failed("setReadBuffer", conn.SetReadBuffer(2048), nil)
		t.failed("setWriteBuffer", conn.SetWriteBuffer(2048), nil)
		t.failed("writeToUDP", second(conn.WriteToUDP([]byte("abc"), conn.LocalAddr().(*net.UDPAddr))), nil)
		t.received("readFrom", conn, 100)
		conn.Close()
	})
}

func udpWildcards() {
	check("udp: servers", func(t *T) {
		for _, place := range []string{"udp :0", "udp 0.0.0.0:0", "udp4 :0", "udp4 127.0.0.1:0"} {
			serve(t, place, "127.0.0.1")
		}
	})
	check("ip6: udp: servers", func(t *T) {
		places := []string{
			"udp :0", "udp 0.0.0.0:0", "udp [::ffff:0.0.0.0]:0", "udp [::]:0", "udp [::1]:0", "udp6 :0", "udp6 [::]:0", "udp6 [::1]:0",
		}
		for _, place := range places {
			serve(t, place, "127.0.0.1")
			serve(t, place, "::1")
		}
	})
	check("ip6: udp: targets of a wildcard", func(t *T) {
		conn := must(net.ListenUDP("udp", nil))
		port := conn.LocalAddr().(*net.UDPAddr).Port
		for i, host := range []string{"127.0.0.1", "::1"} {
			peer := udpAt(net.JoinHostPort(host, "0"))
			t.call(peer.LocalAddr(), "PEER")
			to := peer.LocalAddr().(*net.UDPAddr).AddrPort()
			t.failed(host, third(conn.WriteMsgUDPAddrPort([]byte("abc"), nil, to)), nil)
			buffer := make([]byte, 10)
			n, from, _ := peer.ReadFromUDP(buffer)
			t.logf("%s from %v", buffer[:n], from.IP)
			if i == 0 {
				mapped := netip.AddrPortFrom(netip.MustParseAddr("::ffff:127.0.0.1"), to.Port())
				t.failed("mapped", third(conn.WriteMsgUDPAddrPort([]byte("def"), nil, mapped)), nil)
				n, _, _ = peer.ReadFromUDP(buffer)
				t.log(string(buffer[:n]))
				back := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}
				peer.WriteTo([]byte("back"), back)
				n, lean, _ := conn.ReadFromUDPAddrPort(buffer)
				t.logf("%s from %v", buffer[:n], lean.Addr())
				peer.WriteTo([]byte("back"), back)
				_, typed, _ := conn.ReadFromUDP(buffer)
				t.logf("%d", len(typed.IP))
			}
			peer.Close()
		}
		conn.Close()
	})
}

// beside are two places each, a network and a host, of which the second one gets the first one's port.
var beside = []string{
	"udp  udp ", "udp  udp 0.0.0.0", "udp 0.0.0.0 udp ", "udp  udp ::", "udp :: udp ", "udp 0.0.0.0 udp ::", "udp :: udp 0.0.0.0",
	"udp ::ffff:0.0.0.0 udp ::", "udp :: udp ::ffff:0.0.0.0", "udp4  udp6 ", "udp6  udp4 ", "udp4 0.0.0.0 udp6 ::",
	"udp6 :: udp4 0.0.0.0", "udp 127.0.0.1 udp ::1", "udp ::1 udp 127.0.0.1", "udp4 127.0.0.1 udp6 ::1", "udp6 ::1 udp4 127.0.0.1",
}

func besides() {
	note := func(pair string, first net.Addr, second func(port string) error) string {
		_, port, _ := net.SplitHostPort(first.String())
		end := "both"
		if err := second(port); err != nil {
			end = err.Error()
		}
		return strings.ReplaceAll(pair+" at "+first.String()+": "+end, ":"+port, ":P")
	}
	// Beside the first one somebody else may have the port. Where both cannot be, it never works.
	try := func(t *T, attempt func() string) {
		line := attempt()
		for i := 1; i < 10 && !strings.HasSuffix(line, "both"); i++ {
			line = attempt()
		}
		t.log(line)
	}
	check("ip6: who reaches a port of UDP beside another", func(t *T) {
		for _, pair := range beside {
			words := strings.Split(pair, " ")
			try(t, func() string {
				first := must(net.ListenPacket(words[0], net.JoinHostPort(words[1], "0")))
				defer first.Close()
				return note(pair, first.LocalAddr(), func(port string) error {
					return listenPacketErr(words[2], net.JoinHostPort(words[3], port))
				})
			})
		}
	})
	check("ip6: who reaches a port of TCP beside another", func(t *T) {
		for _, pair := range beside {
			pair = strings.ReplaceAll(pair, "udp", "tcp")
			words := strings.Split(pair, " ")
			try(t, func() string {
				first := must(net.Listen(words[0], net.JoinHostPort(words[1], "0")))
				defer first.Close()
				return note(pair, first.Addr(), func(port string) error {
					return listenErr(words[2], net.JoinHostPort(words[3], port))
				})
			})
		}
	})
}

// serve lets a client of an address talk to a server, dialled and not.
func serve(t *T, place, host string) {
	network, address, _ := strings.Cut(place, " ")
	server := must(net.ListenPacket(network, address))
	_, port, _ := net.SplitHostPort(server.LocalAddr().String())
	line := place + " at " + server.LocalAddr().String() + " from " + host + ": "
	client := must(net.Dial("udp", net.JoinHostPort(host, port)))
	buffer := make([]byte, 10)
	client.Write([]byte("ping"))
	// Whom nobody hears is told so, at once on one machine, by the next call.
	if _, err := client.Write([]byte("ping")); err != nil {
		line += err.(*net.OpError).Err.Error()
	} else {
		n, from, _ := server.ReadFrom(buffer)
		line += string(buffer[:n])
		if from.String() == client.LocalAddr().String() {
			line += " from the client"
		}
		line += fmt.Sprintf(" %d", len(from.(*net.UDPAddr).IP))
		server.WriteTo([]byte("pong"), from)
		line += " " + read(client, 100)
	}
	client.Close()
	server.Close()
	t.log(strings.ReplaceAll(line, ":"+port, ":P"))
}
