package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// copying: who of a copy's two ends does it, what its errors are, and what a limit counts.
func copying() {
	check("copy: errors", func(t *T) {
		for i, network := range []string{"tcp", "unix", "unixpacket", "pipe"} {
			fails(t, network, "tcp")
			if i > 0 {
				fails(t, "tcp", network)
			}
		}
		fails(t, "unix", "unix")
	})
	check("copy: no more than so many", func(t *T) {
		limited(t, "tcp", "tcp")
		limited(t, "unix", "tcp")
		limited(t, "unixpacket", "tcp")
		limited(t, "tcp", "unix")
		for n := int64(-1); n < 19; n += 5 {
			l := newLine("tcp", "tcp", fmt.Sprint("n", n))
			copied, err := io.CopyN(l.to, l.from, n)
			t.log(ending(copied, err))
			l.close()
		}
	})
	check("copy: own readers and writers", func(t *T) {
		var told strings.Builder
		own(t, &told)
		refusing(t, &told)
		sizes(t, &told)
	})
	check("copy: own ways, and connections", connected)
}

// line is a connection to copy from, where ten bytes are waiting and the end, and one to copy to.
type line struct {
	source, from, to, sink net.Conn
	writing                *op
}

func newLine(from, to, name string) *line {
	l := &line{}
	l.source, l.from = lineEnds(from, inFolder(fmt.Sprintf("copying-%s-%s-%s", from, to, name)))
	l.to, l.sink = lineEnds(to, inFolder(fmt.Sprintf("copying-%s-%s-%s-to", from, to, name)))
	if from == "pipe" {
		l.writing = startWrite(l.source, []byte("abcdefghij"))
	} else {
		write(l.source, "abcdefghij")
		l.source.Close()
	}
	return l
}

// call gives those addresses names that are others in each run.
func (l *line) call(t *T) {
	for conn, names := range map[net.Conn]string{l.from: "AB", l.to: "CD"} {
		if _, ok := conn.(*net.TCPConn); ok {
			t.callBoth(conn, names[:1], names[1:])
		}
	}
}

func (l *line) close() {
	l.from.Close()
	l.to.Close()
	l.sink.Close()
	if l.writing != nil {
		l.writing.wait()
	}
}

func lineEnds(network, path string) (dialled, accepted net.Conn) {
	if network == "pipe" {
		return net.Pipe()
	}
	if network == "tcp" {
		path = "127.0.0.1:0"
	}
	ln := must(net.Listen(network, path))
	defer ln.Close()
	return must(net.Dial(network, ln.Addr().String())), must(ln.Accept())
}

// fails copies where something is wrong.
func fails(t *T, from, to string) {
	for i, wrong := range []string{"its deadline", "its end's deadline", "closed", "its end closed"} {
		l := newLine(from, to, fmt.Sprint("wrong", i))
		l.call(t)
		switch i {
		case 0:
			l.from.SetReadDeadline(past)
		case 1:
			l.to.SetWriteDeadline(past)
		case 2:
			l.from.Close()
		case 3:
			l.to.Close()
		}
		n, err := io.Copy(l.to, l.from)
		t.op(fmt.Sprintf("%s to %s, %s", from, to, wrong), int(n), err, nil)
		t.forget()
		l.close()
	}
}

// limited copies up to limits, and notes what a limit is then.
func limited(t *T, from, to string) {
	for limit := int64(-1); limit < 19; limit += 5 {
		l := newLine(from, to, fmt.Sprint("limit", limit))
		reader := io.LimitReader(l.from, limit).(*io.LimitedReader)
		n, err := io.Copy(l.to, reader)
		t.logf("%s to %s: %s left %d", from, to, ending(n, err), reader.N)
		l.close()
	}
	l := newLine(from, to, "closed")
	l.to.Close()
	reader := io.LimitReader(l.from, 14).(*io.LimitedReader)
	io.Copy(l.to, reader)
	t.logf("its end closed: left %d", reader.N)
	l.close()
}

func ending(n int64, err error) string {
	if err == nil {
		return fmt.Sprintf("%d nil", n)
	}
	return fmt.Sprintf("%d %v", n, err)
}

// text is a reader of a text, in pieces of as many bytes as are asked for, with the error at last.
type text struct {
	rest string
	err  error
	told *strings.Builder
}

func (x *text) Read(p []byte) (int, error) {
	fmt.Fprintf(x.told, "%d ", len(p))
	n := copy(p, x.rest)
	x.rest = x.rest[n:]
	if x.rest != "" {
		return n, nil
	}
	if x.err != nil {
		return n, x.err
	}
	return n, io.EOF
}

// selfWriting is a text that writes itself, by another copy.
type selfWriting struct{ *text }

func (x selfWriting) WriteTo(w io.Writer) (int64, error) {
	x.told.WriteString("writeTo ")
	return io.Copy(w, &text{"self", x.err, x.told})
}

// sink takes everything, but claims to have taken more or less than that.
type sink struct {
	text string
	more int
	err  error
	told *strings.Builder
}

func (s *sink) Write(p []byte) (int, error) {
	s.text += string(p)
	return len(p) + s.more, s.err
}

// selfReading is a sink that reads by itself, by another copy.
type selfReading struct{ *sink }

func (s selfReading) ReadFrom(r io.Reader) (int64, error) {
	s.told.WriteString("readFrom ")
	inner := &sink{}
	n, err := io.Copy(inner, r)
	s.text += "(" + inner.text + ")"
	return n, err
}

func own(t *T, told *strings.Builder) {
	for i, s := range []*sink{{told: told}, {told: told}} {
		what, w := "sink", io.Writer(s)
		if i == 1 {
			what, w = "self-reading", selfReading{s}
		}
		note := func(rest string, n int64, err error) { noteCopy(t, what+rest, n, err, s, told) }
		of := func(rest string) *text { return &text{rest, nil, told} }
		n, err := io.Copy(w, of("abc"))
		note("", n, err)
		n, err = io.Copy(w, selfWriting{of("abc")})
		note(", self-writing", n, err)
		n, err = io.CopyBuffer(w, of("abcdefghij"), make([]byte, 7))
		note(", buffer", n, err)
		n, err = io.CopyN(w, selfWriting{of("abcdef")}, 4)
		note(", n", n, err)
		n, err = io.Copy(w, &net.Buffers{[]byte("ab"), []byte("c")})
		note(", buffers", n, err)
	}
}

func noteCopy(t *T, what string, n int64, err error, s *sink, told *strings.Builder) {
	t.logf("%s: %s %s [%s]", what, ending(n, err), s.text, strings.TrimRight(told.String(), " "))
	told.Reset()
}

// refusing are ends that are at odds with what they may do.
func refusing(t *T, told *strings.Builder) {
	luck := errors.New("no luck")
	for _, s := range []*sink{{more: -1}, {more: 1}, {more: -9}, {more: 1, err: luck}, {more: -1, err: io.EOF}} {
		n, err := io.Copy(s, &text{"abc", nil, told})
		noteCopy(t, "sink", n, err, s, told)
	}
	s := &sink{}
	n, err := io.Copy(s, &text{"abc", luck, told})
	noteCopy(t, "text", n, err, s, told)
	for limit := range 2 {
		n, err = io.CopyN(s, &text{"abc", luck, told}, int64(limit+3))
		noteCopy(t, "text, n", n, err, s, told)
	}
}

// sizes are what a reader is asked for.
func sizes(t *T, told *strings.Builder) {
	for limit := int64(-1); limit < 100_000; limit = limit*30 + 31 {
		s := &sink{}
		n, err := io.Copy(s, io.LimitReader(&text{"abc", nil, told}, limit))
		noteCopy(t, fmt.Sprint("limit ", limit), n, err, s, told)
	}
}

// connected are copies between a connection and ends that have their own way.
func connected(t *T) {
	var told strings.Builder
	s := &sink{told: &told}
	note := func(what string, s *sink, n int64, err error) { noteCopy(t, what, n, err, s, &told) }
	read := newLine("tcp", "tcp", "read")
	n, err := io.Copy(selfReading{s}, read.from)
	note("from a connection", s, n, err)
	read.close()

	refused := newLine("tcp", "tcp", "refused")
	refused.call(t)
	end := &sink{err: io.EOF}
	n, err = io.Copy(end, refused.from)
	note("refused with the end", end, n, err)
	t.forget()
	refused.close()

	closed := newLine("tcp", "tcp", "closed")
	closed.call(t)
	closed.to.Close()
	to := closed.to.(*net.TCPConn)
	n, err = io.Copy(to, &text{"abc", nil, &told})
	note("text", s, n, err)
	n, err = io.Copy(to, selfWriting{&text{"abc", nil, &told}})
	note("self-writing", s, n, err)
	n, err = io.Copy(to, &text{"", errors.New("no luck"), &told})
	note("text's failure", s, n, err)
	n, err = to.ReadFrom(selfWriting{&text{"abc", nil, &told}})
	note("readFrom", s, n, err)
	n, err = io.Copy(to, &net.Buffers{[]byte("abc")})
	note("buffers", s, n, err)
	n, err = to.ReadFrom(&net.Buffers{[]byte("abc")})
	note("readFrom buffers", s, n, err)
	t.forget()
	closed.close()
}
