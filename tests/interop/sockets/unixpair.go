package main

import (
	"net"
	"reflect"
)

func stream(name string) *net.UnixAddr { return &net.UnixAddr{Name: inFolder(name), Net: "unix"} }

func gram(name string) *net.UnixAddr { return &net.UnixAddr{Name: inFolder(name), Net: "unixgram"} }

// tell is an address, what it is and whether there is one.
func tell(addr net.Addr) string {
	if addr == nil || reflect.ValueOf(addr).IsNil() {
		return "none"
	}
	return addr.Network() + " '" + addr.String() + "'"
}

type unixPair struct{ client, server *net.UnixConn }

func newUnixPair(name, network string) unixPair {
	at := &net.UnixAddr{Name: inFolder(name), Net: network}
	ln := must(net.ListenUnix(network, at))
	defer ln.Close()
	client := must(net.DialUnix(network, nil, at))
	return unixPair{client, must(ln.AcceptUnix())}
}

func (p unixPair) close() {
	p.client.Close()
	p.server.Close()
}
