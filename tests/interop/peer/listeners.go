package main

import (
	"net"
	"strings"
)

// listeners is about who listens where, and for how long.
func listeners() {
	acceptDeadline()
	inUse()
	if isUnix() {
		stays()
		named("abstract", "@"+token+"-"+network)
		named("autobind", "")
		dialerName()
		odd()
	} else {
		wildcard()
	}
}

// open listens at the listening side and tells the other where.
func open(at string) (waiting, string) {
	if !listens {
		where := hear()
		alias(where, "L")
		return nil, where
	}
	ln := must(net.Listen(network, at)).(waiting)
	alias(ln.Addr().String(), "L")
	tell(ln.Addr().String())
	return ln, ln.Addr().String()
}

// accept notes how accepting ends.
func accept(step string, ln net.Listener) {
	conn, err := ln.Accept()
	if err == nil {
		conn.Close()
	}
	failed(step, err)
}

// reach notes how dialing ends.
func reach(step, network, address string) {
	conn, err := net.Dial(network, address)
	if err == nil {
		conn.Close()
	}
	failed(step, err)
}

// occupy notes how listening ends.
func occupy(step, network, address string) {
	ln, err := net.Listen(network, address)
	if err == nil {
		ln.Close()
	}
	failed(step, err)
}

func acceptDeadline() {
	begin("accept deadline")
	ln, where := open(place("deadline"))
	if listens {
		failed("setDeadline", ln.SetDeadline(past))
		accept("accept", ln)
		failed("setDeadline", ln.SetDeadline(soon()))
	}
	conn := connectAt(ln, where)
	works(conn)
	if listens {
		failed("close", conn.Close())
		acceptClosed(ln)
		meet()
		return
	}
	once("read", conn, 100)
	failed("close", conn.Close())
	meet()
	reach("dial after close", network, where)
}

// acceptClosed lets a deadline pass, and closes the listener that another goroutine accepts from, or is about to.
func acceptClosed(ln waiting) {
	failed("setDeadline", ln.SetDeadline(soon().Add(brief-patience)))
	accept("accept, waiting", ln)
	failed("setDeadline", ln.SetDeadline(soon()))
	starts, ended := make(chan bool), make(chan error)
	go func() {
		starts <- true
		_, err := ln.Accept()
		ended <- err
	}()
	<-starts
	failed("close", ln.Close())
	failed("accept under way", <-ended)
	accept("accept after close", ln)
	failed("close again", ln.Close())
	failed("setDeadline after close", ln.SetDeadline(past))
}

func inUse() {
	begin("address in use")
	alias(address, "L")
	occupy("listen", network, address)
	meet()
	conn := connect()
	works(conn)
	meet()
	failed("close", conn.Close())
}

// stays: a name may be left behind.
func stays() {
	begin("a name that stays")
	ln, where := open(place("stays"))
	if listens {
		ln.(*net.UnixListener).SetUnlinkOnClose(false)
		failed("close", ln.Close())
	}
	meet()
	reach("dial", network, where)
	occupy("listen", network, where)
	meet()
}

// named: a listener whose name is no path.
func named(name, at string) {
	begin(name)
	ln, where := open(at)
	holds("abstract", strings.HasPrefix(where, "@"))
	occupy("listen", network, where)
	conn := connectAt(ln, where)
	works(conn)
	meet()
	failed("close", conn.Close())
	if listens {
		failed("close", ln.Close())
	}
	meet()
	reach("dial after close", network, where)
}

// dialerName: who dials can have a name as well.
func dialerName() {
	begin("dial from a name")
	var conn duplex
	if listens {
		conn = must(ln.Accept()).(duplex)
	} else {
		from := &net.UnixAddr{Name: place("from"), Net: network}
		to := &net.UnixAddr{Name: address, Net: network}
		conn = must(net.DialUnix(network, from, to))
		_, err := net.DialUnix(network, from, to)
		failed("dial again", err)
	}
	conn.SetDeadline(soon())
	note("ends", conn.LocalAddr().String()+" "+conn.RemoteAddr().String())
	works(conn)
	meet()
	failed("close", conn.Close())
}

// odd: names that cannot be.
func odd() {
	begin("odd names")
	for _, length := range []int{107, 108, 109} {
		// Both sides would be in each other's way.
		if listens {
			path := padded(place("long"), length)
			alias(path, "PATH")
			occupy("listen", network, path)
			occupy("listen, abstract", network, padded("@"+token, length))
		}
		reach("dial", network, padded(place("none"), length))
		reach("dial, abstract", network, padded("@none", length))
	}
	reach("dial nothing", network, "")
	reach("dial the missing", network, place("missing"))
	reach("dial in a missing folder", network, place("missing/missing"))
	occupy("listen in a missing folder", network, place("missing/missing"))
	reach("dial a file that is no socket", network, folder)
	reach("dial another type", other(), address)
	if listens {
		conn := must(net.ListenPacket(network, place("packets")))
		readFrom("readFrom", conn, 100)
		failed("close", conn.Close())
	}
	meet()
}

// other is another network of the same family.
func other() string {
	if network == "unix" {
		return "unixpacket"
	}
	return "unix"
}

// padded makes a name so long.
func padded(name string, length int) string {
	return name + strings.Repeat("x", length-len(name))
}

func wildcard() {
	begin("every address")
	ln, where := open(":0")
	host, port, _ := net.SplitHostPort(where)
	note("host", host)
	alias(port, "PORT")
	if listens {
		for range 2 {
			conn := must(ln.Accept())
			local, _, _ := net.SplitHostPort(conn.LocalAddr().String())
			remote, _, _ := net.SplitHostPort(conn.RemoteAddr().String())
			note("ends", local+" "+remote)
			conn.Close()
		}
		failed("close", ln.Close())
		return
	}
	for _, host := range []string{loopback(), ""} {
		conn := must(net.Dial(network, net.JoinHostPort(host, port)))
		remote, _, _ := net.SplitHostPort(conn.RemoteAddr().String())
		note("to", remote)
		conn.SetDeadline(soon())
		once("read", conn, 100)
		conn.Close()
	}
}
