package main

import (
	"context"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// linkLocal is about addresses that mean nothing without a zone: an interface with a link-local address, and another one with the same.
type linkLocal struct {
	name, index, address, other string
}

func linkLocals() {
	l := linkLocal{name: os.Args[2], address: os.Args[3]}
	ifi := must(net.InterfaceByName(l.name))
	l.index = strconv.Itoa(ifi.Index)
	check("link: tcp by name", func(t *T) { l.stream(t, l.name) })
	check("link: tcp by number", func(t *T) { l.stream(t, l.index) })
	check("link: udp by name", func(t *T) { l.packet(t, l.name) })
	check("link: udp by number", func(t *T) { l.packet(t, l.index) })
	check("link: zones that lead nowhere", l.nowhere)
	check("link: from a local address", l.from)
	check("link: multicast", func(t *T) { l.multicast(t, ifi) })
	check("raw: link: ping", l.ping)
	if len(os.Args) > 4 {
		l.other = os.Args[4]
		check("link: one address of two interfaces", l.twins)
	}
	checks.Wait()
}

// hide gives what is another on each machine, and in each run, a name.
func (l linkLocal) hide(t *T, addrs ...net.Addr) {
	for _, addr := range addrs {
		t.callText("]:"+port(addr), "]:P")
	}
	t.callText(l.address, "LL")
	t.callText("%"+l.name, "%IF")
	if l.other != "" {
		t.callText("%"+l.other, "%OTHER")
	}
	t.callText("%"+l.index+"]", "%NUMBER]")
}

func port(addr net.Addr) string {
	_, port, _ := net.SplitHostPort(addr.String())
	return port
}

func (l linkLocal) at(zone, port string) string { return "[" + l.address + "%" + zone + "]:" + port }

// listenAt listens with plain TCP: a listener of Multipath TCP does not know the zone of its own address.
func listenAt(network, address string) (net.Listener, error) {
	var config net.ListenConfig
	config.SetMultipathTCP(false)
	return config.Listen(context.Background(), network, address)
}

func (l linkLocal) stream(t *T, zone string) {
	for _, network := range []string{"tcp", "tcp6"} {
		ln := must(listenAt(network, l.at(zone, "0")))
		l.hide(t, ln.Addr())
		t.log("listener " + ln.Addr().String())
		client := must(net.Dial(network, ln.Addr().String()))
		server := must(ln.Accept())
		t.ok("one port", port(client.LocalAddr()) == port(server.RemoteAddr()))
		l.hide(t, client.LocalAddr())
		t.log(client.LocalAddr().String() + " to " + client.RemoteAddr().String())
		t.log(server.LocalAddr().String() + " from " + server.RemoteAddr().String())
		t.ok("exchange", exchange(client, server))
		client.Close()
		server.Close()
		again, err := net.Dial(network, l.at(zone, port(ln.Addr())))
		t.failed("dial", err, nil)
		t.log("to " + again.RemoteAddr().String())
		again.Close()
		ln.Close()
		_, err = net.Dial(network, l.at(zone, port(ln.Addr())))
		t.failed("refused", err, nil)
	}
}

func (l linkLocal) packet(t *T, zone string) {
	for _, network := range []string{"udp", "udp6"} {
		one := must(net.ListenPacket(network, l.at(zone, "0"))).(*net.UDPConn)
		wild := must(net.ListenPacket(network, "[::]:0")).(*net.UDPConn)
		there := one.LocalAddr().(*net.UDPAddr)
		conn := must(net.Dial(network, l.at(zone, port(there))))
		l.hide(t, there, wild.LocalAddr(), conn.LocalAddr())
		t.log(there.String())
		t.log(conn.LocalAddr().String() + " to " + conn.RemoteAddr().String())
		write(conn, "dialled")
		buffer := make([]byte, 100)
		n, addr, err := one.ReadFrom(buffer)
		t.packet("one", string(buffer[:n]), addr, err)
		_, err = one.WriteTo([]byte("back"), addr)
		t.failed("back", err, nil)
		n, err = conn.Read(buffer)
		t.op(string(buffer[:n]), n, err, nil)

		to := &net.UDPAddr{IP: net.ParseIP(l.address), Port: there.Port, Zone: zone}
		_, err = wild.WriteTo([]byte("wild"), to)
		t.failed("wild", err, nil)
		n, from, _ := one.ReadFromUDPAddrPort(buffer)
		t.log(string(buffer[:n]) + " from " + from.String())
		_, err = one.WriteToUDPAddrPort([]byte("netip"), from)
		t.failed("writeToUDPAddrPort", err, nil)
		n, _, _, sender, err := wild.ReadMsgUDP(buffer, nil)
		t.packet("wild", string(buffer[:n]), sender, err)
		_, _, err = wild.WriteMsgUDPAddrPort([]byte("message"), nil, netip.MustParseAddrPort(l.at(zone, port(there))))
		t.failed("writeMsgUDPAddrPort", err, nil)
		t.received("one", one, 100)

		nowhere := &net.UDPAddr{IP: net.ParseIP(l.address), Port: there.Port}
		_, err = one.WriteTo([]byte("own zone"), nowhere)
		t.failed("one without a zone", err, nil)
		nowhere.Zone = "999999"
		_, err = wild.WriteTo([]byte("lost"), nowhere)
		t.failed("wild to no interface", err, nil)
		one.Close()
		wild.Close()
		conn.Close()
	}
}

func (l linkLocal) nowhere(t *T) {
	l.hide(t)
	for _, zone := range []string{"nowhere", "999999", "0", "-1", "4294967297", "16777216", "", "x%y"} {
		_, err := listenAt("tcp", l.at(zone, "0"))
		t.failed("listen", err, nil)
		_, err = net.Dial("tcp", l.at(zone, "1"))
		t.failed("dial", err, nil)
		_, err = net.ListenPacket("udp6", l.at(zone, "0"))
		t.failed("listenPacket", err, nil)
		_, err = net.Dial("udp", l.at(zone, "1"))
		t.failed("dial", err, nil)
	}
	_, err := net.Listen("tcp", "["+l.address+"]:0")
	t.failed("no zone", err, nil)
	_, err = net.Dial("tcp", "["+l.address+"]:1")
	t.failed("no zone", err, nil)
}

func (l linkLocal) from(t *T) {
	ln := must(listenAt("tcp", l.at(l.name, "0")))
	ip := net.ParseIP(l.address)
	var hooked string
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: ip, Zone: l.name}}
	dialer.Control = func(network, address string, _ syscall.RawConn) error {
		hooked = network + " " + address
		return nil
	}
	conn, err := dialer.Dial("tcp", ln.Addr().String())
	t.failed("dial", err, nil)
	l.hide(t, ln.Addr(), conn.LocalAddr())
	t.log(conn.LocalAddr().String() + " " + hooked)
	conn.Close()
	dialer.LocalAddr = &net.TCPAddr{IP: ip}
	_, err = dialer.Dial("tcp", ln.Addr().String())
	t.failed("without a zone", err, nil)
	to := &net.TCPAddr{IP: ip, Port: ln.Addr().(*net.TCPAddr).Port, Zone: l.index}
	typed := must(net.DialTCP("tcp6", nil, to))
	t.log(typed.RemoteAddr().String())
	typed.Close()
	to.Zone = ""
	_, err = net.DialTCP("tcp6", nil, to)
	t.failed("dialTCP without a zone", err, nil)
	ln.Close()
}

func (l linkLocal) multicast(t *T, ifi *net.Interface) {
	one := must(net.ListenMulticastUDP("udp6", ifi, must(net.ResolveUDPAddr("udp", "[ff02::114%"+l.name+"]:0"))))
	one.SetReadDeadline(time.Now().Add(5 * time.Second))
	there := one.LocalAddr().(*net.UDPAddr).Port
	sender := must(net.ListenPacket("udp6", l.at(l.name, "0")))
	l.hide(t, one.LocalAddr(), sender.LocalAddr())
	t.log(one.LocalAddr().String())
	for _, zone := range []string{l.name, l.index} {
		to := &net.UDPAddr{IP: net.ParseIP("ff02::114"), Port: there, Zone: zone}
		_, err := sender.WriteTo([]byte("to all"), to)
		t.failed("write to "+to.String(), err, nil)
		t.received("one", one, 100)
	}
	to := "[ff02::114%" + l.name + "]:" + strconv.Itoa(there)
	conn := must(net.Dial("udp", to))
	l.hide(t, conn.LocalAddr())
	t.log(conn.LocalAddr().String() + " to " + conn.RemoteAddr().String())
	_, err := conn.Write([]byte("dialled"))
	t.failed("write", err, nil)
	t.received("one", one, 100)
	conn.Close()
	sender.Close()
	wild := must(net.ListenPacket("udp6", "[::]:0"))
	l.hide(t, wild.LocalAddr())
	_, err = wild.WriteTo([]byte("lost"), &net.UDPAddr{IP: net.ParseIP("ff02::114"), Port: there, Zone: "999999"})
	t.failed("to no interface", err, nil)
	wild.Close()
	member, err := net.ListenPacket("udp6", to)
	t.failed("listenPacket on the group", err, nil)
	t.log(member.LocalAddr().String())
	member.Close()
	one.Close()
}

func (l linkLocal) ping(t *T) {
	l.hide(t)
	conn := must(net.ListenPacket("ip6:ipv6-icmp", l.address+"%"+l.name))
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	t.log(conn.LocalAddr().String())
	const echoRequest, echoReply = 128, 129
	packet := append([]byte{echoRequest, 0, 0, 0}, "zone"...)
	_, err := conn.WriteTo(packet, &net.IPAddr{IP: net.ParseIP(l.address), Zone: l.index})
	t.failed("ping", err, nil)
	for {
		_, from, err := conn.ReadFrom(packet)
		if err != nil || packet[0] == echoReply && strings.HasSuffix(string(packet), "zone") {
			t.packet("pong", "", from, err)
			break
		}
	}
	conn.Close()
	_, err = net.ListenPacket("ip6:ipv6-icmp", l.address)
	t.failed("no zone", err, nil)
	dialled := must(net.Dial("ip6:ipv6-icmp", l.address+"%"+l.name))
	t.log(dialled.LocalAddr().String() + " to " + dialled.RemoteAddr().String())
	dialled.Close()
}

// twins is about two interfaces with one address: the zone alone tells which is meant.
func (l linkLocal) twins(t *T) {
	one := must(listenAt("tcp", l.at(l.name, "0")))
	port := port(one.Addr())
	l.hide(t, one.Addr())
	_, err := net.Dial("tcp", l.at(l.other, port))
	t.failed("nobody at the other", err, nil)
	_, err = listenAt("tcp", l.at(l.name, port))
	t.failed("in use", err, nil)
	two := must(listenAt("tcp", l.at(l.other, port)))
	t.log(one.Addr().String() + " and " + two.Addr().String())
	client := must(net.Dial("tcp", l.at(l.other, port)))
	t.log("to " + client.RemoteAddr().String())
	server := must(two.Accept())
	t.ok("exchange", exchange(client, server))
	client.Close()
	server.Close()
	one.Close()
	two.Close()
}
