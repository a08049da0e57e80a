// Command sockets writes what Go's net does where the checks in tests/guests/net look at the port: the same lines.
// Its output, sorted, is tests/interop/sockets.txt; with the argument "networks" tests/interop/networks.txt; with "linklocal" and an
// interface, its link-local address and another interface with the same one tests/interop/linklocal.txt.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"reflect"
	"sort"
	"strings"
	"sync"
	"time"
)

type T struct {
	name    string
	lines   []string
	aliases []string
}

func (t *T) log(line string) { t.lines = append(t.lines, line) }

func (t *T) logf(format string, args ...any) { t.log(fmt.Sprintf(format, args...)) }

func (t *T) ok(what string, holds bool) {
	t.logf("%s: %s", what, map[bool]string{true: "yes", false: "no"}[holds])
}

func (t *T) failed(what string, err error, conn net.Conn) {
	t.logf("%s: %s", what, describe(err, conn))
}

func (t *T) op(what string, n int, err error, conn net.Conn) {
	t.logf("%s: %d %s", what, n, describe(err, conn))
}

func (t *T) named(what string, err error, address string) {
	t.logf("%s: %s", what, strings.ReplaceAll(describe(err, nil), address, "A"))
}

func (t *T) listener(what string, err error, ln net.Listener) {
	t.named(what, err, ln.Addr().String())
}

// call gives an address, which is another one in each run, a name in all lines of the check.
func (t *T) call(address net.Addr, name string) { t.callText(address.String(), name) }

func (t *T) callText(address, name string) { t.aliases = append(t.aliases, address, name) }

// callBoth gives a connection's addresses names where one leads to the other. By itself each may be
// another connection's too: the kernel gives a port to several that lead to different places.
func (t *T) callBoth(conn net.Conn, here, there string) {
	t.callText(conn.LocalAddr().String()+"->"+conn.RemoteAddr().String(), here+"->"+there)
}

// received reads a packet and notes it.
func (t *T) received(what string, conn net.PacketConn, size int) {
	buffer := make([]byte, size)
	n, from, err := conn.ReadFrom(buffer)
	t.packet(what, string(buffer[:n]), from, err)
}

// packet notes a packet, where it is from, and the error.
func (t *T) packet(what, text string, from net.Addr, err error) {
	sender := "nobody"
	if from != nil && !reflect.ValueOf(from).IsNil() {
		sender = from.String()
	}
	t.logf("%s: %s from %s, %s", what, text, sender, describe(err, nil))
}

// forget gives the addresses called so far their names, and calls them so no more: their ports can be others' soon.
func (t *T) forget() {
	text := strings.Join(t.lines, "\t")
	for i := 0; i < len(t.aliases); i += 2 {
		text = strings.ReplaceAll(text, t.aliases[i], t.aliases[i+1])
	}
	t.lines, t.aliases = []string{text}, nil
}

func (t *T) report() string {
	t.forget()
	text := strings.Join(t.lines, "\t")
	if folder != "" {
		text = strings.ReplaceAll(text, folder, "DIR")
	}
	return t.name + "\t" + text
}

func describe(err error, conn net.Conn) string {
	if err == nil {
		return "nil"
	}
	if err == io.EOF {
		return "EOF"
	}
	text := err.Error()
	if conn != nil {
		text = replace(text, conn.LocalAddr(), "A")
		text = replace(text, conn.RemoteAddr(), "B")
	}
	var marks []string
	mark := func(name string, holds bool) {
		if holds {
			marks = append(marks, name)
		}
	}
	var ne net.Error
	mark("timeout", errors.As(err, &ne) && ne.Timeout())
	mark("temporary", errors.As(err, &ne) && ne.Temporary())
	mark("closed", errors.Is(err, net.ErrClosed))
	mark("deadline", errors.Is(err, os.ErrDeadlineExceeded))
	mark("context", errors.Is(err, context.DeadlineExceeded))
	mark("canceled", errors.Is(err, context.Canceled))
	if len(marks) > 0 {
		text += " [" + strings.Join(marks, " ") + "]"
	}
	return text
}

// replace gives an address a name, if there is one.
func replace(text string, addr net.Addr, by string) string {
	if addr == nil || addr.String() == "" {
		return text
	}
	return strings.ReplaceAll(text, addr.String(), by)
}

var (
	checks  sync.WaitGroup
	mutex   sync.Mutex
	reports []string
)

func check(name string, fn func(t *T)) {
	checks.Go(func() {
		t := &T{name: name}
		fn(t)
		mutex.Lock()
		defer mutex.Unlock()
		reports = append(reports, t.report())
	})
}

// folder is an empty one of this run alone.
var folder string

func inFolder(name string) string { return folder + "/" + name }

func main() {
	if len(os.Args) > 1 && os.Args[1] == "linklocal" {
		linkLocals()
	} else if len(os.Args) > 1 && os.Args[1] == "networks" {
		folder = must(os.MkdirTemp("", "wasi-net-networks-"))
		defer os.RemoveAll(folder)
		networks()
	} else {
		tcp()
	}
	sort.Strings(reports)
	fmt.Println(strings.Join(reports, "\n"))
}

func networks() {
	udp()
	udpWildcards()
	multicast()
	zones()
	limits()
	copies()
	copying()
	unix()
	rawNames()
	raw()
	files()
	rights()
	rawconns()
	tcpMore()
	buffers()
	lengths()
	checks.Wait()
	besides()
	checks.Wait()
}

func tcp() {
	halfClose()
	resets()
	deadlines()
	closing()
	transfer()
	dials()
	places()
	options()
	checks.Wait()
	// What reaches a port must not meet the listener of another check there.
	wildcards()
	checks.Wait()
}

// settle lets every goroutine run until it waits. There is no other way to be sure of it here.
func settle() { time.Sleep(50 * time.Millisecond) }

func must[V any](value V, err error) V {
	if err != nil {
		panic(err)
	}
	return value
}

func local() *net.TCPListener {
	return must(net.Listen("tcp", "127.0.0.1:0")).(*net.TCPListener)
}

type pair struct{ client, server *net.TCPConn }

func newPair() pair {
	ln := local()
	defer ln.Close()
	client := must(net.Dial("tcp", ln.Addr().String())).(*net.TCPConn)
	for {
		// A dial to a port that was another's before may have come first.
		server := must(ln.AcceptTCP())
		if server.RemoteAddr().String() == client.LocalAddr().String() {
			return pair{client, server}
		}
		server.Close()
	}
}

func (p pair) close() {
	p.client.Close()
	p.server.Close()
}

type op struct {
	n      int
	err    error
	buffer []byte
	conn   net.Conn
	from   net.Addr
	end    chan struct{}
}

func start(fn func(*op)) *op {
	o := &op{end: make(chan struct{})}
	go func() {
		defer close(o.end)
		fn(o)
	}()
	settle()
	return o
}

func (o *op) done() bool {
	select {
	case <-o.end:
		return true
	default:
		return false
	}
}

func startReceive(conn net.PacketConn, size int) *op {
	buffer := make([]byte, size)
	return start(func(o *op) { o.buffer = buffer; o.n, o.from, o.err = conn.ReadFrom(buffer) })
}

func (o *op) wait() *op    { <-o.end; return o }
func (o *op) text() string { return string(o.buffer[:o.n]) }

func startRead(conn net.Conn, size int) *op {
	buffer := make([]byte, size)
	return start(func(o *op) { o.buffer = buffer; o.n, o.err = conn.Read(buffer) })
}

func startWrite(conn net.Conn, data []byte) *op {
	return start(func(o *op) { o.n, o.err = conn.Write(data) })
}

func startAccept(ln net.Listener) *op {
	return start(func(o *op) { o.conn, o.err = ln.Accept() })
}

func startDrain(conn net.Conn) *op {
	return start(func(o *op) {
		n, err := io.Copy(io.Discard, struct{ io.Reader }{conn})
		if err == nil {
			err = io.EOF
		}
		o.n, o.err = int(n), err
	})
}

func read(conn net.Conn, size int) string {
	buffer := make([]byte, size)
	n, err := conn.Read(buffer)
	if err != nil {
		return string(buffer[:n]) + "|" + describe(err, conn)
	}
	return string(buffer[:n])
}

func write(conn net.Conn, text string) { conn.Write([]byte(text)) }

func exchange(from, to net.Conn) bool {
	buffer := make([]byte, 4)
	write(from, "ping")
	if _, err := io.ReadFull(to, buffer); err != nil {
		return false
	}
	write(to, "pong")
	_, err := io.ReadFull(from, buffer)
	return err == nil && string(buffer) == "pong"
}
