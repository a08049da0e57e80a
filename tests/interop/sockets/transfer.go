package main

import (
	"bytes"
	"io"
)

func transfer() {
	check("transfer: writes of two never interleave", func(t *T) {
		const size = 4 << 20
		p := newPair()
		ones := startWrite(p.client, bytes.Repeat([]byte{1}, size))
		twos := startWrite(p.client, bytes.Repeat([]byte{2}, size))
		buffer := make([]byte, 5000)
		changes, last := 0, byte(0)
		for left := size * 2; left > 0; {
			n, err := p.server.Read(buffer)
			for _, b := range buffer[:n] {
				if b != last {
					changes++
				}
				last = b
			}
			left -= n
			if err != nil {
				break
			}
		}
		t.logf("runs: %d", changes)
		t.ok("both wrote all", ones.wait().n == size && twos.wait().n == size)
		p.close()
	})
	check("transfer: two readers share a connection", func(t *T) {
		p := newPair()
		first := startRead(p.server, 10)
		second := startRead(p.server, 10)
		write(p.client, "abc")
		t.log(first.wait().text())
		t.ok("the other waits", !second.done())
		write(p.client, "def")
		t.log(second.wait().text())
		p.close()
	})
	check("transfer: of nothing", func(t *T) {
		p := newPair()
		n, err := p.client.Read(nil)
		t.op("read", n, err, p.client)
		n, err = p.client.Write(nil)
		t.op("write", n, err, p.client)
		p.server.Close()
		t.log(read(p.client, 10))
		t.log(read(p.client, 0))
		p.close()
	})
	check("transfer: a megabyte, to the byte", func(t *T) {
		p := newPair()
		data := make([]byte, 1<<20)
		for i := range data {
			data[i] = byte(i * 7919 >> 3)
		}
		o := startWrite(p.client, data)
		got := make([]byte, 1<<20)
		n, _ := io.ReadFull(p.server, got)
		t.logf("read: %d", n)
		t.ok("equal", bytes.Equal(data, got))
		t.op("write", o.wait().n, o.err, p.client)
		p.close()
	})
	check("transfer: both directions at once", func(t *T) {
		const size = 8 << 20
		p := newPair()
		there := startWrite(p.client, make([]byte, size))
		back := startWrite(p.server, make([]byte, size))
		first := startDrain(p.client)
		second := startDrain(p.server)
		there.wait()
		back.wait()
		p.client.CloseWrite()
		p.server.CloseWrite()
		t.op("read", first.wait().n, first.err, p.client)
		t.op("read", second.wait().n, second.err, p.server)
		p.close()
	})
	check("transfer: copies between two connections, and their errors", func(t *T) {
		for _, name := range []string{"readFrom", "writeTo"} {
			for i := range 8 {
				spliced(t, name, i)
			}
		}
	})
	check("transfer: pieces", func(t *T) {
		p := newPair()
		write(p.client, "abcdef")
		t.log(read(p.server, 2))
		t.log(read(p.server, 3))
		t.log(read(p.server, 3))
		p.close()
	})
}

// spliced copies from one connection to another, of which something is wrong with one.
func spliced(t *T, name string, i int) {
	from, to := newPair(), newPair()
	what := []string{"nothing", "its deadline", "its end's deadline", "closed", "its end closed", "reset", "its end ended", "its end reset"}[i]
	t.callBoth(from.server, "A", "B")
	t.callBoth(to.client, "C", "D")
	if i != 5 {
		write(from.client, "abc")
		from.client.CloseWrite()
	}
	switch i {
	case 1:
		from.server.SetReadDeadline(past)
	case 2:
		to.client.SetWriteDeadline(past)
	case 3:
		from.server.Close()
	case 4:
		to.client.Close()
	case 5:
		from.client.SetLinger(0)
		from.client.Close()
	case 6:
		to.client.CloseWrite()
	case 7:
		to.server.SetLinger(0)
		to.server.Close()
	}
	var n int64
	var err error
	if name == "readFrom" {
		n, err = to.client.ReadFrom(from.server)
	} else {
		n, err = from.server.WriteTo(to.client)
	}
	t.op(name+" with "+what, int(n), err, nil)
	t.forget()
	from.close()
	to.close()
}
