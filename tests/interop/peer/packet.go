package main

import (
	"fmt"
	"net"
	"strconv"
)

// carrier is a connection that carries packets, of UDP, Unix or IP.
type carrier interface {
	net.Conn
	net.PacketConn
	SetWriteBuffer(bytes int) error
}

// How many places have been asked for: a name stays when its socket is closed.
var places int

// The addresses of the scene's two connections.
var ours, theirs string

func packets() {
	odds()
	limits()
	cut()
	unconnected()
	connected()
	packetDeadlines()
	packetClose()
	gone()
	if network == "unixgram" {
		full()
		unnamed()
		alone()
		sockets("abstract", "@"+token+"-"+network)
		sockets("autobind", "")
		strangers()
		gramRights()
	} else {
		addrPorts()
		families()
		everywhere()
	}
	packetInUse()
}

// free is an address that no packets are taken at.
func free() string {
	if !isUnix() {
		return place("")
	}
	places++
	if listens {
		return place("listener" + strconv.Itoa(places))
	}
	return place("dialer" + strconv.Itoa(places))
}

// pair starts a scene with two connections: the listener's takes packets from everybody, the dialer's has it as its one peer.
func pair(name string) carrier { return pairAt(name, free()) }

func pairAt(name, at string) carrier {
	begin(name)
	var conn carrier
	if listens {
		conn = must(net.ListenPacket(network, at)).(carrier)
		tell(conn.LocalAddr().String())
		theirs = hear()
	} else {
		theirs = hear()
		conn = dialFrom(at, theirs)
		tell(conn.LocalAddr().String())
	}
	ours = conn.LocalAddr().String()
	if listens {
		alias(ours, "L")
		alias(theirs, "D")
	} else {
		alias(theirs, "L")
		alias(ours, "D")
	}
	conn.SetDeadline(soon())
	return conn
}

func dialFrom(from, to string) carrier {
	if isUnix() {
		local := &net.UnixAddr{Name: from, Net: network}
		return must(net.DialUnix(network, local, &net.UnixAddr{Name: to, Net: network}))
	}
	return must(net.Dial(network, to)).(carrier)
}

// shut closes when both sides are done.
func shut(conn net.Conn) {
	meet()
	failed("close", conn.Close())
}

func from(addr net.Addr) string {
	if addr == nil {
		return "nobody"
	}
	return addr.Network() + " " + addr.String()
}

// readFrom reads a packet and tells whom it is from.
func readFrom(step string, conn net.PacketConn, size int) {
	buffer := make([]byte, size)
	n, addr, err := conn.ReadFrom(buffer)
	moved(step, buffer, n, err)
	note(step+" from", from(addr))
}

// readMessage reads a packet with what the system says of it.
func readMessage(step string, conn net.Conn, size int) {
	buffer := make([]byte, size)
	var n, oobn, flags int
	var addr net.Addr
	var err error
	switch c := conn.(type) {
	case *net.UDPConn:
		var a *net.UDPAddr
		if n, oobn, flags, a, err = c.ReadMsgUDP(buffer, nil); a != nil {
			addr = a
		}
	case *net.UnixConn:
		var a *net.UnixAddr
		if n, oobn, flags, a, err = c.ReadMsgUnix(buffer, nil); a != nil {
			addr = a
		}
	case *net.IPConn:
		var a *net.IPAddr
		if n, oobn, flags, a, err = c.ReadMsgIP(buffer, nil); a != nil {
			addr = a
		}
	}
	moved(step, buffer, n, err)
	note(step+" from", fmt.Sprintf("%s, control %d, flags %x", from(addr), oobn, flags))
}

// send writes a packet to an address.
func send(step string, conn carrier, text, to string) {
	n, err := conn.WriteTo([]byte(text), addrOf(to))
	moved(step, []byte(text), n, err)
}

// addrOf is an address on the network.
func addrOf(text string) net.Addr {
	if isUnix() {
		return &net.UnixAddr{Name: text, Net: network}
	}
	return must(net.ResolveUDPAddr("udp", text))
}

// sendMessage writes a packet by the call for messages; to nobody for "".
func sendMessage(step string, conn carrier, text, to string) {
	var n, oobn int
	var err error
	data := []byte(text)
	switch c := conn.(type) {
	case *net.UDPConn:
		var addr *net.UDPAddr
		if to != "" {
			addr = addrOf(to).(*net.UDPAddr)
		}
		n, oobn, err = c.WriteMsgUDP(data, nil, addr)
	case *net.UnixConn:
		var addr *net.UnixAddr
		if to != "" {
			addr = addrOf(to).(*net.UnixAddr)
		}
		n, oobn, err = c.WriteMsgUnix(data, nil, addr)
	}
	moved(step, data, n, err)
	note(step+" control", strconv.Itoa(oobn))
}

// sendNowhere writes a packet to an address that is nil.
func sendNowhere(step string, conn carrier) {
	var n int
	var err error
	switch c := conn.(type) {
	case *net.UDPConn:
		n, err = c.WriteToUDP([]byte("abc"), nil)
	case *net.UnixConn:
		n, err = c.WriteToUnix([]byte("abc"), nil)
	}
	moved(step, []byte("abc"), n, err)
}

func odds() {
	conn := pair("sizes")
	holds("has a peer", conn.RemoteAddr() != nil)
	for _, n := range []int{0, 1, 2, 3, 1023, 1024, 1472, 1473, 8191, 9001, 65000} {
		data := pattern(n)
		step := strconv.Itoa(n)
		if listens {
			readFrom("read "+step, conn, n+16)
			n, err := conn.WriteTo(data, addrOf(theirs))
			moved("write "+step, data, n, err)
			continue
		}
		put, err := conn.Write(data)
		moved("write "+step, data, put, err)
		once("read "+step, conn, n+16)
	}
	shut(conn)
}

// largest is the size of the largest packet, where a Unix socket has the buffer that `limits` sets.
func largest() int {
	switch network {
	case "udp6":
		return 65527
	case "unixgram":
		return 2*65536 - 32
	}
	return 65507
}

func limits() {
	conn := pair("limits")
	failed("setWriteBuffer", conn.SetWriteBuffer(65536))
	size := largest()
	for _, n := range []int{size, size + 1} {
		step := strconv.Itoa(n)
		data := pattern(n)
		if !listens {
			put, err := conn.Write(data)
			moved("write "+step, data, put, err)
			if tell(fmt.Sprint(err == nil)); hear() == "true" {
				once("read "+step, conn, n+16)
			}
			continue
		}
		if hear() == "true" {
			readFrom("read "+step, conn, n+16)
		}
		put, err := conn.WriteTo(data, addrOf(theirs))
		moved("write "+step, data, put, err)
		tell(fmt.Sprint(err == nil))
	}
	shut(conn)
}

// cut: what does not fit is lost.
func cut() {
	conn := pair("truncation")
	if !listens {
		for range 7 {
			put("write", conn, string(pattern(100)))
		}
		put("write", conn, "")
		put("write", conn, "abc")
		shut(conn)
		return
	}
	once("read", conn, 10)
	readFrom("readFrom", conn, 10)
	readMessage("readMsg", conn, 10)
	readMessage("readMsg, all", conn, 100)
	readMessage("readMsg, room", conn, 101)
	readFrom("readFrom, no buffer", conn, 0)
	readMessage("readMsg, no buffer", conn, 0)
	once("read, no buffer", conn, 0)
	readMessage("readMsg, empty", conn, 10)
	readFrom("readFrom", conn, 10)
	shut(conn)
}

// unconnected: where packets may go from a connection without a peer.
func unconnected() {
	conn := pair("without a peer")
	if listens {
		put("write", conn, "abc")
		n, err := conn.WriteTo([]byte("abc"), nil)
		moved("writeTo nil", []byte("abc"), n, err)
		n, err = conn.WriteTo([]byte("abc"), &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9})
		moved("writeTo another type", []byte("abc"), n, err)
		sendNowhere("writeTo nowhere", conn)
		sendMessage("writeMsg nowhere", conn, "abc", "")
		send("writeTo", conn, "abc", theirs)
		sendMessage("writeMsg", conn, "defg", theirs)
		sendMessage("writeMsg, empty", conn, "", theirs)
	} else {
		readFrom("readFrom", conn, 100)
		readMessage("readMsg", conn, 100)
		readMessage("readMsg", conn, 100)
	}
	shut(conn)
}

// connected: a connection with a peer sends nowhere else.
func connected() {
	conn := pair("with a peer")
	if listens {
		readFrom("readFrom", conn, 100)
		readFrom("readFrom", conn, 100)
		shut(conn)
		return
	}
	note("ends", from(conn.LocalAddr())+" "+from(conn.RemoteAddr()))
	send("writeTo", conn, "abc", theirs)
	sendNowhere("writeTo nowhere", conn)
	n, err := conn.WriteTo([]byte("abc"), nil)
	moved("writeTo nil", []byte("abc"), n, err)
	sendMessage("writeMsg", conn, "abc", theirs)
	put("write", conn, "abc")
	if isUnix() {
		// The call for messages cannot say "to the peer" on unixgram.
		put("write", conn, "defg")
	}
	sendMessage("writeMsg to the peer", conn, "defg", "")
	shut(conn)
}
