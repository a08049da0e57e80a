package main

import (
	"fmt"
	"net"
	"os"
	"syscall"
)

// rights: open sockets go with messages, to be used by the other side.
func rights(active bool) {
	begin("sockets in messages " + by(active))
	conn := connect().(*net.UnixConn)
	name := place("rights " + by(active))
	if active {
		handOver(conn, name, nil)
	} else {
		takeOver(conn, name)
	}
	failed("close", conn.Close())
}

// gramRights is the same for packets to a name, which only the listener has no one peer for.
func gramRights() {
	conn := pair("sockets in messages").(*net.UnixConn)
	name := place("rights")
	if listens {
		handOver(conn, name, &net.UnixAddr{Name: theirs, Net: network})
	} else {
		takeOver(conn, name)
	}
	shut(conn)
}

func handOver(conn *net.UnixConn, name string, to *net.UnixAddr) {
	at := &net.UnixAddr{Name: name, Net: "unix"}
	ln := must(net.ListenUnix("unix", at))
	ln.SetDeadline(soon())
	// A listener, and then the connections of some that it serves.
	sendRights("a listener", conn, "listen", to, must(ln.File()))
	one := must(net.DialUnix("unix", nil, at))
	one.SetDeadline(soon())
	put("write", one, "hello")
	once("read", one, 100)
	var ours, given []*net.UnixConn
	for range 8 {
		ours = append(ours, must(net.DialUnix("unix", nil, at)))
		given = append(given, must(ln.AcceptUnix()))
	}
	files := func(from, end int) (all []*os.File) {
		for _, conn := range given[from:end] {
			all = append(all, must(conn.File()))
			conn.Close()
		}
		return
	}
	sendRights("two", conn, "", to, files(0, 2)...)
	sendRights("too many for the room", conn, "abc", to, files(2, 5)...)
	sendRights("no room", conn, "abc", to, files(5, 6)...)
	sendRights("to a read", conn, "abc", to, files(6, 7)...)
	sendNumbers("one that is none", conn, to, []int{-1})
	sendNumbers("none", conn, to, nil)
	number := must(given[7].File())
	many := make([]int, 254)
	for i := range many {
		many[i] = int(number.Fd())
	}
	sendNumbers("more than Linux lets", conn, to, many)
	number.Close()
	meet()
	for i, conn := range ours[:7] {
		conn.SetDeadline(soon())
		once(fmt.Sprint("read ", i), conn, 100)
	}
	meet()
	for _, conn := range append(ours, one, given[7]) {
		conn.Close()
	}
	failed("close the listener", ln.Close())
}

func takeOver(conn *net.UnixConn, name string) {
	files := takeRights("a listener", conn, 100, 100)
	ln := must(net.FileListener(files[0])).(*net.UnixListener)
	ln.SetDeadline(soon())
	note("listens", fmt.Sprint(ln.Addr().Network(), " ", ln.Addr().String() == name))
	one := must(ln.Accept())
	ln.Close()
	failed("close the file", files[0].Close())
	one.SetDeadline(soon())
	once("read", one, 100)
	put("write", one, "goodbye")
	files = takeRights("two", conn, 0, 100)
	files = append(files, takeRights("too many for the room", conn, 100, syscall.CmsgLen(4))...)
	takeRights("no room", conn, 100, 0)
	once("a read", conn, 100)
	takeRights("none", conn, 100, 100)
	for i, file := range files {
		conn, err := net.FileConn(file)
		failed("fileConn", err)
		file.Close()
		put(fmt.Sprint("write ", i), conn, "abc")
		conn.Close()
	}
	meet()
	meet()
	one.Close()
}

// sendRights sends a message with open sockets, which it closes here.
func sendRights(step string, conn *net.UnixConn, text string, to *net.UnixAddr, files ...*os.File) {
	var numbers []int
	for _, file := range files {
		numbers = append(numbers, int(file.Fd()))
	}
	n, oobn, err := conn.WriteMsgUnix([]byte(text), syscall.UnixRights(numbers...), to)
	moved("send "+step, []byte(text), n, err)
	note("send "+step+" control", fmt.Sprint(oobn))
	for _, file := range files {
		file.Close()
	}
}

func sendNumbers(step string, conn *net.UnixConn, to *net.UnixAddr, numbers []int) {
	n, oobn, err := conn.WriteMsgUnix([]byte("abc"), syscall.UnixRights(numbers...), to)
	moved("send "+step, []byte("abc"), n, err)
	note("send "+step+" control", fmt.Sprint(oobn))
}

// takeRights reads a message and the sockets that come with it.
func takeRights(step string, conn *net.UnixConn, size, room int) (files []*os.File) {
	buffer, oob := make([]byte, size), make([]byte, room)
	n, oobn, flags, _, err := conn.ReadMsgUnix(buffer, oob)
	moved("take "+step, buffer[:min(max(n, 0), size)], min(n, size), err)
	note("take "+step+" control", fmt.Sprintf("%d of %d, flags %x", n, oobn, flags))
	for _, m := range must(syscall.ParseSocketControlMessage(oob[:oobn])) {
		numbers := must(syscall.ParseUnixRights(&m))
		note("take "+step+" sockets", fmt.Sprintf("%d %d: %d", m.Header.Level, m.Header.Type, len(numbers)))
		for _, number := range numbers {
			files = append(files, os.NewFile(uintptr(number), "received"))
		}
	}
	return files
}
