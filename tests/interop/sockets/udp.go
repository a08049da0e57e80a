package main

import (
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
