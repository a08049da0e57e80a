package main

import (
	"context"
	"net"
	"syscall"
)

func multicast() {
	group := func(network string, ifi *net.Interface, address string) *net.UDPConn {
		return must(net.ListenMulticastUDP(network, ifi, udpAddr(address)))
	}
	heard := func(t *T, conn *net.UDPConn) {
		buffer := make([]byte, 100)
		n, _, err := conn.ReadFromUDP(buffer)
		t.failed(string(buffer[:n]), err, nil)
	}
	check("multicast: a group", func(t *T) {
		lo := must(net.InterfaceByName("lo"))
		one := group("udp4", lo, "224.0.0.254:0")
		_, port, _ := net.SplitHostPort(one.LocalAddr().String())
		t.callText(":"+port, ":P")
		t.logf("%s %v", one.LocalAddr().Network(), one.LocalAddr())
		two := group("udp", lo, "224.0.0.254:"+port)
		t.logf("%v", two.LocalAddr())
		sender := must(net.DialUDP("udp4", udpAddr("127.0.0.1:0"), udpAddr("224.0.0.254:"+port)))
		t.failed("write", second(sender.Write([]byte("to all"))), sender)
		heard(t, one)
		heard(t, two)
		t.failed("close", one.Close(), nil)
		sender.Write([]byte("to the rest"))
		heard(t, two)
		two.SetReadDeadline(past)
		t.ok("nothing more", third(two.ReadFromUDP(make([]byte, 9))) != nil)
		two.Close()
		sender.Close()
	})
	check("multicast: no group", func(t *T) {
		lo := must(net.InterfaceByName("lo"))
		fail := func(what, network string, ifi *net.Interface, gaddr *net.UDPAddr) {
			t.failed(what, second(net.ListenMulticastUDP(network, ifi, gaddr)), nil)
		}
		fail("nil", "udp", lo, nil)
		fail("no IP", "udp", lo, &net.UDPAddr{})
		fail("tcp", "tcp", lo, udpAddr("224.0.0.254:0"))
		fail("unicast", "udp", lo, udpAddr("127.0.0.1:0"))
		fail("elsewhere", "udp", lo, udpAddr("192.0.2.1:0"))
		fail("not IPv6", "udp6", lo, udpAddr("224.0.0.254:0"))
		fail("no interface", "udp4", &net.Interface{Index: 0x7ffffff, Name: "nowhere"}, udpAddr("224.0.0.254:0"))
	})
	check("multicast: a place that is a group", func(t *T) { groupPlaces(t, "udp4", "224.0.0.254") })
	check("ip6: multicast: a place that is a group", func(t *T) { groupPlaces(t, "udp6", "[ff01::114]") })
	check("ip6: multicast: a group", func(t *T) {
		lo := must(net.InterfaceByName("lo"))
		one := group("udp6", lo, "[ff01::114]:0")
		_, port, _ := net.SplitHostPort(one.LocalAddr().String())
		t.callText(":"+port, ":P")
		t.logf("%v", one.LocalAddr())
		two := group("udp", lo, "[ff01::114]:"+port)
		t.logf("%v", two.LocalAddr())
		one.Close()
		two.Close()
	})
}

// groupPlaces: who listens at a group listens at its port on all addresses, with others.
func groupPlaces(t *T, network, host string) {
	var hooked string
	var config net.ListenConfig
	config.Control = func(_, address string, _ syscall.RawConn) error {
		hooked = address
		return nil
	}
	one := must(config.ListenPacket(context.Background(), network, host+":0"))
	_, port, _ := net.SplitHostPort(one.LocalAddr().String())
	t.callText(":"+port, ":P")
	t.logf("%s %v", hooked, one.LocalAddr())
	two, err := config.ListenPacket(context.Background(), "udp", host+":"+port)
	t.failed("listenPacket", err, nil)
	t.logf("%s %v", hooked, two.LocalAddr())
	three, err := net.ListenUDP(network, udpAddr(host+":"+port))
	t.failed("listenUDP", err, nil)
	t.logf("%v", three.LocalAddr())
	_, err = net.ListenPacket(network, ":"+port)
	t.failed("who does not share", err, nil)
	one.Close()
	two.Close()
	three.Close()
}
