// Command dialer writes what Go's Dialer and ListenConfig do where the checks in tests/guests/dialer look at the port: the same
// lines. Its output is tests/interop/dialer.txt.
package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

func main() {
	controls()
	dials()
	races()
	sharesOfTime()
}

type T struct {
	lines []string
	port  string
}

func (t *T) log(line string) {
	if t.port != "" {
		line = strings.ReplaceAll(line, ":"+t.port, ":P")
	}
	t.lines = append(t.lines, line)
}

func (t *T) ok(what string, holds bool) {
	t.log(what + ": " + map[bool]string{true: "yes", false: "no"}[holds])
}

func (t *T) failed(what string, err error) { t.log(what + ": " + describe(err)) }

func (t *T) dialed(what string) func(net.Conn, error) {
	return func(conn net.Conn, err error) {
		if err != nil {
			t.failed(what, err)
			return
		}
		t.log(what + ": to " + conn.RemoteAddr().String())
		conn.Close()
	}
}

// slow is dialed for a dial whose time is over. In Go two timers race for it, and each has an error of its own, with the same text:
// the port always has the context's.
func (t *T) slow(what string) func(net.Conn, error) {
	return func(conn net.Conn, err error) {
		t.dialed(what)(conn, err)
		last := &t.lines[len(t.lines)-1]
		*last = strings.Replace(*last, "[timeout]", "[timeout context]", 1)
	}
}

func describe(err error) string {
	if err == nil {
		return "nil"
	}
	marks := ""
	var ne net.Error
	if errors.As(err, &ne) && ne.Timeout() {
		marks += " timeout"
	}
	if errors.Is(err, context.DeadlineExceeded) {
		marks += " context"
	}
	if errors.Is(err, context.Canceled) {
		marks += " canceled"
	}
	if marks != "" {
		return err.Error() + " [" + marks[1:] + "]"
	}
	return err.Error()
}

func check(name string, fn func(t *T)) {
	if strings.HasPrefix(name, "ip6:") && !can(net.Listen("tcp6", "[::1]:0")) {
		return
	}
	if strings.HasPrefix(name, "raw:") && syscall.Geteuid() != 0 {
		return
	}
	t := new(T)
	fn(t)
	fmt.Println(name + "\t" + strings.Join(t.lines, "\t"))
}

func can(ln net.Listener, err error) bool {
	if err == nil {
		ln.Close()
	}
	return err == nil
}

// settle lets every goroutine run until it waits. There is no other way to be sure of it here.
func settle() { time.Sleep(50 * time.Millisecond) }

func must[V any](value V, err error) V {
	if err != nil {
		panic(err)
	}
	return value
}

func portOf(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// fixed is a resolver that asks a server of its own, which answers the same addresses for every name.
func fixed(addresses ...string) *net.Resolver {
	dial := func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go answer(server, addresses)
		return client, nil
	}
	return &net.Resolver{PreferGo: true, Dial: dial}
}

func answer(conn net.Conn, addresses []string) {
	defer conn.Close()
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return
	}
	query := make([]byte, binary.BigEndian.Uint16(size[:]))
	io.ReadFull(conn, query)
	end := 12
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	question := query[12 : end+5]
	asked := binary.BigEndian.Uint16(query[end+1:])
	var answers []byte
	count := 0
	for _, text := range addresses {
		addr := netip.MustParseAddr(text)
		if kind := map[bool]uint16{true: 1, false: 28}[addr.Is4()]; kind == asked {
			answers = append(answers, 0xc0, 12, 0, byte(kind), 0, 1, 0, 0, 0, 0, 0, byte(addr.BitLen()/8))
			answers = append(answers, addr.AsSlice()...)
			count++
		}
	}
	reply := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, byte(count), 0, 0, 0, 0}, question...)
	reply = append(reply, answers...)
	conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
}

const soon = 30 * time.Millisecond

type full struct {
	address string
	fd      int
	conns   []net.Conn
}

func tryFull(v6 bool, port int) *full {
	family := map[bool]int{true: syscall.AF_INET6, false: syscall.AF_INET}[v6]
	fd := must(syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0))
	var at syscall.Sockaddr = &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}
	if v6 {
		at = &syscall.SockaddrInet6{Port: port, Addr: [16]byte{15: 1}}
	}
	if syscall.Bind(fd, at) != nil || syscall.Listen(fd, 0) != nil {
		syscall.Close(fd)
		return nil
	}
	f := &full{fd: fd}
	switch name := must(syscall.Getsockname(fd)).(type) {
	case *syscall.SockaddrInet4:
		f.address = fmt.Sprintf("127.0.0.1:%d", name.Port)
	case *syscall.SockaddrInet6:
		f.address = fmt.Sprintf("[::1]:%d", name.Port)
	}
	for {
		conn, err := net.DialTimeout("tcp", f.address, soon)
		if err != nil {
			return f
		}
		f.conns = append(f.conns, conn)
	}
}

func (f *full) close() {
	for _, conn := range f.conns {
		conn.Close()
	}
	syscall.Close(f.fd)
}

type ends struct {
	ln   net.Listener
	full *full
	port string
}

func newEnds() *ends {
	for {
		ln := must(net.Listen("tcp", "127.0.0.1:0"))
		port := ln.Addr().(*net.TCPAddr).Port
		if f := tryFull(true, port); f != nil {
			return &ends{ln, f, fmt.Sprint(port)}
		}
		ln.Close()
	}
}

func (e *ends) close() {
	e.ln.Close()
	e.full.close()
}

type attempt struct {
	conn   net.Conn
	err    error
	cancel context.CancelFunc
	end    chan struct{}
}

func start(dialer *net.Dialer, address string) *attempt {
	ctx, cancel := context.WithCancel(context.Background())
	a := &attempt{cancel: cancel, end: make(chan struct{})}
	go func() {
		defer close(a.end)
		a.conn, a.err = dialer.DialContext(ctx, "tcp", address)
	}()
	settle()
	return a
}

func (a *attempt) wait() (net.Conn, error) {
	<-a.end
	return a.conn, a.err
}
