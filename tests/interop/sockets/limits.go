package main

import (
	"fmt"
	"net"
	"sync"
	"time"
)

// limits is about deadlines of one direction, of many connections at once, and of packets.
func limits() {
	const soon = 20 * time.Millisecond
	var none time.Time

	check("limits: each direction has its own", func(t *T) {
		one := newPair()
		one.client.SetDeadline(past)
		one.client.SetReadDeadline(none)
		read := startRead(one.client, 1)
		t.ok("the read waits", !read.done())
		n, err := one.client.Write([]byte("abc"))
		t.op("write", n, err, one.client)
		one.client.Close()
		t.failed("closed", read.wait().err, one.client)
		one.server.Close()

		two := newPair()
		two.client.SetDeadline(past)
		two.client.SetWriteDeadline(none)
		write := startWrite(two.client, make([]byte, 16<<20))
		t.ok("the write waits", !write.done())
		n, err = two.client.Read(make([]byte, 1))
		t.op("read", n, err, two.client)
		two.client.Close()
		t.failed("closed", write.wait().err, two.client)
		two.server.Close()
	})

	check("limits: earlier and earlier, of many connections", func(t *T) {
		ln := local()
		var conns [10]net.Conn
		for i := range conns {
			conns[i] = must(net.Dial("tcp", ln.Addr().String()))
		}
		start := time.Now()
		var setting sync.WaitGroup
		for i := range 8 {
			setting.Go(func() {
				for j := 100; j > 0; j-- {
					for k, conn := range conns {
						more := time.Duration(i*j*k) * time.Second
						conn.SetReadDeadline(start.Add(2*time.Hour + more))
						conn.SetWriteDeadline(start.Add(time.Hour + more))
					}
				}
			})
		}
		setting.Wait()
		start = time.Now()
		after := func(i int) time.Duration { return time.Duration(10-i) * 2 * time.Millisecond }
		var reads [10]*op
		for i, conn := range conns {
			conn.SetReadDeadline(start.Add(after(i)))
			reads[i] = startRead(conn, 1)
		}
		wrong := 0
		for i := 9; i >= 0; i-- {
			err := reads[i].wait().err
			if ne, ok := err.(net.Error); !ok || !ne.Timeout() || time.Since(start) < after(i) {
				wrong++
			}
			conns[i].Close()
		}
		t.log(fmt.Sprintf("wrong: %d", wrong))
		ln.Close()
	})

	check("limits: packets", func(t *T) {
		server := must(net.ListenPacket("udp", "127.0.0.1:0"))
		client := must(net.Dial("udp", server.LocalAddr().String()))
		t.call(client.LocalAddr(), "A")
		t.call(server.LocalAddr(), "B")
		write(client, "abc")
		server.SetReadDeadline(past)
		for range 2 {
			t.received("over", server, 100)
		}
		server.SetReadDeadline(time.Now().Add(time.Hour))
		t.received("late", server, 100)
		start := time.Now()
		server.SetReadDeadline(start.Add(soon))
		for range 2 {
			t.received("soon", server, 100)
		}
		t.ok("not early", time.Since(start) >= soon)

		start = time.Now()
		server.SetWriteDeadline(start.Add(soon))
		n, err := server.WriteTo([]byte("abc"), client.LocalAddr())
		for err == nil {
			n, err = server.WriteTo([]byte("abc"), client.LocalAddr())
		}
		t.ok("not early", time.Since(start) >= soon)
		t.op("writeTo", n, err, nil)
		n, err = server.WriteTo([]byte("abc"), client.LocalAddr())
		t.op("writeTo", n, err, nil)

		silent := must(net.Dial("udp", server.LocalAddr().String()))
		wrong := 0
		for _, length := range []time.Duration{1, time.Microsecond, 100 * time.Microsecond, time.Millisecond, 5 * time.Millisecond, soon} {
			start = time.Now()
			silent.SetReadDeadline(start.Add(length))
			n, _, err := silent.(net.PacketConn).ReadFrom(make([]byte, 9))
			if n != 0 || err == nil || time.Since(start) < length {
				wrong++
			}
		}
		t.logf("wrong: %d", wrong)
		silent.Close()
		client.Close()
		server.Close()
	})
}
