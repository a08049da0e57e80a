package main

import (
	"net"
	"time"
)

func unixDatagrams() {
	check("unixgram: names", func(t *T) {
		server := must(net.ListenUnixgram("unixgram", gram("gram-names")))
		t.log(tell(server.LocalAddr()) + " " + tell(server.RemoteAddr()))
		for _, from := range []*net.UnixAddr{nil, gram("gram-names-from")} {
			client := must(net.DialUnix("unixgram", from, gram("gram-names")))
			t.log(tell(client.LocalAddr()) + " " + tell(client.RemoteAddr()))
			client.Write([]byte("abc"))
			t.received("from", server, 100)
			client.Close()
		}
		server.Close()
	})
	check("unixgram: a server", func(t *T) {
		server := must(net.ListenPacket("unixgram", inFolder("gram-server")))
		client := must(net.ListenPacket("unixgram", inFolder("gram-client")))
		for range 3 {
			client.WriteTo([]byte("ping"), server.LocalAddr())
			buffer := make([]byte, 10)
			n, from, err := server.ReadFrom(buffer)
			t.packet("server", string(buffer[:n]), from, err)
			server.WriteTo([]byte("pong"), from)
			t.received("client", client, 100)
		}
		client.Close()
		server.Close()
	})
	check("unixgram: of nothing", func(t *T) {
		server := must(net.ListenUnixgram("unixgram", gram("gram-nothing")))
		client := must(net.Dial("unixgram", inFolder("gram-nothing")))
		t.failed("write", second(client.Write(nil)), nil)
		t.received("readFrom", server, 100)
		client.Write(nil)
		n, err := server.Read(make([]byte, 1))
		t.op("read", n, err, nil)
		client.Write([]byte("lost"))
		t.received("nothing of it", server, 0)
		client.Write([]byte("kept"))
		n, err = server.Read(nil)
		t.op("read", n, err, nil)
		t.received("readFrom", server, 100)
		client.Close()
		server.Close()
	})
	check("unixgram: longer than the buffer", func(t *T) {
		server := must(net.ListenUnixgram("unixgram", gram("gram-long")))
		client := must(net.Dial("unixgram", inFolder("gram-long")))
		for range 3 {
			client.Write([]byte("abcdef"))
		}
		t.received("readFrom", server, 5)
		buffer := make([]byte, 4)
		n, _, flags, addr, _ := server.ReadMsgUnix(buffer, nil)
		t.logf("%s %s flags %d", buffer[:n], tell(addr), flags)
		_, _, flags, _, _ = server.ReadMsgUnix(make([]byte, 6), nil)
		t.logf("whole: flags %d", flags)
		client.Close()
		server.Close()
	})
	check("unixgram: writes to one peer", func(t *T) {
		server := must(net.ListenUnixgram("unixgram", gram("gram-one")))
		conn := must(net.DialUnix("unixgram", nil, gram("gram-one")))
		to := gram("gram-one")
		t.failed("writeToUnix", second(conn.WriteToUnix([]byte("one"), to)), nil)
		t.failed("writeTo", second(conn.WriteTo([]byte("two"), to)), nil)
		t.failed("writeMsgUnix", third(conn.WriteMsgUnix([]byte("three"), nil, to)), nil)
		t.failed("writeMsgUnix nil", third(conn.WriteMsgUnix([]byte("four"), nil, nil)), nil)
		t.failed("write", second(conn.Write([]byte("five"))), nil)
		t.received("server", server, 100)
		conn.Close()
		server.Close()
	})
	check("unixgram: writes to everybody", func(t *T) {
		server := must(net.ListenUnixgram("unixgram", gram("gram-all")))
		conn := must(net.ListenUnixgram("unixgram", gram("gram-all-from")))
		to := gram("gram-all")
		t.failed("writeToUnix", second(conn.WriteToUnix([]byte("one"), to)), nil)
		t.failed("writeTo", second(conn.WriteTo([]byte("two"), to)), nil)
		t.failed("writeMsgUnix", third(conn.WriteMsgUnix([]byte("three"), nil, to)), nil)
		for range 3 {
			t.received("server", server, 100)
		}
		t.failed("write", second(conn.Write([]byte("four"))), nil)
		t.failed("writeToUnix nil", second(conn.WriteToUnix([]byte("five"), nil)), nil)
		t.failed("writeMsgUnix nil", third(conn.WriteMsgUnix([]byte("six"), nil, nil)), nil)
		t.failed("of unix", second(conn.WriteTo([]byte("seven"), stream("gram-all"))), nil)
		t.failed("nobody", second(conn.WriteTo([]byte("eight"), gram("gram-nobody"))), nil)
		server.Close()
		t.failed("closed", second(conn.WriteTo([]byte("nine"), to)), nil)
		conn.Close()
	})
	check("unixgram: every method", func(t *T) {
		one := must(net.DialUnix("unixgram", gram("every-one"), nil))
		two := must(net.DialUnix("unixgram", gram("every-two"), nil))
		three := must(net.ListenUnixgram("unixgram", gram("every-three")))
		t.log(tell(one.LocalAddr()) + " " + tell(one.RemoteAddr()))
		t.failed("setDeadline", one.SetDeadline(time.Now().Add(time.Hour)), nil)
		t.failed("setReadBuffer", one.SetReadBuffer(2048), nil)
		t.failed("setWriteBuffer", one.SetWriteBuffer(2048), nil)
		buffer := make([]byte, 100)
		t.failed("write", third(one.WriteMsgUnix([]byte("1 to 2"), nil, gram("every-two"))), nil)
		n, _, _, addr, err := two.ReadMsgUnix(buffer, nil)
		t.packet("two", string(buffer[:n]), addr, err)
		t.failed("write", second(two.WriteToUnix([]byte("2 to 1"), gram("every-one"))), nil)
		t.received("one", one, 100)
		t.failed("write", second(three.WriteToUnix([]byte("3 to 1"), gram("every-one"))), nil)
		n, addr, err = one.ReadFromUnix(buffer)
		t.packet("one", string(buffer[:n]), addr, err)
		t.failed("write", second(two.WriteToUnix([]byte("2 to 3"), gram("every-three"))), nil)
		t.received("three", three, 100)
		t.failed("nil", second(one.WriteToUnix([]byte("abc"), nil)), nil)
		t.failed("nil", third(one.WriteMsgUnix([]byte("abc"), nil, nil)), nil)
		t.failed("nil", second(three.WriteToUnix([]byte("abc"), nil)), nil)
		one.Close()
		two.Close()
		three.Close()
	})
	check("unixgram: a write waits for the reader", func(t *T) {
		server := must(net.ListenUnixgram("unixgram", gram("gram-full")))
		client := must(net.Dial("unixgram", inFolder("gram-full")))
		client.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
		sent := 0
		var err error
		for {
			if _, err = client.Write([]byte("abc")); err != nil {
				break
			}
			sent++
		}
		t.failed("full", err, nil)
		client.SetWriteDeadline(time.Time{})
		o := startWrite(client, []byte("last"))
		t.ok("waits", !o.done())
		buffer := make([]byte, 10)
		n := 0
		for range sent + 1 {
			n, _, _ = server.ReadFrom(buffer)
		}
		t.log(string(buffer[:n]))
		t.op("write", o.wait().n, o.err, nil)
		client.Close()
		server.Close()
	})
	check("unixgram: close while a read waits", func(t *T) {
		conn := must(net.ListenUnixgram("unixgram", gram("gram-close")))
		o := startReceive(conn, 10)
		t.ok("waits", !o.done())
		t.failed("close", conn.Close(), nil)
		t.packet("read", o.wait().text(), o.from, o.err)
		t.received("later", conn, 100)
		t.failed("writeTo", second(conn.WriteTo([]byte("abc"), gram("gram-close"))), nil)
		t.failed("setDeadline", conn.SetDeadline(past), nil)
		t.failed("close", conn.Close(), nil)
	})
}
