package main

import (
	"net"
	"os"
	"syscall"
	"time"
)

// parseRights are the numbers in control data.
func parseRights(oob []byte) (numbers []int) {
	for _, m := range must(syscall.ParseSocketControlMessage(oob)) {
		numbers = append(numbers, must(syscall.ParseUnixRights(&m))...)
	}
	return numbers
}

func rights() {
	check("rights: a socket without data", func(t *T) {
		p := newUnixPair("rights-none", "unix")
		given := newUnixPair("rights-given", "unix")
		f := must(given.server.File())
		p.client.SetWriteDeadline(time.Now().Add(5 * time.Second))
		n, oobn, err := p.client.WriteMsgUnix(nil, syscall.UnixRights(int(f.Fd())), nil)
		t.logf("%d %d", n, oobn)
		t.failed("write", err, nil)
		f.Close()
		given.server.Close()
		oob := make([]byte, syscall.CmsgSpace(4))
		p.server.SetReadDeadline(time.Now().Add(5 * time.Second))
		n, oobn, flags, _, err := p.server.ReadMsgUnix(nil, oob)
		t.logf("%d %d flags %x", n, oobn, flags)
		t.failed("read", err, nil)
		numbers := parseRights(oob[:oobn])
		t.logf("%d", len(numbers))
		received := os.NewFile(uintptr(numbers[0]), "received")
		conn := must(net.FileConn(received))
		received.Close()
		t.ok("works", exchange(conn, given.client))
		conn.Close()
		t.log(read(given.client, 100))
		given.client.Close()
		p.close()
	})
	check("rights: sockets of every kind", func(t *T) {
		p := newUnixPair("rights-kinds", "unix")
		stream := must(net.Listen("tcp", "127.0.0.1:0"))
		packets := must(net.ListenPacket("udp", "127.0.0.1:0"))
		t.call(stream.Addr(), "STREAM")
		t.call(packets.LocalAddr(), "PACKETS")
		files := []*os.File{fileOf(stream), fileOf(packets)}
		oob := syscall.UnixRights(int(files[0].Fd()), int(files[1].Fd()))
		t.failed("write", third(p.client.WriteMsgUnix([]byte("abc"), oob, nil)), nil)
		for _, f := range files {
			f.Close()
		}
		stream.Close()
		packets.Close()
		oob = make([]byte, 100)
		n, oobn, _, _, _ := p.server.ReadMsgUnix(make([]byte, 100), oob)
		t.logf("%d %d", n, oobn)
		numbers := parseRights(oob[:oobn])
		one, two := os.NewFile(uintptr(numbers[0]), "1"), os.NewFile(uintptr(numbers[1]), "2")
		ln := must(net.FileListener(one))
		conn := must(net.FilePacketConn(two))
		one.Close()
		two.Close()
		t.log(addrText(ln.Addr()))
		client := must(net.Dial("tcp", ln.Addr().String()))
		server := must(ln.Accept())
		t.ok("works", exchange(client, server))
		t.failed("writeTo", second(conn.WriteTo([]byte("abc"), conn.LocalAddr())), nil)
		t.received("readFrom", conn, 100)
		client.Close()
		server.Close()
		ln.Close()
		conn.Close()
		p.close()
	})
	check("rights: read by others", func(t *T) {
		p := newUnixPair("rights-others", "unix")
		given := newUnixPair("rights-lost", "unix")
		o := startRead(p.server, 100)
		settle()
		f := must(given.server.File())
		oob := syscall.UnixRights(int(f.Fd()))
		write(p.client, "first")
		t.log(o.wait().text())
		for _, text := range []string{"abc", "defg"} {
			t.failed("write", third(p.client.WriteMsgUnix([]byte(text), oob, nil)), nil)
		}
		write(p.client, "last")
		f.Close()
		given.server.Close()
		// A read ends behind each message with sockets, and loses them.
		for range 3 {
			t.log(read(p.server, 100))
		}
		t.log(read(given.client, 100))
		given.client.Close()
		p.close()
	})
	check("rights: what is none", func(t *T) {
		p := newUnixPair("rights-wrong", "unix")
		for _, fd := range []int{-1, 1 << 30} {
			n, oobn, err := p.client.WriteMsgUnix([]byte("abc"), syscall.UnixRights(fd), nil)
			t.logf("%d %d", n, oobn)
			t.failed("write", err, nil)
		}
		for _, oob := range [][]byte{make([]byte, 16), append([]byte{17}, make([]byte, 15)...)} {
			t.failed("malformed", third(p.client.WriteMsgUnix([]byte("abc"), oob, nil)), nil)
		}
		// What is too short for a message is none.
		n, oobn, err := p.client.WriteMsgUnix([]byte("abc"), make([]byte, 15), nil)
		t.op("short", n, err, nil)
		t.logf("%d", oobn)
		t.log(read(p.server, 100))
		_, err = syscall.ParseSocketControlMessage(make([]byte, 16))
		t.failed("parse", err, nil)
		p.server.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		n, oobn, flags, _, err := p.server.ReadMsgUnix(make([]byte, 10), make([]byte, 10))
		t.op("timeout", n, err, nil)
		t.logf("%d %x", oobn, flags)
		n, oobn, flags, _, err = p.server.ReadMsgUnix(make([]byte, 10), make([]byte, 10))
		t.op("over", n, err, nil)
		t.logf("%d %x", oobn, flags)
		p.server.SetReadDeadline(time.Time{})
		p.client.Close()
		n, oobn, flags, _, err = p.server.ReadMsgUnix(make([]byte, 10), make([]byte, 10))
		t.op("the end", n, err, nil)
		t.logf("%d %x", oobn, flags)
		p.server.Close()
		n, oobn, flags, _, err = p.server.ReadMsgUnix(make([]byte, 10), make([]byte, 10))
		t.op("closed", n, err, nil)
		t.logf("%d %x", oobn, flags)
		p.close()
	})
	for name, address := range map[string]string{"control: a TTL": "127.0.0.1:0", "ip6 control: a hop limit": "[::1]:0"} {
		check(name, func(t *T) { controlData(t, address) })
	}
}

// controlData sends a packet that has a number of hops of its own, and reads it.
func controlData(t *T, address string) {
	conn := udpAt(address)
	t.call(conn.LocalAddr(), "A")
	level, receive, kind := 0, 12, 2 // IP_RECVTTL, IP_TTL
	if address[0] == '[' {
		level, receive, kind = 41, 51, 52 // IPV6_RECVHOPLIMIT, IPV6_HOPLIMIT
	}
	raw := must(conn.SyscallConn())
	raw.Control(func(fd uintptr) {
		t.failed("setsockopt", syscall.SetsockoptInt(int(fd), level, receive, 1), nil)
	})
	oob := make([]byte, syscall.CmsgSpace(4))
	oob[0], oob[8], oob[12], oob[16] = byte(syscall.CmsgLen(4)), byte(level), byte(kind), 77
	n, oobn, err := conn.WriteMsgUDP([]byte("abc"), oob, conn.LocalAddr().(*net.UDPAddr))
	t.op("write", n, err, nil)
	t.logf("%d", oobn)
	for _, room := range []int{100, 0} {
		buffer, oob := make([]byte, 100), make([]byte, room)
		n, oobn, flags, addr, err := conn.ReadMsgUDP(buffer, oob)
		t.packet("read", string(buffer[:n]), addr, err)
		t.logf("%d %x", oobn, flags)
		for _, m := range must(syscall.ParseSocketControlMessage(oob[:oobn])) {
			t.logf("%d %d %v", m.Header.Level, m.Header.Type, m.Data)
		}
		conn.WriteTo([]byte("def"), conn.LocalAddr())
	}
	conn.Close()
}
