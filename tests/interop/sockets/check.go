// Command sockets writes what Go's net does where the checks in tests/guests/net look at the port: the same lines.
// Its output, sorted, is tests/interop/sockets.txt.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sort"
	"strings"
	"sync"
	"time"
)

type T struct {
	name  string
	lines []string
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

func describe(err error, conn net.Conn) string {
	if err == nil {
		return "nil"
	}
	if err == io.EOF {
		return "EOF"
	}
	text := err.Error()
	if conn != nil {
		text = strings.ReplaceAll(text, conn.LocalAddr().String(), "A")
		text = strings.ReplaceAll(text, conn.RemoteAddr().String(), "B")
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
		reports = append(reports, name+"\t"+strings.Join(t.lines, "\t"))
	})
}

func main() {
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
	sort.Strings(reports)
	fmt.Println(strings.Join(reports, "\n"))
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
