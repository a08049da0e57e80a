package main

import (
	"fmt"
	"net"
	"strings"
)

func places() {
	check("bad address", func(t *T) {
		addresses := []string{
			"", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:nosuchport",
			"127.0.0.1:http:", "::1:80", "[::1]", "[::1", "[::1]80", "[127.0.0.1]:65536", "1.2.3.4:5:6", "]:80",
			"[::1%nosuch]:99999", "127.0.0.1:+99999999999", "127.0.0.1: 80", "[fe80::1]]:80",
		}
		for _, network := range []string{"tcp", "tcp4", "tcp6"} {
			for _, address := range addresses {
				ln, err := net.Listen(network, address)
				if err == nil {
					ln.Close()
					t.logf("%s %s -> ok", network, address)
					continue
				}
				t.logf("%s %s -> %v", network, address, err)
				if _, err = net.Dial(network, address); err == nil {
					t.log("ok")
				} else {
					t.logf("%v", err)
				}
			}
		}
	})
	check("bad network", func(t *T) {
		for _, network := range []string{"", "TCP", "tcp5", "tcp ", "ip", "ip4", "ip:tcp", "tcp:6", "http", "udp5", "unixes"} {
			_, err := net.Listen(network, "127.0.0.1:0")
			t.failed("listen "+network, err, nil)
			_, err = net.Dial(network, "127.0.0.1:1")
			t.failed("dial "+network, err, nil)
		}
	})
	check("bad place", func(t *T) {
		listen := func(what, network, address string) {
			_, err := net.Listen(network, address)
			t.failed(what, err, nil)
		}
		dial := func(what, network, address string) {
			_, err := net.Dial(network, address)
			t.failed(what, err, nil)
		}
		listen("not of this machine", "tcp", "192.0.2.1:0")
		listen("not IPv4", "tcp4", "[::1]:0")
		listen("not IPv6", "tcp6", "127.0.0.1:0")
		dial("dial not IPv4", "tcp4", "[::1]:1")
		dial("dial not IPv6", "tcp6", "127.0.0.1:1")
		dial("dial nowhere", "tcp", "")
	})
}

func wildcards() {
	check("ip6: who reaches a wildcard", func(t *T) {
		addresses := []string{":0", "0.0.0.0:0", "[::]:0", "[::ffff:0.0.0.0]:0", "127.0.0.1:0", "[::1]:0", "[::ffff:127.0.0.1]:0"}
		for _, network := range []string{"tcp", "tcp4", "tcp6"} {
			for _, address := range addresses {
				reach(t, network, address)
			}
		}
	})
	check("ip6: errors name both addresses", func(t *T) {
		ln := must(net.Listen("tcp", "[::1]:0"))
		conn := must(net.Dial("tcp6", ln.Addr().String()))
		peer := must(ln.Accept())
		t.ok("bracketed", strings.HasPrefix(conn.RemoteAddr().String(), "[::1]:"))
		conn.SetReadDeadline(past)
		t.log(read(conn, 100))
		conn.Close()
		t.log(read(conn, 100))
		peer.Close()
		ln.Close()
		t.named("refused", dialErr(net.Dial("tcp", "[::1]:1")), "[::1]:1")
	})
}

func reach(t *T, network, address string) {
	ln, err := net.Listen(network, address)
	what := network + " " + address
	if err != nil {
		t.failed(what, err, nil)
		return
	}
	defer ln.Close()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	line := what + " is " + ln.Addr().String()
	line += " v4 " + visit(ln, "tcp4", "127.0.0.1:"+port)
	line += " v6 " + visit(ln, "tcp6", "[::1]:"+port)
	line += " mapped " + visit(ln, "tcp", "[::ffff:127.0.0.1]:"+port)
	line += " itself " + visit(ln, "tcp", ln.Addr().String())
	t.logf("%s", strings.ReplaceAll(line, ":"+port, ":P"))
}

func visit(ln net.Listener, network, address string) string {
	conn, err := net.Dial(network, address)
	if err != nil {
		return fmt.Sprintf("(%v)", err)
	}
	defer conn.Close()
	peer := must(ln.Accept())
	defer peer.Close()
	end := ")"
	if peer.RemoteAddr().String() != conn.LocalAddr().String() {
		end = " ?)"
	}
	return "(" + conn.RemoteAddr().String() + " " + peer.LocalAddr().String() + end
}
