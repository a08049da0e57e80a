package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sort"
	"strings"
	"syscall"
)

// scene is what both sides are at; names are the texts that differ from run to run, and what stands for them.
var (
	scene string
	names [][2]string
)

// begin starts a scene, on both sides.
func begin(name string) {
	scene = name
	names = nil
	if other := swap(name); other != name {
		panic(name + ": the peer is at " + other)
	}
}

// alias lets a name stand for an address. What has no address of its own, such as "@", is worth to be seen.
func alias(text, name string) {
	if len(text) > 1 {
		names = append(names, [2]string{text, name})
	}
	sort.SliceStable(names, func(i, j int) bool { return len(names[i][0]) > len(names[j][0]) })
}

// note writes a line of the transcript.
func note(step, text string) {
	for _, pair := range names {
		text = strings.ReplaceAll(text, pair[0], pair[1])
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, folder, "DIR"), token, "TOKEN")
	fmt.Println(scene + ": " + step + ": " + text)
}

// moved notes a read or write: how many bytes, which, and the error.
func moved(step string, data []byte, n int, err error) {
	note(step, fmt.Sprintf("%d %08x %s", n, hash(data[:max(n, 0)]), describe(err)))
}

func failed(step string, err error) { note(step, describe(err)) }

// holds notes whether something is as it should be.
func holds(step string, yes bool) { note(step, fmt.Sprint(yes)) }

// describe is an error's text, what it counts as, and what it is made of.
func describe(err error) string {
	if err == nil {
		return "ok"
	}
	if err == io.EOF {
		return "EOF"
	}
	var marks []string
	mark := func(name string, is bool) {
		if is {
			marks = append(marks, name)
		}
	}
	var ne net.Error
	mark("timeout", errors.As(err, &ne) && ne.Timeout())
	mark("temporary", errors.As(err, &ne) && ne.Temporary())
	mark("closed", errors.Is(err, net.ErrClosed))
	mark("deadline", errors.Is(err, os.ErrDeadlineExceeded))
	for e := err; e != nil; e = errors.Unwrap(e) {
		switch e.(type) {
		case *net.OpError:
			marks = append(marks, "Op")
		case *net.AddrError:
			marks = append(marks, "Addr")
		case *os.SyscallError:
			marks = append(marks, "Syscall")
		case syscall.Errno:
			marks = append(marks, "Errno")
		}
	}
	return err.Error() + " [" + strings.Join(marks, " ") + "]"
}

// hash is FNV-1a.
func hash(data []byte) uint32 {
	h := uint32(0x811c9dc5)
	for _, b := range data {
		h = (h ^ uint32(b)) * 0x01000193
	}
	return h
}

// pattern is some bytes, as many as asked for.
func pattern(n int) []byte {
	data := make([]byte, n)
	state := uint32(n)*0x9e3779b9 + 1
	for i := range data {
		state ^= state << 13
		state ^= state >> 17
		state ^= state << 5
		data[i] = byte(state)
	}
	return data
}
