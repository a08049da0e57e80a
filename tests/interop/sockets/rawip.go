package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"time"
)

const (
	one253 = "ip4:253"
	two254 = "ip4:254"
)

func ipAddr(text string) *net.IPAddr { return must(net.ResolveIPAddr("ip", text)) }

// rawHosts gives each check addresses of its own: raw sockets hear what everybody sends to an address.
func rawHosts() func() *net.IPAddr {
	prefix := fmt.Sprintf("127.%d.%d.", 1+rand.IntN(250), 1+rand.IntN(250))
	last := 0
	return func() *net.IPAddr {
		last++
		return ipAddr(fmt.Sprint(prefix, last))
	}
}

func rawNames() {
	check("ip: a bad network", func(t *T) {
		for _, network := range []string{"ip", "ip:", "ip::", "ip4", "ip4:", "ip4::", "ip4:nosuchprotocol", "ip7:1", "ip4:4294967296"} {
			t.failed(network+" dial", dialErr(net.Dial(network, "127.0.0.1")), nil)
			t.failed("listenPacket", listenPacketErr(network, "127.0.0.1"), nil)
			t.failed("dialIP", second(net.DialIP(network, nil, ipAddr("127.0.0.1"))), nil)
			t.failed("listenIP", second(net.ListenIP(network, ipAddr("127.0.0.1"))), nil)
			t.failed("listenIP nil", second(net.ListenIP(network, nil)), nil)
		}
		t.failed("dialIP nil", second(net.DialIP("ip4:1", nil, nil)), nil)
		t.failed("a port", listenPacketErr("ip4:icmp", "127.0.0.1:80"), nil)
		t.failed("not IPv4", listenPacketErr("ip4:icmp", "::1"), nil)
		t.failed("not IPv6", dialErr(net.Dial("ip6:58", "127.0.0.1")), nil)
	})
}

func raw() {
	check("raw: names", func(t *T) {
		for _, place := range []*net.IPAddr{ipAddr("127.0.0.1"), {}, nil} {
			conn := must(net.ListenIP("ip4:icmp", place))
			end := ""
			if conn.RemoteAddr() != nil {
				end = " remote"
			}
			t.logf("%v %s%s", conn.LocalAddr(), conn.LocalAddr().Network(), end)
			conn.Close()
		}
		conn := must(net.DialIP("ip:tcp", ipAddr("127.0.0.1"), ipAddr("127.0.0.1")))
		t.logf("%v %v", conn.LocalAddr(), conn.RemoteAddr())
		conn.Close()
		t.failed("47", dialErr(net.Dial("ip4:47", "127.0.0.1")), nil)
		t.failed("igmp", listenPacketErr("ip4:igmp", "127.0.0.1"), nil)
		t.failed("not of this machine", listenPacketErr("ip4:icmp", "192.0.2.1"), nil)
	})
	check("raw: every method", func(t *T) {
		at := rawHosts()()
		t.call(at, "A")
		conn := must(net.ListenIP(one253, at))
		t.failed("setDeadline", conn.SetDeadline(time.Now().Add(time.Hour)), nil)
		t.failed("setReadDeadline", conn.SetReadDeadline(time.Time{}), nil)
		t.failed("setWriteDeadline", conn.SetWriteDeadline(time.Time{}), nil)
		t.failed("setReadBuffer", conn.SetReadBuffer(2048), nil)
		t.failed("setWriteBuffer", conn.SetWriteBuffer(2048), nil)
		t.failed("writeToIP nil", second(conn.WriteToIP([]byte("abc"), nil)), nil)
		t.failed("writeMsgIP nil", third(conn.WriteMsgIP([]byte("abc"), nil, nil)), nil)
		t.failed("of IPv6", second(conn.WriteToIP([]byte("abc"), ipAddr("::1"))), nil)
		t.failed("write", second(conn.Write([]byte("abc"))), nil)
		conn.SetReadDeadline(past)
		t.received("timeout", conn, 100)
		other := must(net.ListenIP(one253, at))
		o := startReceive(other, 10)
		t.failed("close", other.Close(), nil)
		t.packet("read", o.wait().text(), o.from, o.err)
		conn.Close()
		t.received("later", conn, 100)
		t.failed("close", conn.Close(), nil)
	})
	check("raw: packets", func(t *T) {
		host := rawHosts()
		one, two := host(), host()
		t.call(one, "ONE")
		t.call(two, "TWO")
		server, client := must(net.ListenIP(two254, one)), must(net.ListenIP(two254, two))
		t.failed("writeToIP", second(client.WriteToIP([]byte("first"), one)), nil)
		t.failed("writeTo", second(client.WriteTo([]byte("second"), one)), nil)
		t.failed("writeMsgIP", third(client.WriteMsgIP([]byte("third"), nil, one)), nil)
		t.received("readFrom", server, 100)
		buffer := make([]byte, 100)
		n, from, err := server.ReadFromIP(buffer)
		t.packet("readFromIP", string(buffer[:n]), from, err)
		n, _, flags, _, _ := server.ReadMsgIP(buffer, nil)
		t.logf("with its header: %d %d", n, buffer[0]>>4)
		t.logf("protocol %d flags %d", buffer[9], flags)
		client.WriteToIP([]byte("cut to pieces"), one)
		t.received("cut", server, 25)
		client.WriteToIP([]byte("cut to pieces"), one)
		n, _, err = server.ReadFrom(make([]byte, 10))
		t.op("less than a header", n, err, nil)
		client.WriteToIP(nil, one)
		t.received("nothing", server, 100)
		client.Close()
		server.Close()
	})
	check("raw: one peer", func(t *T) {
		host := rawHosts()
		one, two := host(), host()
		t.call(one, "ONE")
		t.call(two, "TWO")
		server := must(net.ListenIP(two254, one))
		client := must(net.DialIP(two254, two, one))
		t.failed("write", second(client.Write([]byte("abc"))), nil)
		t.received("server", server, 100)
		t.failed("writeToIP", second(client.WriteToIP([]byte("abc"), one)), nil)
		t.failed("writeTo", second(client.WriteTo([]byte("abc"), one)), nil)
		t.failed("writeMsgIP", third(client.WriteMsgIP([]byte("abc"), nil, one)), nil)
		t.failed("writeMsgIP nil", third(client.WriteMsgIP([]byte("abc"), nil, nil)), nil)
		server.WriteToIP([]byte("def"), two)
		buffer := make([]byte, 100)
		n, err := client.Read(buffer)
		t.op("read has the header", n, err, nil)
		server.WriteToIP([]byte("ghi"), two)
		t.received("readFrom has not", client, 100)
		client.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		t.log(read(client, 100))
		client.Close()
		server.Close()
	})
	check("raw: ping", func(t *T) {
		at := rawHosts()()
		t.call(at, "A")
		conn := must(net.Dial("ip4:icmp", at.String()))
		t.failed("write", second(conn.Write(request(8))), nil)
		buffer := make([]byte, 100)
		n, err := conn.Read(buffer)
		for err == nil && buffer[20] != 0 {
			n, err = conn.Read(buffer)
		}
		t.op("read", n, err, nil)
		t.log(string(buffer[28:32]))
		conn.Close()
	})
	check("ip6 raw: a zone is as it was given", func(t *T) {
		for _, zone := range []string{"", "1", "lo", "no such"} {
			conn := must(net.DialIP("ip6:ipv6-icmp", nil, &net.IPAddr{IP: net.ParseIP("::1"), Zone: zone}))
			t.log(conn.RemoteAddr().String())
			conn.Close()
		}
	})
	check("ip6 raw: ping", func(t *T) {
		conn := must(net.ListenPacket("ip6:ipv6-icmp", "::1"))
		t.logf("%v %s", conn.LocalAddr(), conn.LocalAddr().Network())
		t.failed("writeTo", second(conn.WriteTo(request(128), ipAddr("::1"))), nil)
		buffer := make([]byte, 100)
		n, from, err := conn.ReadFrom(buffer)
		for err == nil && (buffer[0] != 129 || buffer[5] != identifier) {
			n, from, err = conn.ReadFrom(buffer)
		}
		t.packet(fmt.Sprint("read ", n), string(buffer[8:12]), from, err)
		conn.Close()
	})
}

var identifier = byte(rand.IntN(256))

// request is an echo request, with the checksum of IPv4; that of IPv6 is the system's work.
func request(kind byte) []byte {
	packet := []byte{kind, 0, 0, 0, 0, identifier, 0, 0, 'p', 'i', 'n', 'g'}
	sum := uint32(0)
	for i := 0; i < len(packet); i += 2 {
		sum += uint32(packet[i])<<8 | uint32(packet[i+1])
	}
	sum = sum>>16 + sum&0xffff
	check := ^(sum>>16 + sum)
	packet[2], packet[3] = byte(check>>8), byte(check)
	return packet
}
