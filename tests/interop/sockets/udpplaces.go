package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// listenPacketErr is the error of a listenPacket, whose socket nobody needs.
func listenPacketErr(network, address string) error {
	conn, err := net.ListenPacket(network, address)
	if err == nil {
		conn.Close()
	}
	return err
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
