package main

import (
	"fmt"
	"net"
)

// zones: ::1 is one address whatever its zone, and the system forgets it; only what was not reached keeps it.
func zones() {
	check("ip6: zones of the loopback", func(t *T) {
		for _, zone := range []string{"lo", "1", "nowhere"} {
			at := func(port string) string { return fmt.Sprintf("[::1%%%s]:%s", zone, port) }
			ln := must(net.Listen("tcp", at("0")))
			t.callText("]:"+port(ln.Addr()), "]:P")
			conn := must(net.Dial("tcp", at(port(ln.Addr()))))
			peer := must(ln.Accept())
			t.logf("%v %v", ln.Addr(), conn.RemoteAddr())
			t.ok("no zone", conn.LocalAddr().(*net.TCPAddr).Zone+peer.RemoteAddr().(*net.TCPAddr).Zone == "")
			conn.Close()
			peer.Close()
			ln.Close()
			_, err := net.Dial("tcp", at(port(ln.Addr())))
			t.failed("refused", err, nil)

			udp := must(net.ListenPacket("udp", at("0")))
			there := udp.LocalAddr().(*net.UDPAddr)
			t.callText("]:"+port(there), "]:P")
			t.log(there.String())
			to := &net.UDPAddr{IP: there.IP, Port: there.Port, Zone: zone}
			_, err = udp.WriteTo([]byte("abc"), to)
			t.failed("writeTo "+to.String(), err, nil)
			t.received("udp", udp, 100)
			dialled := must(net.Dial("udp6", to.String()))
			t.log(dialled.RemoteAddr().String())
			dialled.Close()
			udp.Close()
		}
	})
}
