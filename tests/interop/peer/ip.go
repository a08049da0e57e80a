package main

import (
	"fmt"
	"net"
	"time"
)

// icmpHeader is the length of what a packet of ICMP begins with: type, code, checksum, identifier and number, two bytes each but the
// first two.
const icmpHeader = 8

var (
	// ipHeader is the length of what a raw socket of IPv4 shows before each packet; one of IPv6 does not.
	ipHeader               = 20
	echoReply, echoRequest = byte(0), byte(8)
	// elsewhere is an address of the other family.
	elsewhere = "::1"
)

// pings is about raw packets. Every raw socket of the machine sees all of them, so each side looks for those of these two peers,
// by their identifier, the port of the control connection.
func pings() {
	if isIPv6() {
		ipHeader, echoReply, echoRequest, elsewhere = 0, 129, 128, "127.0.0.1"
	}
	echoes()
	rawPeers()
	rawCut()
	rawRules()
	rawDeadline()
	rawClose()
}

// echo makes a packet with data of a size.
func echo(kind byte, number, size int) []byte {
	packet := append([]byte{kind, 0, 0, 0, byte(controlPort >> 8), byte(controlPort), byte(number >> 8), byte(number)}, pattern(size)...)
	sum := 0
	for i, b := range packet {
		if i%2 == 0 {
			sum += int(b) << 8
		} else {
			sum += int(b)
		}
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	packet[2], packet[3] = byte(^sum>>8), byte(^sum)
	return packet
}

// mine tells whether a packet of ICMP is of this kind, these peers and this number.
func mine(packet []byte, kind byte, number int) bool {
	return len(packet) >= icmpHeader && packet[0] == kind &&
		int(packet[4])<<8+int(packet[5]) == controlPort && int(packet[6])<<8+int(packet[7]) == number
}

// showPacket notes a packet by its data: what comes before it differs from run to run.
func showPacket(step string, packet []byte, err error, addr net.Addr) {
	data := packet[min(icmpHeader, len(packet)):]
	moved(step, data, len(data), err)
	note(step+" from", from(addr))
}

// number makes numbers of packets that the other side does not use.
func number(n int) int {
	if listens {
		return 2 * n
	}
	return 2*n + 1
}

// echoes: each side pings the machine, which answers. One after the other, for each would see the other's packets as well, and of
// the longest a socket holds no more than its own two.
func echoes() {
	begin("ping")
	if !listens {
		meet()
	}
	conn := must(net.ListenPacket(network, loopback())).(*net.IPConn)
	note("local", from(conn.LocalAddr()))
	conn.SetDeadline(soon())
	buffer := make([]byte, 70_000)
	// IPv4 counts its header to the 65,535 bytes that a packet can have.
	longest := 65_535 - ipHeader - icmpHeader
	for i, size := range []int{0, 1, 2, 3, 56, 1023, longest} {
		step := fmt.Sprint(size)
		packet := echo(echoRequest, number(i), size)
		n, err := conn.WriteTo(packet, &net.IPAddr{IP: net.ParseIP(loopback())})
		moved("write "+step, nil, 0, err)
		holds("all of it", n == len(packet))
		for {
			n, addr, err := conn.ReadFrom(buffer)
			if err != nil || mine(buffer[:n], echoReply, number(i)) {
				showPacket("read "+step, buffer[:n], err, addr)
				break
			}
		}
	}
	packet := echo(echoRequest, number(99), longest+1)
	n, err := conn.WriteTo(packet, &net.IPAddr{IP: net.ParseIP(loopback())})
	moved("write one more", packet, n, err)
	failed("close", conn.Close())
	if listens {
		meet()
	}
	meet()
}

// rawPair is two connections: the dialer's has one peer. What it sends is an answer that nobody asked for, which the system leaves
// alone. With IPv4 both are at an address where other traffic is rare.
func rawPair(name string) *net.IPConn {
	begin(name)
	at := "127.0.0.2"
	if isIPv6() {
		at = loopback()
	}
	var conn *net.IPConn
	if listens {
		conn = must(net.ListenIP(network, &net.IPAddr{IP: net.ParseIP(at)}))
	} else {
		conn = must(net.Dial(network, at)).(*net.IPConn)
	}
	conn.SetDeadline(soon())
	meet()
	return conn
}

func rawPeers() {
	conn := rawPair("two peers")
	buffer := make([]byte, 2000)
	if listens {
		for n := 0; n < 2; {
			size, addr, err := conn.ReadFromIP(buffer)
			if err != nil || mine(buffer[:size], echoReply, n) {
				showPacket("readFrom", buffer[:size], err, addr)
				n++
			}
		}
	} else {
		note("ends", from(conn.LocalAddr())+" "+from(conn.RemoteAddr()))
		for n, size := range []int{100, 1001} {
			packet := echo(echoReply, n, size)
			put, err := conn.Write(packet)
			moved("write", nil, 0, err)
			holds("all of it", put == len(packet))
		}
	}
	shut(conn)
}

func rawCut() {
	conn := rawPair("truncation")
	if !listens {
		for n := range 4 {
			put, err := conn.Write(echo(echoReply, n, 100))
			moved("write", nil, 0, err)
			holds("all of it", put == 100+icmpHeader)
		}
		shut(conn)
		return
	}
	for n, room := range []int{ipHeader + icmpHeader + 10, ipHeader + icmpHeader + 100} {
		buffer := make([]byte, room)
		for {
			size, oobn, flags, addr, err := conn.ReadMsgIP(buffer, nil)
			if err != nil || size >= ipHeader && mine(buffer[ipHeader:size], echoReply, n) {
				showPacket("readMsg", buffer[ipHeader:size], err, addr)
				note("readMsg says", fmt.Sprintf("%d, control %d, flags %x", size, oobn, flags))
				break
			}
		}
	}
	buffer := make([]byte, ipHeader+icmpHeader+10)
	for {
		size, addr, err := conn.ReadFrom(buffer)
		if err != nil || mine(buffer[:size], echoReply, 2) {
			showPacket("readFrom", buffer[:size], err, addr)
			break
		}
	}
	buffer = make([]byte, ipHeader+icmpHeader+10)
	for {
		size, err := conn.Read(buffer)
		if err != nil || size >= ipHeader && mine(buffer[ipHeader:size], echoReply, 3) {
			showPacket("read", buffer[ipHeader:size], err, nil)
			break
		}
	}
	shut(conn)
}

// rawRules: where packets may go.
func rawRules() {
	conn := rawPair("rules")
	data := echo(echoReply, 0, 0)
	try := func(step string, n int, err error) {
		note(step, fmt.Sprintf("%d %s", n, describe(err)))
	}
	to := &net.IPAddr{IP: net.ParseIP(loopback())}
	n, err := conn.WriteTo(data, to)
	try("writeTo", n, err)
	n, err = conn.WriteTo(data, nil)
	try("writeTo nil", n, err)
	n, err = conn.WriteTo(data, &net.UDPAddr{IP: to.IP, Port: 9})
	try("writeTo another type", n, err)
	if !isIPv6() {
		n, err = conn.WriteTo(data, &net.IPAddr{IP: net.IPv6loopback})
		try("writeTo another family", n, err)
	}
	n, err = conn.WriteToIP(data, nil)
	try("writeToIP nowhere", n, err)
	n, _, err = conn.WriteMsgIP(data, nil, to)
	try("writeMsg", n, err)
	n, _, err = conn.WriteMsgIP(data, nil, nil)
	try("writeMsg nowhere", n, err)
	n, err = conn.Write(data)
	try("write", n, err)
	shut(conn)
	reach("dial another family", network, elsewhere)
	reach("dial nothing", network, "")
	family := network[:3]
	_, err = net.ListenPacket(family+":none", loopback())
	failed("listenPacket", err)
	_, err = net.ListenPacket(family, loopback())
	failed("listenPacket without a protocol", err)
	occupy("listen", network, loopback())
}

func rawDeadline() {
	conn := rawPair("deadline")
	conn.SetReadDeadline(time.Now().Add(brief))
	// The packets of others do not count.
	var err error
	for buffer := make([]byte, 2000); err == nil; {
		_, _, err = conn.ReadFrom(buffer)
	}
	failed("readFrom", err)
	readMessage("readMsg", conn, 100)
	once("read", conn, 100)
	conn.SetWriteDeadline(past)
	if listens {
		n, err := conn.WriteTo([]byte("abc"), &net.IPAddr{IP: net.ParseIP(loopback())})
		moved("writeTo", []byte("abc"), n, err)
	} else {
		put("write", conn, "abc")
	}
	shut(conn)
}

func rawClose() {
	conn := rawPair("close")
	failed("close", conn.Close())
	afterClose(conn)
	readFrom("readFrom", conn, 100)
	readMessage("readMsg", conn, 100)
	meet()
}
