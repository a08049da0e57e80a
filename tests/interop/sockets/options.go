package main

import (
	"context"
	"fmt"
	"net"
	"syscall"
	"time"
)

func option(conn net.Conn, level, name int) (value int) {
	raw := must(conn.(*net.TCPConn).SyscallConn())
	raw.Control(func(fd uintptr) { value = must(syscall.GetsockoptInt(int(fd), level, name)) })
	return value
}

func five(conn net.Conn) string {
	return fmt.Sprint(
		option(conn, syscall.IPPROTO_TCP, syscall.TCP_NODELAY), " ",
		option(conn, syscall.SOL_SOCKET, syscall.SO_KEEPALIVE), " ",
		option(conn, syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE), " ",
		option(conn, syscall.IPPROTO_TCP, syscall.TCP_KEEPINTVL), " ",
		option(conn, syscall.IPPROTO_TCP, syscall.TCP_KEEPCNT))
}

func options() {
	check("option: what every connection has", func(t *T) {
		p := newPair()
		t.logf("dialled %s", five(p.client))
		t.logf("accepted %s", five(p.server))
		p.close()
	})
	check("option: setting them", func(t *T) {
		p := newPair()
		conn := p.client
		t.failed("setNoDelay", conn.SetNoDelay(false), conn)
		t.log(five(conn))
		t.failed("setKeepAlive", conn.SetKeepAlive(false), conn)
		t.log(five(conn))
		t.failed("setKeepAlivePeriod", conn.SetKeepAlivePeriod(1500*time.Millisecond), conn)
		t.log(five(conn))
		conn.SetKeepAlivePeriod(-1)
		t.log(five(conn))
		conn.SetKeepAlivePeriod(0)
		t.log(five(conn))
		config := net.KeepAliveConfig{Enable: true, Idle: 60 * time.Second, Interval: 7 * time.Second, Count: 4}
		t.failed("setKeepAliveConfig", conn.SetKeepAliveConfig(config), conn)
		t.log(five(conn))
		kept := net.KeepAliveConfig{Enable: true, Idle: -1, Interval: -1, Count: -1}
		t.failed("setKeepAliveConfig", conn.SetKeepAliveConfig(kept), conn)
		t.log(five(conn))
		p.close()
	})
	check("option: of a Dialer and a ListenConfig", func(t *T) {
		show(t, net.ListenConfig{KeepAlive: -1}, net.Dialer{KeepAlive: -1})
		config := net.ListenConfig{KeepAlive: 20 * time.Second}
		dialer := net.Dialer{KeepAlive: 30 * time.Second}
		show(t, config, dialer)
		config.KeepAliveConfig = net.KeepAliveConfig{Enable: true, Idle: 3 * time.Second, Interval: 4 * time.Second, Count: 5}
		dialer.KeepAliveConfig = net.KeepAliveConfig{Enable: true, Idle: 6 * time.Second, Interval: 7 * time.Second, Count: 8}
		show(t, config, dialer)
	})
	check("option: buffers", func(t *T) {
		p := newPair()
		t.failed("setReadBuffer", p.client.SetReadBuffer(20000), p.client)
		t.failed("setWriteBuffer", p.client.SetWriteBuffer(30000), p.client)
		t.logf("%d", option(p.client, syscall.SOL_SOCKET, syscall.SO_RCVBUF))
		t.logf("%d", option(p.client, syscall.SOL_SOCKET, syscall.SO_SNDBUF))
		p.close()
	})
}

func show(t *T, config net.ListenConfig, dialer net.Dialer) {
	ln := must(config.Listen(context.Background(), "tcp", "127.0.0.1:0"))
	for range 2 {
		conn := must(dialer.Dial("tcp", ln.Addr().String()))
		peer := must(ln.Accept())
		t.logf("dialled %s accepted %s", five(conn), five(peer))
		conn.Close()
		peer.Close()
	}
	ln.Close()
}
