package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

func tcpMore() {
	check("tcp: without a host", func(t *T) {
		ln := local()
		_, port, _ := net.SplitHostPort(ln.Addr().String())
		for _, host := range []string{"", "0.0.0.0", "[::ffff:0.0.0.0]", "[::]"} {
			conn, err := net.Dial("tcp4", host+":"+port)
			t.failed("dial", err, nil)
			t.ok("this machine", conn.RemoteAddr().String() == ln.Addr().String())
			conn.Close()
		}
		ln.Close()
	})
	check("tcp: places of a listener", func(t *T) {
		for _, at := range []*net.TCPAddr{must(net.ResolveTCPAddr("tcp4", "127.0.0.1:0")), {}, nil} {
			ln := must(net.ListenTCP("tcp4", at))
			address := ln.Addr().(*net.TCPAddr)
			t.logf("%v %s", address.IP, address.Network())
			t.ok("a port", address.Port != 0)
			ln.Close()
		}
	})
	check("tcp: closed again and again", func(t *T) {
		ln := local()
		conn := must(net.Dial("tcp", ln.Addr().String())).(*net.TCPConn)
		peer := must(ln.Accept())
		for range 3 {
			t.failed("closeRead", conn.CloseRead(), conn)
		}
		for range 3 {
			t.failed("closeWrite", conn.CloseWrite(), conn)
		}
		for range 3 {
			t.failed("close", conn.Close(), conn)
			t.listener("listener", ln.Close(), ln)
		}
		peer.Close()
	})
	check("tcp: every method", func(t *T) {
		ln := must(net.ListenTCP("tcp4", must(net.ResolveTCPAddr("tcp4", "127.0.0.1:0"))))
		t.call(ln.Addr(), "SERVER")
		t.listener("setDeadline", ln.SetDeadline(time.Now().Add(30)), ln)
		t.listener("accept", second(ln.Accept()), ln)
		t.listener("acceptTCP", second(ln.AcceptTCP()), ln)
		ln.SetDeadline(time.Time{})
		conn := must(net.Dial("tcp4", ln.Addr().String())).(*net.TCPConn)
		peer := must(ln.AcceptTCP())
		t.failed("setKeepAlive", conn.SetKeepAlive(false), nil)
		t.failed("setKeepAlivePeriod", conn.SetKeepAlivePeriod(3*time.Second), nil)
		t.failed("setLinger", conn.SetLinger(0), nil)
		t.failed("setNoDelay", conn.SetNoDelay(false), nil)
		t.failed("setDeadline", conn.SetDeadline(time.Now().Add(time.Hour)), nil)
		t.ok("works", exchange(conn, peer))
		conn.Close()
		t.log(strings.ReplaceAll(read(peer, 100), peer.RemoteAddr().String(), "CLIENT"))
		peer.Close()
		ln.Close()
	})
	check("tcp: many accept at once", func(t *T) {
		ln := local()
		var accepted, failed atomic.Int32
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				if conn, err := ln.Accept(); err != nil {
					failed.Add(1)
				} else {
					accepted.Add(1)
					conn.Close()
				}
			})
			group.Go(func() {
				if dialErr(net.Dial("tcp", ln.Addr().String())) != nil {
					failed.Add(1)
				}
			})
		}
		group.Wait()
		t.logf("accepted %d, failed %d", accepted.Load(), failed.Load())
		ln.Close()
	})
	check("tcp: rounds of dialling, a question and an answer", func(t *T) {
		ln := local()
		var accepted, failed atomic.Int32
		var group sync.WaitGroup
		group.Go(func() {
			for range 100 {
				conn := must(ln.Accept())
				question := make([]byte, 16)
				_, err := io.ReadFull(conn, question)
				if _, werr := conn.Write(question); err != nil || werr != nil {
					failed.Add(1)
				}
				conn.Close()
				accepted.Add(1)
			}
		})
		group.Go(func() {
			for range 100 {
				conn := must(net.Dial("tcp", ln.Addr().String()))
				_, werr := conn.Write(make([]byte, 16))
				if _, err := io.ReadFull(conn, make([]byte, 16)); err != nil || werr != nil {
					failed.Add(1)
				}
				conn.Close()
			}
		})
		group.Wait()
		t.logf("accepted %d, failed %d", accepted.Load(), failed.Load())
		ln.Close()
	})
}

func buffers() {
	check("buffers: to a connection", func(t *T) {
		for _, count := range []int{0, 10, 1023, 1024, 1025} {
			p := newPair()
			all := make([]byte, count)
			list := make(net.Buffers, count)
			for i := range list {
				all[i] = byte(i)
				list[i] = all[i : i+1]
			}
			n, err := list.WriteTo(p.client)
			t.op("write", int(n), err, p.client)
			t.logf("left %d", len(list))
			p.client.Close()
			got := make([]byte, count)
			io.ReadFull(p.server, got)
			t.ok("the same arrives", bytes.Equal(got, all))
			t.log(read(p.server, 100))
			p.close()
		}
	})
	check("buffers: to who has left", func(t *T) {
		p := newPair()
		p.server.Close()
		run := make([]byte, 1<<20)
		list := make(net.Buffers, 64)
		for i := range list {
			list[i] = run
		}
		n, err := list.WriteTo(p.client)
		t.ok("fails", err != nil)
		t.ok("some is left", n < 64<<20)
		p.close()
	})
}

func lengths() {
	durations := []time.Duration{
		1, 2, 5, 50, 100, 200, 500, 750, 1000, 5000, 25_000, 250_000, 500_000, 1_000_000, 5_000_000, 20_000_000,
	}
	// each counts the calls that did not end by their deadline, or before it.
	each := func(t *T, set func(time.Time) error, call func() error) {
		wrong := 0
		for _, d := range durations {
			start := time.Now()
			set(start.Add(d))
			err, isNet := call().(net.Error)
			if !isNet || !err.Timeout() || time.Since(start) < d {
				wrong++
			}
		}
		t.log(fmt.Sprint("wrong: ", wrong))
	}
	check("timeout: of every length, of one who reads a flood", func(t *T) {
		p := newPair()
		flood := make(chan struct{})
		go func() {
			defer close(flood)
			for data := make([]byte, 1000); ; {
				if _, err := p.server.Write(data); err != nil {
					return
				}
			}
		}()
		each(t, p.client.SetDeadline, func() error {
			_, err := io.Copy(io.Discard, struct{ io.Reader }{p.client})
			return err
		})
		p.client.Close()
		<-flood
		p.close()
	})
	check("timeout: of every length, of one who writes", func(t *T) {
		p := newPair()
		data := make([]byte, 1<<20)
		each(t, p.client.SetWriteDeadline, func() error {
			for {
				if _, err := p.client.Write(data); err != nil {
					return err
				}
			}
		})
		p.close()
	})
	check("timeout: of every length, of one who accepts", func(t *T) {
		ln := local()
		each(t, ln.SetDeadline, func() error { return second(ln.Accept()) })
		ln.Close()
	})
}
