package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// Functions that the first set of vectors did not have. They are written with
// -all only, so that without it the file is as before.

func doQuote(w *writer, s string) { w.ok("strconv.Quote", strconv.Quote(s), s) }

func doComparePrefix(w *writer, a, b netip.Prefix) {
	w.ok("netip.Prefix.Compare", a.Compare(b), a.String(), b.String())
}

func doCompareAddrPort(w *writer, a, b netip.AddrPort) {
	w.ok("netip.AddrPort.Compare", a.Compare(b), a.String(), b.String())
}

// doUnmarshalText reads a text as each of the three types and writes it again.
func doUnmarshalText(w *writer, s string) {
	type value interface {
		UnmarshalText([]byte) error
		MarshalText() ([]byte, error)
		AppendText([]byte) ([]byte, error)
		String() string
	}
	for _, t := range []struct {
		name string
		v    value
	}{{"Addr", new(netip.Addr)}, {"AddrPort", new(netip.AddrPort)}, {"Prefix", new(netip.Prefix)}} {
		fn := "netip." + t.name + ".UnmarshalText"
		if err := t.v.UnmarshalText([]byte(s)); err != nil {
			w.fail(fn, err, false, s)
			continue
		}
		text, _ := t.v.MarshalText()
		appended, _ := t.v.AppendText([]byte("> "))
		w.ok(fn, obj{"str": t.v.String(), "text": string(text), "appended": string(appended)}, s)
	}
}

// doFromAddrPort makes end points of package net and goes back.
func doFromAddrPort(w *writer, p netip.AddrPort) {
	t := net.TCPAddrFromAddrPort(p)
	w.ok("net.TCPAddrFromAddrPort", obj{"ip": hx(t.IP), "zone": t.Zone, "port": t.Port, "str": t.String(), "back": t.AddrPort().String()}, p.String())
	u := net.UDPAddrFromAddrPort(p)
	w.ok("net.UDPAddrFromAddrPort", obj{"ip": hx(u.IP), "zone": u.Zone, "port": u.Port, "str": u.String(), "back": u.AddrPort().String()}, p.String())
}

func genMore(w *writer) {
	// Each code point where printable begins or ends, and the one before.
	s, printable := "", false
	for r := rune(0); r <= 0x10ffff; r++ {
		if strconv.IsPrint(r) == printable {
			continue
		}
		printable = !printable
		for _, c := range []rune{r - 1, r} {
			if c >= 0 && (c < 0xd800 || c > 0xdfff) {
				s += string(c)
			}
		}
		if len(s) > 200 {
			doQuote(w, s)
			s = ""
		}
	}
	doQuote(w, s)
	for _, s := range []string{"", "\x00", "\a\b\f\n\r\t\v", "\"\\'`", "\x7f\x80", "\xff\xfe", "a\xc3b", "\xed\xa0\x80", "\xf0\x9f\x98", "\xc0\x80", "\xf4\x90\x80\x80", "\ufffd\ufeff\u200b\u00a0", "é日😀", "\u2028"} {
		doQuote(w, s)
	}
	for i := 0; i < 60; i++ {
		p, q := validPrefix(), validPrefix()
		doComparePrefix(w, p, q)
		doComparePrefix(w, p, p.Masked())
		doComparePrefix(w, p, netip.PrefixFrom(p.Addr(), rng.Intn(33)))
		a, b := netip.AddrPortFrom(validAddr(), uint16(rng.Intn(3))), netip.AddrPortFrom(validAddr(), uint16(rng.Intn(3)))
		doCompareAddrPort(w, a, b)
		doCompareAddrPort(w, a, netip.AddrPortFrom(a.Addr(), b.Port()))
		doFromAddrPort(w, a)
		doUnmarshalText(w, a.String())
		doUnmarshalText(w, p.String())
		doUnmarshalText(w, b.Addr().String())
		doUnmarshalText(w, mutate(a.String()))
	}
	doUnmarshalText(w, "")
	genBytes(w)
}

// genBytes puts bytes that are not UTF-8, and the character that others make of
// such bytes, where results and errors repeat them.
func genBytes(w *writer) {
	for _, s := range []string{"\x80", "\xff\xfe", "e\xc3th", "\xed\xa0\x80", "\xf0\x9f\x98", "é\xbf😀", "\ufffd", "\ufffd\xff"} {
		doParseAddr(w, "fe80::1%"+s)
		doParseAddrPort(w, "[fe80::1%"+s+"]:80")
		doParsePrefix(w, "fe80::1%"+s+"/64")
		doUnmarshalText(w, "fe80::1%"+s)
		doUnmarshalText(w, "[fe80::1%"+s+"]:80")
		doUnmarshalIP(w, s)
		doParseCIDR(w, s+"/8")
		doParseMAC(w, s)
		doSplit(w, s)
		doSplit(w, "["+s+"]:"+s)
		w.ok("net.JoinHostPort", net.JoinHostPort(s, s), s, s)
		doLookupPort(w, "udp", s+"1")
		doLookupPort(w, s, "1")
		doLookupHost(w, s)
		doResolve(w, "tcp", "[fe80::1%"+s+"]:80")
		doResolve(w, s, "127.0.0.9:80")
		doResolve(w, "udp", s)
		doResolveIP(w, "ip", "fe80::1%"+s)
		doResolveIP(w, "ip4:"+s, "127.0.0.9")
		doResolveUnix(w, "unix", s)
		doResolveUnix(w, s, "/run/sock")
		b := append(net.ParseIP("fe80::1"), s...)
		doUnmarshalBinary(w, "netip.Addr", b)
		doUnmarshalBinary(w, "netip.AddrPort", append(b, 80, 0))
	}
}

// answerAll answers each line of the input with one: the vector, or {} for a
// question that depends on the machine or that no function here is for.
func answerAll() {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	w := &writer{out: bufio.NewWriter(os.Stdout), count: map[string]int{}, errs: map[string]int{}}
	for {
		var q struct {
			Fn string
			In []string
		}
		if err := in.Decode(&q); err == io.EOF {
			break
		} else if err != nil {
			log.Fatal(err)
		}
		for i, s := range q.In {
			raw, err := base64.StdEncoding.DecodeString(s)
			if err != nil {
				log.Fatal(err)
			}
			q.In[i] = string(raw)
		}
		// doResolve, doUnmarshalText and doLookupHost answer for several functions at once.
		w.seen, w.only, w.total = map[string]bool{}, q.Fn, 0
		ask(w, q.Fn, q.In)
		if w.total == 0 {
			fmt.Fprintln(w.out, "{}")
		}
	}
	if err := w.out.Flush(); err != nil {
		log.Fatal(err)
	}
}

func ask(w *writer, fn string, s []string) {
	switch fn {
	case "netip.ParseAddr":
		doParseAddr(w, s[0])
	case "netip.ParseAddrPort":
		doParseAddrPort(w, s[0])
	case "netip.ParsePrefix":
		doParsePrefix(w, s[0])
	case "netip.Addr.UnmarshalText", "netip.AddrPort.UnmarshalText", "netip.Prefix.UnmarshalText":
		doUnmarshalText(w, s[0])
	case "net.ParseIP":
		doParseIP(w, s[0])
	case "net.ParseCIDR":
		doParseCIDR(w, s[0])
	case "net.ParseMAC":
		doParseMAC(w, s[0])
	case "net.SplitHostPort":
		doSplit(w, s[0])
	case "net.JoinHostPort":
		w.ok(fn, net.JoinHostPort(s[0], s[1]), s[0], s[1])
	case "net.ResolveTCPAddr", "net.ResolveUDPAddr":
		doResolve(w, s[0], s[1])
	case "netip.Addr.UnmarshalBinary", "netip.AddrPort.UnmarshalBinary", "netip.Prefix.UnmarshalBinary":
		doUnmarshalBinary(w, strings.TrimSuffix(fn, ".UnmarshalBinary"), []byte(s[0]))
	case "netip.AddrFromSlice":
		doFromSlice(w, []byte(s[0]))
	case "net.IP.UnmarshalText":
		doUnmarshalIP(w, s[0])
	case "net.ResolveUnixAddr":
		doResolveUnix(w, s[0], s[1])
	case "net.isDomainName", "net.LookupHost":
		doLookupHost(w, s[0])
	case "net.ResolveIPAddr":
		doResolveIP(w, s[0], s[1])
	case "net.LookupPort":
		doLookupPort(w, s[0], s[1])
	case "strconv.Quote":
		doQuote(w, s[0])
	}
}
