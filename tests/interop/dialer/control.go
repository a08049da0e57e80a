package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"syscall"
)

var (
	mutex sync.Mutex
	seen  []string
)

func take() string {
	mutex.Lock()
	defer mutex.Unlock()
	all := strings.Join(seen, ", ")
	seen = nil
	return all
}

func count() int {
	mutex.Lock()
	defer mutex.Unlock()
	return len(seen)
}

func note(network, address string, _ syscall.RawConn) error {
	mutex.Lock()
	defer mutex.Unlock()
	seen = append(seen, network+" "+address)
	return nil
}

func refuse(string, string, syscall.RawConn) error { return errors.New("not this one") }

type key struct{}

func withName(ctx context.Context, network, address string, c syscall.RawConn) error {
	name, ok := ctx.Value(key{}).(string)
	if !ok {
		name = "nobody"
	}
	return note(network, address+" by "+name, c)
}

const reusePort = 15 // SO_REUSEPORT, which package syscall does not have on every system

func shared(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) { syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, reusePort, 1) })
}

func hops(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) { syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, syscall.IP_TTL, 42) })
}

const (
	dead    = "127.0.0.1:1"
	nowhere = "/nowhere/wasi-net"
)

var background = context.Background()

func controls() {
	check("control: refuses", func(t *T) {
		dialer := net.Dialer{Control: refuse}
		t.dialed("tcp")(dialer.Dial("tcp", dead))
		t.dialed("udp")(dialer.Dial("udp", dead))
		t.dialed("unix")(dialer.Dial("unix", nowhere))
		config := net.ListenConfig{Control: refuse}
		config.SetMultipathTCP(false)
		_, err := config.Listen(background, "tcp", "127.0.0.1:0")
		t.failed("listen", err)
		_, err = config.Listen(background, "unix", nowhere)
		t.failed("unix", err)
		_, err = config.ListenPacket(background, "udp", "127.0.0.1:0")
		t.failed("packet", err)
		_, err = config.ListenPacket(background, "unixgram", nowhere)
		t.failed("unixgram", err)
	})
	check("control: sees the network and the address", func(t *T) {
		dialer := net.Dialer{Control: note}
		t.dialed("tcp")(dialer.Dial("tcp", dead))
		t.dialed("tcp4")(dialer.Dial("tcp4", dead))
		udp, err := dialer.Dial("udp", dead)
		t.failed("udp", err)
		udp.Close()
		t.dialed("unix")(dialer.Dial("unix", nowhere))
		t.dialed("unixpacket")(dialer.Dial("unixpacket", nowhere))
		t.log(take())
		config := net.ListenConfig{Control: note}
		config.SetMultipathTCP(false)
		must(config.Listen(background, "tcp", "127.0.0.1:0")).Close()
		must(config.ListenPacket(background, "udp4", ":0")).Close()
		_, err = config.Listen(background, "unix", nowhere)
		t.failed("unix", err)
		_, err = config.ListenPacket(background, "unixgram", nowhere)
		t.failed("unixgram", err)
		t.log(take())
	})
	check("ip6: control sees the version", func(t *T) {
		dialer := net.Dialer{Control: note}
		t.dialed("tcp")(dialer.Dial("tcp", "[::1]:1"))
		config := net.ListenConfig{Control: note}
		config.SetMultipathTCP(false)
		must(config.Listen(background, "tcp", ":0")).Close()
		must(config.Listen(background, "tcp6", "[::1]:0")).Close()
		must(config.ListenPacket(background, "udp", ":0")).Close()
		t.log(take())
	})
	check("raw: control sees the network and the address", func(t *T) {
		dialer := net.Dialer{Control: note}
		must(dialer.Dial("ip4:icmp", "127.0.0.1")).Close()
		must(dialer.Dial("ip:1", "127.0.0.1")).Close()
		config := net.ListenConfig{Control: note}
		must(config.ListenPacket(background, "ip4:icmp", "127.0.0.1")).Close()
		t.log(take())
	})
	check("control: of two, the one with the context", func(t *T) {
		dialer := net.Dialer{Control: note, ControlContext: withName}
		t.dialed("dial")(dialer.Dial("tcp", dead))
		named := context.WithValue(background, key{}, "somebody")
		t.dialed("dialContext")(dialer.DialContext(named, "tcp", dead))
		t.log(take())
	})
	check("control: sets an option of a listener", func(t *T) {
		config := net.ListenConfig{Control: shared}
		config.SetMultipathTCP(false)
		one := must(config.Listen(background, "tcp", "127.0.0.1:0"))
		address := one.Addr().String()
		t.port = portOf(address)
		two, err := config.Listen(background, "tcp", address)
		t.failed("shared", err)
		_, err = net.Listen("tcp", address)
		t.failed("not shared", err)
		two.Close()
		one.Close()
	})
	check("control: sets an option of a connection", func(t *T) {
		ln := must(net.Listen("tcp", "127.0.0.1:0"))
		dialer := net.Dialer{Control: hops}
		conn := must(dialer.Dial("tcp", ln.Addr().String())).(*net.TCPConn)
		raw := must(conn.SyscallConn())
		raw.Control(func(fd uintptr) {
			t.log(fmt.Sprintf("hops: %d", must(syscall.GetsockoptInt(int(fd), syscall.IPPROTO_IP, syscall.IP_TTL))))
		})
		conn.Close()
		ln.Close()
	})
}
