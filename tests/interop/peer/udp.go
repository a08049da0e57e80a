package main

import (
	"fmt"
	"net"
	"net/netip"
)

// addrPorts: the calls with addresses of netip.
func addrPorts() {
	conn := pair("addresses of netip")
	udp := conn.(*net.UDPConn)
	to := netip.MustParseAddrPort(theirs)
	buffer := make([]byte, 10)
	if listens {
		for range 2 {
			n, addr, err := udp.ReadFromUDPAddrPort(buffer)
			moved("readFrom", buffer, n, err)
			note("readFrom from", addr.String())
		}
		n, oobn, flags, addr, err := udp.ReadMsgUDPAddrPort(buffer, nil)
		moved("readMsg", buffer, n, err)
		note("readMsg from", fmt.Sprintf("%s, control %d, flags %x", addr, oobn, flags))
		n, err = udp.WriteToUDPAddrPort([]byte("abc"), to)
		moved("writeTo", []byte("abc"), n, err)
		n, err = udp.WriteToUDPAddrPort([]byte("abc"), netip.AddrPort{})
		moved("writeTo nowhere", []byte("abc"), n, err)
		n, oobn, err = udp.WriteMsgUDPAddrPort([]byte("abc"), nil, to)
		moved("writeMsg", []byte("abc"), n, err)
		n, _, err = udp.WriteMsgUDPAddrPort([]byte("abc"), nil, netip.AddrPort{})
		moved("writeMsg nowhere", []byte("abc"), n, err)
	} else {
		put("write", conn, "abc")
		put("write", conn, "")
		put("write", conn, "longer than the buffer")
		once("read", conn, 100)
		once("read", conn, 100)
		n, err := udp.WriteToUDPAddrPort([]byte("abc"), to)
		moved("writeTo", []byte("abc"), n, err)
		n, _, err = udp.WriteMsgUDPAddrPort([]byte("abc"), nil, to)
		moved("writeMsg", []byte("abc"), n, err)
	}
	shut(conn)
}

// families: addresses of the other family, and ports that are none.
func families() {
	conn := pair("families")
	if listens {
		for _, to := range []string{"127.0.0.1:0", "[::1]:0", "[::ffff:127.0.0.1]:0"} {
			send("writeTo "+to, conn, "abc", to)
			n, err := conn.(*net.UDPConn).WriteToUDPAddrPort([]byte("abc"), netip.MustParseAddrPort(to))
			moved("writeTo "+to+" of netip", []byte("abc"), n, err)
		}
	}
	shut(conn)
}

// everywhere: a connection that takes packets at every address of the machine.
func everywhere() {
	begin("every address")
	if listens {
		conn := must(net.ListenPacket(network, ":0")).(*net.UDPConn)
		host, port, _ := net.SplitHostPort(conn.LocalAddr().String())
		note("host", host)
		tell(port)
		alias(port, "PORT")
		alias(hear(), "D")
		conn.SetDeadline(soon())
		buffer := make([]byte, 100)
		n, addr, err := conn.ReadFromUDPAddrPort(buffer)
		moved("read", buffer, n, err)
		note("from", addr.Addr().String())
		n, err = conn.WriteToUDPAddrPort([]byte("defg"), addr)
		moved("write", []byte("defg"), n, err)
		n, back, err := conn.ReadFromUDP(buffer)
		moved("read", buffer, n, err)
		note("from", back.IP.String())
		n, err = conn.WriteToUDP([]byte("hij"), back)
		moved("write", []byte("hij"), n, err)
		shut(conn)
		return
	}
	port := hear()
	conn := must(net.Dial(network, net.JoinHostPort(loopback(), port)))
	alias(conn.LocalAddr().String(), "D")
	tell(conn.LocalAddr().String())
	conn.SetDeadline(soon())
	for range 2 {
		put("write", conn, "abc")
		once("read", conn, 100)
	}
	shut(conn)
}
