// Command gen writes go-net.jsonl: inputs and results of Go's net and
// net/netip packages, for checking a port of them.
//
//	CGO_ENABLED=0 go run . -all -o ../go-net.jsonl
//
// The output is the same on every run. Without -all, cases whose result
// differs between Go 1.19 and a later release are left out (the functions
// named "changed..."). With -ask it answers questions, for the fuzzer.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"math/rand"
	"net"
	"net/netip"
	"os"
	"sort"
	"strings"
	"syscall"
	"unicode/utf8"
)

// ---------------------------------------------------------------- output

type writer struct {
	out   *bufio.Writer
	seen  map[string]bool
	count map[string]int
	errs  map[string]int
	total int
	drop  int
	only  string // if set, the one function to write
}

type line struct {
	Fn    string          `json:"fn"`
	In    []any           `json:"in"`
	B64   bool            `json:"b64,omitempty"`    // the strings in "in" are base64 of raw bytes
	Raw   bool            `json:"b64out,omitempty"` // those in "out", or "err", are
	Out   json.RawMessage `json:"out,omitempty"`
	Err   *string         `json:"err,omitempty"`
	Type  string          `json:"type,omitempty"`  // Go type of the error (package net only)
	Inner string          `json:"inner,omitempty"` // Go type of OpError.Err
}

func enc(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		log.Fatal(err)
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

func (w *writer) put(l line) {
	key := l.Fn + string(enc(l.In)) + fmt.Sprint(l.B64)
	if w.seen[key] || w.only != "" && w.only != l.Fn {
		return
	}
	w.seen[key] = true
	w.out.Write(enc(l))
	w.out.WriteByte('\n')
	w.total++
	w.count[l.Fn]++
	if l.Err != nil {
		w.errs[l.Fn]++
	}
}

// strs gives v with each string in it replaced.
func strs(v any, f func(string) string) any {
	switch v := v.(type) {
	case string:
		return f(v)
	case []string:
		r := make([]string, len(v))
		for i, s := range v {
			r[i] = f(s)
		}
		return r
	case []any:
		r := make([]any, len(v))
		for i, e := range v {
			r[i] = strs(e, f)
		}
		return r
	case obj:
		r := obj{}
		for k, e := range v {
			r[k] = strs(e, f)
		}
		return r
	}
	return v
}

// raw gives v, or v with its strings as base64 if plain refuses one of them.
func raw(v any, plain func(string) bool) (any, bool) {
	all := true
	strs(v, func(s string) string { all = all && plain(s); return s })
	if all {
		return v, false
	}
	return strs(v, func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }), true
}

// question is a line without an answer, and what may stand in its answer as it
// is. In a line with b64 and no b64out, U+FFFD stands for any byte that is not
// UTF-8, for so it was before there was b64out; the character itself needs it.
func question(fn string, in []any) (line, func(string) bool) {
	a, b64 := raw(in, utf8.ValidString)
	l := line{Fn: fn, In: a.([]any), B64: b64}
	return l, func(s string) bool {
		return utf8.ValidString(s) && !(b64 && strings.ContainsRune(s, utf8.RuneError))
	}
}

func (w *writer) ok(fn string, out any, in ...any) {
	l, plain := question(fn, in)
	out, l.Raw = raw(out, plain)
	l.Out = enc(out)
	w.put(l)
}

func (w *writer) fail(fn string, err error, typed bool, in ...any) {
	l, plain := question(fn, in)
	text, b64 := raw(err.Error(), plain)
	msg := text.(string)
	l.Err, l.Raw = &msg, b64
	if typed {
		l.Type = fmt.Sprintf("%T", err)
		var op *net.OpError
		if errors.As(err, &op) {
			l.Inner = fmt.Sprintf("%T", op.Err)
		}
	}
	w.put(l)
}

type obj map[string]any

func hx(b []byte) any {
	if b == nil {
		return nil
	}
	return hex.EncodeToString(b)
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		log.Fatal(err)
	}
	return b
}

// ------------------------------------------- results that changed after 1.19

var all = flag.Bool("all", false, "keep the cases that differ between Go releases")

// With -ask the port under test has the tables of this machine.
var asking = flag.Bool("ask", false, "read lines with fn and in, write the vectors; in is base64")

// changedV6Text reports whether an address text holds a group of five or more
// hex digits: accepted (with leading zeros) or refused with another message
// by 1.19, always "each group must have 4 or less digits" later.
func changedV6Text(s string) bool {
	if *all {
		return false
	}
	if i := strings.IndexByte(s, '%'); i >= 0 {
		s = s[:i]
	}
	if strings.IndexByte(s, ':') < 0 {
		return false
	}
	run := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' {
			if run++; run > 4 {
				return true
			}
		} else {
			run = 0
		}
	}
	return false
}

// changedTail reports whether the error is one for the IPv4 tail of an IPv6
// text: 1.19 nests two messages, later releases give one.
func changedTail(host string, err error) bool {
	if *all || err == nil {
		return false
	}
	i := strings.IndexAny(host, ":.%")
	if i < 0 || host[i] != ':' {
		return false
	}
	for _, m := range []string{"IPv4 field ", "IPv4 address too ", "unexpected character (at"} {
		if strings.Contains(err.Error(), m) {
			return true
		}
	}
	return false
}

// changedZone reports whether a host's zone is read differently later: package
// net of 1.19 takes an empty zone and splits at the last '%', later ones
// use netip.ParseAddr (no empty zone, first '%').
func changedZone(host string) bool {
	i := strings.IndexByte(host, '%')
	return !*all && i >= 0 && (i == len(host)-1 || strings.Count(host, "%") > 1 || !strings.Contains(host[:i], ":"))
}

// changedBits reports whether the bit count of a prefix text has a sign or a
// leading zero: taken by 1.19, refused later.
func changedBits(s string) bool {
	b := s[strings.LastIndexByte(s, '/')+1:]
	return !*all && len(b) > 1 && (b[0] == '+' || b[0] == '-' || b[0] == '0')
}

// predicates gives the names of the true Is... methods. For IPv4-mapped IPv6
// addresses most of them look at the IPv4 address since Go 1.22.4 (before, only
// IsGlobalUnicast was true); same is false where that makes a difference.
func predicates(a netip.Addr) (list []string, same bool) {
	get := func(a netip.Addr) []string {
		l := []string{}
		for _, p := range []struct {
			name string
			is   bool
		}{
			{"IsGlobalUnicast", a.IsGlobalUnicast()},
			{"IsInterfaceLocalMulticast", a.IsInterfaceLocalMulticast()},
			{"IsLinkLocalMulticast", a.IsLinkLocalMulticast()},
			{"IsLinkLocalUnicast", a.IsLinkLocalUnicast()},
			{"IsLoopback", a.IsLoopback()},
			{"IsMulticast", a.IsMulticast()},
			{"IsPrivate", a.IsPrivate()},
		} {
			if p.is {
				l = append(l, p.name)
			}
		}
		return l
	}
	list = get(a)
	same = *all || !a.Is4In6() || fmt.Sprint(get(a.Unmap())) == "[IsGlobalUnicast]"
	if a.IsUnspecified() {
		list = append(list, "IsUnspecified")
	}
	return
}

// ------------------------------------------------------- random input texts

var rng = rand.New(rand.NewSource(2603_1118))

func pick[T any](l []T) T { return l[rng.Intn(len(l))] }

var v4Bytes = []byte{0, 1, 3, 7, 8, 10, 12, 20, 32, 64, 90, 100, 127, 128, 130, 169, 172, 192, 198, 203, 224, 233, 239, 240, 254, 255}

func randV4() [4]byte {
	switch rng.Intn(6) {
	case 0:
		return pick([][4]byte{{10, 1, 2, 3}, {127, 0, 0, 1}, {127, 1, 0, 9}, {169, 254, 7, 8}, {172, 16, 9, 1}, {172, 31, 0, 9}, {172, 33, 0, 1}, {192, 168, 7, 1}, {192, 0, 2, 1}, {198, 51, 100, 7}, {203, 0, 113, 9}, {224, 0, 0, 251}, {239, 1, 2, 3}, {255, 255, 255, 255}, {0, 0, 0, 0}, {8, 8, 4, 4}, {100, 64, 0, 1}})
	case 1:
		var b [4]byte
		rng.Read(b[:])
		return b
	}
	return [4]byte{pick(v4Bytes), pick(v4Bytes), pick(v4Bytes), pick(v4Bytes)}
}

func v4Text(b [4]byte) string { return fmt.Sprintf("%d.%d.%d.%d", b[0], b[1], b[2], b[3]) }

var v6Heads = []string{"", "0000", "fe80", "fe91", "fec0", "ff01", "ff02", "ff05", "ff08", "ff0e", "fc00", "fd00", "fdaa", "2001", "2a00", "2600", "0064", "0100", "00ff"}

func randV6() [16]byte {
	var b [16]byte
	switch rng.Intn(8) {
	case 0: // IPv4-mapped
		v := randV4()
		b[10], b[11] = 0xff, 0xff
		copy(b[12:], v[:])
	case 1: // few set groups
		for n := rng.Intn(4); n > 0; n-- {
			g := rng.Intn(8)
			b[2*g+1] = byte(1 + rng.Intn(255))
			if rng.Intn(2) == 0 {
				b[2*g] = byte(rng.Intn(256))
			}
		}
	case 2: // all random
		rng.Read(b[:])
	case 3: // near an end
		if rng.Intn(2) == 0 {
			for i := range b {
				b[i] = 0xff
			}
			b[15] -= byte(rng.Intn(3))
		} else {
			b[15] = byte(rng.Intn(3))
		}
	case 4: // low half all ones or zeros
		rng.Read(b[:8])
		if rng.Intn(2) == 0 {
			for i := 8; i < 16; i++ {
				b[i] = 0xff
			}
		}
	default:
		if h := pick(v6Heads); h != "" {
			copy(b[:], unhex(h))
		}
		for g := 1; g < 8; g++ {
			if rng.Intn(5) < 2 {
				b[2*g+1] = byte(rng.Intn(256))
				if rng.Intn(2) == 0 {
					b[2*g] = byte(rng.Intn(256))
				}
			}
		}
	}
	return b
}

// v6Text writes b in one of the ways the grammar allows, not only the usual.
func v6Text(b [16]byte) string {
	tail4 := rng.Intn(6) == 0
	groups := 8
	if tail4 {
		groups = 6
	}
	// A run of zero groups, any of them, for "::" (or none).
	from, to := -1, -1
	if rng.Intn(5) > 0 {
		var starts []int
		for g := 0; g < groups; g++ {
			if b[2*g] == 0 && b[2*g+1] == 0 {
				starts = append(starts, g)
			}
		}
		if len(starts) > 0 {
			from = pick(starts)
			to = from + 1
			for to < groups && b[2*to] == 0 && b[2*to+1] == 0 && rng.Intn(8) > 0 {
				to++
			}
		}
	}
	format := pick([]string{"%x", "%x", "%x", "%04x", "%X", "%04X", "%02x", "%03x"})
	var s strings.Builder
	for g := 0; g < groups; g++ {
		if g == from {
			s.WriteString("::")
			g = to - 1
			continue
		}
		if g > 0 && g != to {
			s.WriteByte(':')
		}
		fmt.Fprintf(&s, format, int(b[2*g])<<8|int(b[2*g+1]))
	}
	if tail4 {
		if to != groups {
			s.WriteByte(':')
		}
		s.WriteString(v4Text([4]byte{b[12], b[13], b[14], b[15]}))
	}
	return s.String()
}

var zones = []string{"eth1", "lo", "2", "wlan0", "br0.7", "enp3s0", "b", "two words", "Zone", "ü", "tun0", "7up", "_", "ppp0"}

func addrText() string {
	switch rng.Intn(10) {
	case 0, 1, 2:
		return v4Text(randV4())
	case 3, 4:
		return v6Text(randV6()) + "%" + pick(zones)
	}
	return v6Text(randV6())
}

const letters = "0123456789abcdefABCDEF:::...%/[]-+ gzZß_"

var letterList = strings.Split(letters, "")

// mutate makes one to three small changes to s.
func mutate(s string) string {
	for n := 1 + rng.Intn(3); n > 0; n-- {
		r := []rune(s)
		i := rng.Intn(len(r) + 1)
		switch rng.Intn(8) {
		case 0, 1: // insert
			s = string(r[:i]) + pick(letterList) + string(r[i:])
		case 2: // delete
			if i < len(r) {
				s = string(r[:i]) + string(r[i+1:])
			}
		case 3, 4: // replace
			if i < len(r) {
				s = string(r[:i]) + pick(letterList) + string(r[i+1:])
			}
		case 5: // repeat a part
			j := i + rng.Intn(4)
			if j > len(r) {
				j = len(r)
			}
			s = string(r[:j]) + string(r[i:])
		case 6: // cut an end
			if rng.Intn(2) == 0 {
				s = string(r[:i])
			} else {
				s = string(r[i:])
			}
		case 7: // swap neighbours
			if i+1 < len(r) {
				r[i], r[i+1] = r[i+1], r[i]
				s = string(r)
			}
		}
	}
	return s
}

func noise(alphabet string, max int) string {
	l := strings.Split(alphabet, "")
	var s string
	for n := rng.Intn(max + 1); n > 0; n-- {
		s += pick(l)
	}
	return s
}

// anyAddr gives a valid text, a damaged one, or noise.
func anyAddr() string {
	switch rng.Intn(10) {
	case 0, 1, 2, 3:
		return addrText()
	case 4:
		return noise(":.27e%", 14)
	case 5:
		return noise("1234567890.", 17)
	}
	return mutate(addrText())
}

var handAddrs = []string{
	"", ".", ":", "::", ":::", "%", "%en1", "::%en1", "::5%", "::5%en1",
	"7", "7.", "10.20.30", "10.20.30.", "10.20.30.40", "10.20.30.40.50", ".10.20.30.40", "10..20.30", "10.20.30.40.",
	"0.0.0.0", "010.20.30.40", "10.20.030.40", "10.20.30.00", "127.2", "3232235521", "0x0a.0.0.1",
	"255.255.255.255", "256.1.1.1", "10.20.30.256", "10.20.30.777", "10.20.30.-1", "10.20.30.4x", "x.20.30.40", "10.20.30.40 ",
	"10.20.30.40%en1", "10.20.30.40/8", "10.20.30.40:80", "[10.20.30.40]",
	"::5", "5::", "0:0:0:0:0:0:0:0", "0:0:0:0:0:0:0:5", "a:b:c:d:1:2:3:4", "a:b:c:d:1:2:3::", "::b:c:d:1:2:3:4", "a::c:d:1:2:3:4", "a:b:c:d:1:2:3::4", "a:b:c:d:1:2:3", "a:b:c:d:1:2:3:", "a:b:c:d:1:2:3:4:5", "a:b:c:d:1:2:3:4:", ":a:b:c:d:1:2:3",
	":5", "5:", "5:::6", "5::6::7", "::5::", "5:6", "x::", "::x", "::-5", " ::5",
	"fe80::7", "FE80::7", "fe80::7%en1", "fe80::7%en1/64", "ff02::7%en1", "::ffff:10.20.30.40%en1",
	"::10.20.30.40", "::ffff:10.20.30.40", "::FFFF:10.20.30.40", "::ffff:192.168.7.1", "::ffff:203.0.113.9", "::ffff:0a14:1e28", "::ffff:0:10.20.30.40", "0:0:0:0:0:ffff:10.20.30.40", "a:b:c:d:1:2:10.20.30.40", "a:b:c:d:1:10.20.30.40", "a:b:c:d:1:2:3:10.20.30.40", "::a:b:c:d:1:10.20.30.40", "::a:b:c:d:1:2:3:10.20.30.40", "64:ff9b::198.51.100.7", "10.20.30.40::", "::10.20.30.40:5", "::10.20.30", "::10.20.30.400",
	"0000:0000:0000:0000:0000:0000:0000:0005", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "2:0:0:3:0:0:0:4", "2:0:0:0:3:0:0:0", "0:0:2:0:0:0:0:0", "2:0:3:0:4:0:5:0", "2:0:0:3:0:0:4:0", "2001:db8:0:0:7:0:0:7", "2001:0db8:0000:0000:0000:0000:0000:0007", "2001:DB8::A:b:C", "0:0:2:3::", "::2:0:0:0", "2:2:0:2:2:2:2:2",
	"::fffe", "[::5]", "[::5", "::5]", "::5/64", "example", "ö", "::ö", "b", "cafe", "5.:", "5:.",
}

var quoteAddrs = []string{ // texts with characters that an error message quotes
	"\"x", "\\x", "x'", "\t.", "\n:", "\x02.", "x\u00a0", "x\u200b", "\ufeff:", "ñ.1", "漢字.1", "🙂::", "７.８.９.７", "::5%\"q\"",
}

var badUTF8 = []string{"\xfe", "\xc2.", "10.2.3.\xe0", "::\xff"}

// --------------------------------------------------------------- netip

func doParseAddr(w *writer, s string) {
	a, err := netip.ParseAddr(s)
	if changedV6Text(s) || changedTail(s, err) {
		w.drop++
		return
	}
	if err != nil {
		w.fail("netip.ParseAddr", err, false, s)
		return
	}
	kind := "4"
	if a.Is4In6() {
		kind = "4in6"
	} else if a.Is6() {
		kind = "6"
	}
	b := a.As16()
	o := obj{"str": a.String(), "kind": kind, "hex": hex.EncodeToString(b[:]), "next": a.Next().String(), "prev": a.Prev().String(), "unmap": a.Unmap().String(), "exp": a.StringExpanded()}
	if a.Zone() != "" {
		o["zone"] = a.Zone()
	}
	if is, same := predicates(a); same {
		o["is"] = is
	}
	w.ok("netip.ParseAddr", o, s)
}

func doParseAddrPort(w *writer, s string) {
	p, err := netip.ParseAddrPort(s)
	host := s // what is read as an address, if the port is good
	if i := strings.LastIndexByte(s, ':'); i >= 0 {
		host = s[:i]
	}
	host = strings.TrimPrefix(host, "[")
	if changedV6Text(host) || changedTail(host, err) {
		w.drop++
		return
	}
	if err != nil {
		w.fail("netip.ParseAddrPort", err, false, s)
		return
	}
	w.ok("netip.ParseAddrPort", obj{"str": p.String(), "addr": p.Addr().String(), "port": p.Port()}, s)
}

func doParsePrefix(w *writer, s string) {
	p, err := netip.ParsePrefix(s)
	if changedV6Text(s) || changedBits(s) || changedTail(s, err) {
		w.drop++
		return
	}
	if err != nil {
		w.fail("netip.ParsePrefix", err, false, s)
		return
	}
	w.ok("netip.ParsePrefix", obj{"str": p.String(), "addr": p.Addr().String(), "bits": p.Bits(), "masked": p.Masked().String(), "single": p.IsSingleIP()}, s)
}

func portText() string {
	switch rng.Intn(6) {
	case 0:
		return pick([]string{"", "0", "000", "0443", "65535", "65536", "70000", "-2", "+443", " 443", "443 ", "0x1bb", "https", "99999999999", "ö", "4:3", "%", "]"})
	case 1:
		return mutate(fmt.Sprint(rng.Intn(70000)))
	}
	return fmt.Sprint(rng.Intn(65536))
}

func hostPortText() string {
	h := anyAddr()
	p := portText()
	switch rng.Intn(8) {
	case 0:
		return h + ":" + p
	case 1:
		return "[" + h + ":" + p
	case 2:
		return h + "]:" + p
	case 3:
		return "[" + h + "]" + p
	case 4:
		return mutate(net.JoinHostPort(h, p))
	case 5:
		return noise("[]:2b%.", 10)
	}
	return net.JoinHostPort(h, p)
}

func prefixText() string {
	a := addrText()
	if strings.Contains(a, "%") && rng.Intn(4) > 0 {
		a = a[:strings.IndexByte(a, '%')]
	}
	max := 32
	if strings.Contains(a, ":") {
		max = 128
	}
	s := fmt.Sprintf("%s/%d", a, rng.Intn(max+1))
	switch rng.Intn(12) {
	case 0:
		return fmt.Sprintf("%s/%d", a, pick([]int{0, 2, 30, 32, 33, 48, 56, 65, 96, 126, 128, 129, 130, 300, 1000}))
	case 1, 2:
		return mutate(s)
	case 3:
		return a + "/" + pick([]string{"", "b", "2b", "b2", "16 ", " 16", "/16", "16/", "255.255.0.0", "2.0", "0x10", "88888888888888888888", "ö", "-"})
	}
	return s
}

func validAddr() netip.Addr {
	for {
		s := addrText()
		if a, err := netip.ParseAddr(s); err == nil && !changedV6Text(s) {
			return a
		}
	}
}

func validPrefix() netip.Prefix {
	for {
		s := prefixText()
		if p, err := netip.ParsePrefix(s); err == nil && !changedV6Text(s) && !changedBits(s) {
			return p
		}
	}
}

// nearAddr gives an address in or close to the prefix.
func nearAddr(p netip.Prefix) netip.Addr {
	a := p.Addr()
	switch rng.Intn(8) {
	case 0:
		a = p.Masked().Addr().Prev()
	case 1:
		a = p.Masked().Addr()
	case 2:
		return validAddr()
	case 3:
		if a.Is6() {
			a = a.WithZone("en1")
		}
	case 4:
		if a.Is4() {
			a = netip.AddrFrom16(a.As16())
		} else {
			a = a.Unmap()
		}
	default:
		b := a.AsSlice()
		bit := rng.Intn(len(b) * 8)
		if n := p.Bits(); rng.Intn(2) == 0 && n > 0 { // around the border
			bit = n - 1 + rng.Intn(2)
			if bit >= len(b)*8 {
				bit = len(b)*8 - 1
			}
		}
		b[bit/8] ^= 0x80 >> (bit % 8)
		a, _ = netip.AddrFromSlice(b)
	}
	if !a.IsValid() {
		return p.Addr()
	}
	return a
}

func genNetip(w *writer) {
	for _, s := range handAddrs {
		doParseAddr(w, s)
		for _, p := range []string{"443", "70000"} {
			doParseAddrPort(w, s+":"+p)
			doParseAddrPort(w, "["+s+"]:"+p)
		}
		for _, b := range []string{"16", "40"} {
			doParsePrefix(w, s+"/"+b)
		}
	}
	for _, s := range append(append([]string{}, quoteAddrs...), badUTF8...) {
		doParseAddr(w, s)
		doParseAddrPort(w, s)
		doParseAddrPort(w, s+":1")
		doParseAddrPort(w, "1.2.3.4:"+s)
		doParsePrefix(w, s)
		doParsePrefix(w, s+"/8")
		doParsePrefix(w, "1.2.3.4/"+s)
	}
	for i := 0; i < 1250; i++ {
		doParseAddr(w, anyAddr())
	}
	for i := 0; i < 520; i++ {
		doParseAddrPort(w, hostPortText())
	}
	for i := 0; i < 620; i++ {
		doParsePrefix(w, prefixText())
	}

	for i := 0; i < 330; i++ {
		p := validPrefix()
		a := nearAddr(p)
		w.ok("netip.Prefix.Contains", p.Contains(a), p.String(), a.String())
	}
	for i := 0; i < 280; i++ {
		p, q := validPrefix(), validPrefix()
		if rng.Intn(3) > 0 {
			a := nearAddr(p)
			n := rng.Intn(a.BitLen() + 1)
			if rng.Intn(2) == 0 && p.Bits() <= a.BitLen() {
				n = p.Bits()
			}
			q = netip.PrefixFrom(a, n)
		}
		w.ok("netip.Prefix.Overlaps", p.Overlaps(q), p.String(), q.String())
	}
	for i := 0; i < 280; i++ {
		a, b := validAddr(), validAddr()
		switch rng.Intn(5) {
		case 0:
			b = a
		case 1:
			b = a.WithZone(pick(zones))
		case 2:
			if n := a.Next(); n.IsValid() {
				b = n
			}
		case 3:
			b = netip.AddrFrom16(a.As16())
		}
		w.ok("netip.Addr.Compare", obj{"cmp": a.Compare(b), "less": a.Less(b), "eq": a == b}, a.String(), b.String())
	}
	for i := 0; i < 80; i++ { // a whole order at a time
		var l []netip.Addr
		for n := 3 + rng.Intn(6); n > 0; n-- {
			l = append(l, validAddr())
		}
		var in []any
		for _, a := range l {
			in = append(in, a.String())
		}
		sort.SliceStable(l, func(i, j int) bool { return l[i].Less(l[j]) })
		var out []string
		for _, a := range l {
			out = append(out, a.String())
		}
		w.ok("netip.sort", out, in...)
	}
	for i := 0; i < 160; i++ {
		a := validAddr()
		n := pick([]int{-1, -8, 0, 2, 8, 12, 16, 24, 30, 32, 33, 40, 48, 56, 64, 72, 100, 120, 128, 129, 500, rng.Intn(129), rng.Intn(33)})
		if p, err := a.Prefix(n); err != nil {
			w.fail("netip.Addr.Prefix", err, false, a.String(), n)
		} else {
			w.ok("netip.Addr.Prefix", p.String(), a.String(), n)
		}
		w.ok("netip.PrefixFrom", netip.PrefixFrom(a, n).String(), a.String(), n)
	}
	for i := 0; i < 90; i++ {
		a := validAddr()
		z := pick(append([]string{""}, zones...))
		w.ok("netip.Addr.WithZone", a.WithZone(z).String(), a.String(), z)
		b, _ := a.MarshalBinary()
		w.ok("netip.Addr.MarshalBinary", hx(b), a.String())
		ap := netip.AddrPortFrom(a, uint16(rng.Intn(65536)))
		b, _ = ap.MarshalBinary()
		w.ok("netip.AddrPort.MarshalBinary", hx(b), ap.String())
		p := validPrefix()
		b, _ = p.MarshalBinary()
		w.ok("netip.Prefix.MarshalBinary", hx(b), p.String())
	}
	for i := 0; i < 80; i++ {
		b := make([]byte, pick([]int{0, 1, 2, 3, 4, 4, 5, 6, 15, 16, 16, 17, 18, 19, 20, 24}))
		rng.Read(b)
		for j := 16; j < len(b)-2; j++ {
			b[j] = "abcdefgh0123"[rng.Intn(12)]
		}
		if len(b) > 16 {
			b[len(b)-1], b[len(b)-2] = 'x', 'y'
		}
		doUnmarshalBinary(w, "netip.Addr", b)
		doUnmarshalBinary(w, "netip.AddrPort", b)
		if len(b) > 0 && rng.Intn(2) == 0 {
			b[len(b)-1] = byte(rng.Intn(130))
		}
		doUnmarshalBinary(w, "netip.Prefix", b)
		doFromSlice(w, b)
	}
}

func doUnmarshalBinary(w *writer, of string, b []byte) {
	var v interface {
		UnmarshalBinary([]byte) error
		String() string
	}
	switch of {
	case "netip.Addr":
		v = new(netip.Addr)
	case "netip.AddrPort":
		v = new(netip.AddrPort)
	case "netip.Prefix":
		v = new(netip.Prefix)
	}
	fn := of + ".UnmarshalBinary"
	if err := v.UnmarshalBinary(b); err != nil {
		w.fail(fn, err, false, hx(b))
	} else {
		w.ok(fn, v.String(), hx(b))
	}
}

func doFromSlice(w *writer, b []byte) {
	if s, ok := netip.AddrFromSlice(b); ok {
		w.ok("netip.AddrFromSlice", s.String(), hx(b))
	} else {
		w.ok("netip.AddrFromSlice", nil, hx(b))
	}
}

// --------------------------------------------------------- net: addresses

func doParseIP(w *writer, s string) {
	if changedV6Text(s) {
		w.drop++
		return
	}
	ip := net.ParseIP(s)
	if ip == nil {
		w.ok("net.ParseIP", nil, s)
		return
	}
	w.ok("net.ParseIP", obj{"str": ip.String(), "hex": hx(ip)}, s)
}

func doUnmarshalIP(w *writer, s string) {
	if changedV6Text(s) {
		return
	}
	var ip net.IP
	if err := ip.UnmarshalText([]byte(s)); err != nil {
		w.fail("net.IP.UnmarshalText", err, true, s)
	} else {
		w.ok("net.IP.UnmarshalText", hx(ip), s)
	}
}

func doParseCIDR(w *writer, s string) {
	if changedV6Text(s) {
		w.drop++
		return
	}
	ip, n, err := net.ParseCIDR(s)
	if err != nil {
		w.fail("net.ParseCIDR", err, true, s)
		return
	}
	ones, bits := n.Mask.Size()
	w.ok("net.ParseCIDR", obj{"ip": ip.String(), "iplen": len(ip), "net": n.String(), "netip": hx(n.IP), "ones": ones, "bits": bits}, s)
}

func doParseMAC(w *writer, s string) {
	m, err := net.ParseMAC(s)
	if err != nil {
		w.fail("net.ParseMAC", err, true, s)
		return
	}
	w.ok("net.ParseMAC", obj{"str": m.String(), "hex": hx(m)}, s)
}

func macText() string {
	b := make([]byte, pick([]int{6, 6, 6, 8, 20, 5, 7, 4, 16, 19, 21}))
	rng.Read(b)
	format := pick([]string{"%02x", "%02X"})
	var s string
	switch rng.Intn(3) {
	case 0, 1:
		sep := pick([]string{":", "-"})
		for i, c := range b {
			if i > 0 {
				s += sep
			}
			s += fmt.Sprintf(format, c)
		}
	default:
		for i, c := range b {
			if i > 0 && i%2 == 0 {
				s += "."
			}
			s += fmt.Sprintf(format, c)
		}
	}
	if rng.Intn(3) == 0 {
		r := []rune(s)
		i := rng.Intn(len(r))
		switch rng.Intn(4) {
		case 0:
			s = string(r[:i]) + pick(strings.Split(":-.hH7eö ", "")) + string(r[i+1:])
		case 1:
			s = string(r[:i]) + string(r[i+1:])
		case 2:
			s = string(r[:i]) + pick(strings.Split(":-.hH7eö ", "")) + string(r[i:])
		case 3:
			s = strings.Replace(s, ":", "-", 1)
		}
	}
	return s
}

func doSplit(w *writer, s string) {
	h, p, err := net.SplitHostPort(s)
	if err != nil {
		w.fail("net.SplitHostPort", err, true, s)
		return
	}
	w.ok("net.SplitHostPort", []string{h, p}, s)
}

var handHostPorts = []string{
	"", ":", "::", "[", "]", "[]", "[]:", "[]:443", "h", "h:", ":h", ":443", "h:443", "h:i:j", "[h]:443", "[h]", "[h]443", "[h]x:443", "[h]:443:9", "[[h]]:443", "[h[i]:443", "[h]i]:443", "[h]:i]", "h[i:443", "h]i:443", "h:443]", "h:[443", "[h:443", "h]:443", "[::5]:443", "::5:443", "::5", "[::5]", "[::5]443", "[::5%en1]:https", "fe80::7%en1:443", "10.20.30.40:443", "10.20.30.40:", "10.20.30.40", "example:443", "host%zone:443", "[host%zone]:443", "go.dev:https", "ö:1", "/run/sock:1", "10.20.30.40:5:6", "[10.20.30.40]:5",
}

// genMarks puts each of some characters at each place of hosts around four characters and eight,
// which are what a reader of several characters at once would look at together.
func genMarks(w *writer) {
	for _, n := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9} {
		host := "abc0.1-xyz"[:n]
		doSplit(w, host+":80")
		doSplit(w, "["+host+"]:80")
		doSplit(w, host)
		doSplit(w, "["+host+"]")
		for i := range n + 1 {
			// Besides the marks: their neighbours, capitals, and characters with a mark in their lower bits.
			for _, c := range []string{":", "[", "]", ";", "\\", "^", "9", "@", "Z", "\u803a", "\u805b", "\u805d", "\uff3a", "\u9000]", "😀"} {
				doSplit(w, host[:i]+c+host[i:]+":80")
				doSplit(w, "["+host[:i]+c+host[i:]+"]:80")
			}
		}
	}
	for _, port := range []string{"A", "HTTP", "8[0", "8]0", "8\\0", "\u803a80", "65535", "999999999999"} {
		doSplit(w, "example.org:"+port)
		doSplit(w, "[fe80::1%eth0]:"+port)
	}
}

func genNetAddr(w *writer) {
	for _, s := range append(append(append([]string{}, handAddrs...), quoteAddrs...), badUTF8...) {
		doParseIP(w, s)
		for _, b := range []string{"16", "012", "40"} {
			if utf8.ValidString(s) {
				doParseCIDR(w, s+"/"+b)
			}
		}
	}
	for _, s := range []string{"", "/", "/16", "10.20.30.40", "10.20.30.40/16/16", "::ffff:10.20.30.40/16", "::ffff:10.20.30.40/112", "::ffff:10.20.30.40/128", "fe80::7%en1/64", "10.20.30.40/255.0.0.0", "10.20.30.40/+8"} {
		doParseCIDR(w, s)
	}
	for i := 0; i < 660; i++ {
		doParseIP(w, anyAddr())
	}
	for i := 0; i < 380; i++ {
		doParseCIDR(w, prefixText())
	}
	for _, s := range []string{"", ":", "00:11:22:33:44:55", "00-11-22-33-44-55", "0011.2233.4455", "00:11:22:33:44:55:66:77", "0011.2233.4455.6677", "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33", "0011.2233.4455.6677.8899.aabb.ccdd.eeff.0011.2233", "DE:AD:BE:EF:00:01", "dE:aD:Be:eF:00:01", "00:11:22:33:44:55:", "x0:11:22:33:44:55", "00:11:22:33:44:55:66", "00:11:22:33:44:5", "00:11:22-33:44:55", "00.11.22.33.44.55", "0011:2233:4455", "001122334455", "00 11 22 33 44 55", "00:11:22:33:44:5ö"} {
		doParseMAC(w, s)
	}
	for i := 0; i < 240; i++ {
		doParseMAC(w, macText())
	}
	for i := 0; i < 25; i++ {
		b := make([]byte, rng.Intn(22))
		rng.Read(b)
		w.ok("net.HardwareAddr.String", net.HardwareAddr(b).String(), hx(b))
	}
	genMarks(w)
	for _, s := range handHostPorts {
		doSplit(w, s)
	}
	for i := 0; i < 380; i++ {
		doSplit(w, hostPortText())
	}
	for i := 0; i < 150; i++ {
		doSplit(w, noise("[]:a%", 8))
	}
	join := func(h, p string) { w.ok("net.JoinHostPort", net.JoinHostPort(h, p), h, p) }
	for _, h := range append([]string{"example", "[::5]", "h%i", "h:i", "ö"}, handAddrs...) {
		join(h, pick([]string{"443", "", "https", "ö", "70000"}))
	}
	for i := 0; i < 110; i++ {
		join(anyAddr(), portText())
	}
}

// ------------------------------------------------------------ net: IP values

func randIP() []byte {
	switch rng.Intn(12) {
	case 0:
		b := make([]byte, pick([]int{0, 1, 3, 6, 10, 14, 18}))
		rng.Read(b)
		return b
	case 1, 2, 3, 4:
		v := randV4()
		return v[:]
	}
	v := randV6()
	return v[:]
}

func randMask() []byte {
	bits := pick([]int{32, 32, 128})
	m := net.CIDRMask(rng.Intn(bits+1), bits)
	switch rng.Intn(8) {
	case 0:
		m[rng.Intn(len(m))] ^= 1 << rng.Intn(8)
	case 1:
		m = make([]byte, pick([]int{0, 2, 6, 10, 14, 18}))
		rng.Read(m)
	case 2: // an IPv4 mask in IPv6 form
		if len(m) == 4 {
			m = append(bytes.Repeat([]byte{0xff}, 12), m...)
		}
	}
	return m
}

func genIP(w *writer) {
	one := func(b []byte) {
		ip := net.IP(b)
		is := []string{}
		for _, p := range []struct {
			name string
			is   bool
		}{
			{"IsGlobalUnicast", ip.IsGlobalUnicast()},
			{"IsInterfaceLocalMulticast", ip.IsInterfaceLocalMulticast()},
			{"IsLinkLocalMulticast", ip.IsLinkLocalMulticast()},
			{"IsLinkLocalUnicast", ip.IsLinkLocalUnicast()},
			{"IsLoopback", ip.IsLoopback()},
			{"IsMulticast", ip.IsMulticast()},
			{"IsPrivate", ip.IsPrivate()},
			{"IsUnspecified", ip.IsUnspecified()},
		} {
			if p.is {
				is = append(is, p.name)
			}
		}
		w.ok("net.IP", obj{"str": ip.String(), "to4": hx(ip.To4()), "to16": hx(ip.To16()), "defmask": hx(ip.DefaultMask()), "is": is}, hx(b))
		t, err := ip.MarshalText()
		if err != nil {
			w.fail("net.IP.MarshalText", err, true, hx(b))
		} else if rng.Intn(10) == 0 {
			w.ok("net.IP.MarshalText", string(t), hx(b))
		}
	}
	for _, s := range []string{"", "01", "010203", "0102030405", "00000000", "ffffffff", "7f000009", "80000001", "c0000201", "e00000fb", "e0000107", "ef010203", "f0000001", "0a010203", "ac100901", "ac1f0009", "ac200009", "c0a80701", "c0a90001", "a9fe0708", "a9ff0001", "64400001"} {
		one(unhex(s))
		if len(s) == 8 {
			one(unhex("00000000000000000000ffff" + s))
			one(unhex("000000000000000000000000" + s))
		}
	}
	for _, h := range []string{"fe80", "fe90", "fec0", "fc00", "fd00", "fe00", "ff01", "ff02", "ff05", "ff0e", "2001"} {
		one(append(unhex(h), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7))
	}
	for i := 0; i < 330; i++ {
		one(randIP())
	}
	for i := 0; i < 150; i++ {
		a, b := randIP(), randIP()
		switch rng.Intn(4) {
		case 0:
			b = a
		case 1:
			if len(a) == 4 {
				b = net.IP(a).To16()
			} else if v := net.IP(a).To4(); v != nil {
				b = v
			}
		case 2:
			if len(a) > 0 {
				b = append([]byte{}, a...)
				b[rng.Intn(len(b))] ^= 1 << rng.Intn(8)
			}
		}
		w.ok("net.IP.Equal", net.IP(a).Equal(b), hx(a), hx(b))
	}
	for i := 0; i < 170; i++ {
		a, m := randIP(), randMask()
		w.ok("net.IP.Mask", hx(net.IP(a).Mask(m)), hx(a), hx(m))
	}
	for i := 0; i < 110; i++ {
		m := net.IPMask(randMask())
		ones, bits := m.Size()
		w.ok("net.IPMask", obj{"ones": ones, "bits": bits, "str": m.String()}, hx(m))
	}
	for _, bits := range []int{-8, 24, 32, 48, 128} {
		for _, ones := range []int{-2, 0, 2, 8, 12, 24, 30, 32, 40, 56, 100, 126, 128, 130} {
			w.ok("net.CIDRMask", hx(net.CIDRMask(ones, bits)), ones, bits)
		}
	}
	for i := 0; i < 210; i++ {
		n := net.IPNet{IP: randIP(), Mask: randMask()}
		if rng.Intn(4) > 0 { // sizes that go together
			for len(n.IP) != len(n.Mask) {
				n = net.IPNet{IP: randIP(), Mask: randMask()}
			}
		}
		w.ok("net.IPNet.String", n.String(), hx(n.IP), hx(n.Mask))
		ip := randIP()
		if rng.Intn(2) == 0 && len(n.IP) > 0 {
			ip = append([]byte{}, n.IP...)
			ip[rng.Intn(len(ip))] ^= 1 << rng.Intn(8)
			if len(ip) == 4 && rng.Intn(2) == 0 {
				ip = net.IP(ip).To16()
			}
		}
		if len(n.IP) == 0 { // Contains(nil ip) on an empty network
			continue
		}
		w.ok("net.IPNet.Contains", n.Contains(ip), hx(n.IP), hx(n.Mask), hx(ip))
	}
	for i := 0; i < 90; i++ {
		ip, port, zone := net.IP(randIP()), pick([]int{0, 443, 65535, rng.Intn(65536)}), ""
		if rng.Intn(3) == 0 {
			zone = pick(zones)
		}
		if rng.Intn(12) == 0 {
			ip = nil
		}
		w.ok("net.TCPAddr.String", (&net.TCPAddr{IP: ip, Port: port, Zone: zone}).String(), hx(ip), port, zone)
		w.ok("net.UDPAddr.AddrPort", (&net.UDPAddr{IP: ip, Port: port, Zone: zone}).AddrPort().String(), hx(ip), port, zone)
		w.ok("net.IPAddr.String", (&net.IPAddr{IP: ip, Zone: zone}).String(), hx(ip), zone)
	}
	for i := 0; i < 70; i++ {
		doUnmarshalIP(w, anyAddr())
	}
	doUnmarshalIP(w, "")
}

// --------------------------------------------------- net: names, no network

var asked bool // a DNS query would have been sent

var opened bool // a socket was made

func literalHost() string {
	switch rng.Intn(12) {
	case 0:
		return ""
	case 1:
		return pick([]string{"10.20.30.256", "10.20.30", "10.20.30.40.50", "010.20.30.40", "7", "777", ":::", "5:6", "::x", "h..i", "-h", "h-", ".h", "ö", "h i", "*"})
	}
	return addrText()
}

func serviceText() string {
	switch rng.Intn(8) {
	case 0:
		return pick([]string{"", "0", "000", "00443", "+443", "-00", "65535", "65536", "-2", "70000", "1073741000", "2147483646", "4294967739", "4295000000", "-1073741000", "77777777777"})
	case 1:
		return pick([]string{"https", "HTTPS", "Https", "http", "ssh", "SSH", "smtp", "ftp", "imaps", "pop3", "pop3s", "telnet", "domain", "doMain"})
	}
	return fmt.Sprint(rng.Intn(65536))
}

// builtin says that the service is in Go's own table for the network, which
// every machine has, whatever is in its /etc/services.
func builtin(network, service string) bool {
	tcp := map[string]bool{"ftp": true, "ftps": true, "gopher": true, "http": true, "https": true, "imap2": true, "imap3": true, "imaps": true, "pop3": true, "pop3s": true, "smtp": true, "ssh": true, "telnet": true}
	s := strings.ToLower(service)
	switch network {
	case "tcp", "tcp4", "tcp6":
		return tcp[s]
	case "udp", "udp4", "udp6":
		return s == "domain"
	}
	return false
}

func numeric(s string) bool {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// portable says that the port part of an address gives the same result on
// every machine and in every release.
func portable(network, port string) bool {
	if network == "" {
		return numeric(port)
	}
	return numeric(port) || builtin(network, port)
}

func ipObj(ip net.IP, zone string, port int, str, network string) obj {
	return obj{"str": str, "ip": hx(ip), "zone": zone, "port": port, "net": network}
}

// settled runs f and says whether it ended before any query or socket.
func settled(f func()) bool {
	asked, opened = false, false
	f()
	return !asked && !opened
}

func doResolve(w *writer, network, address string) {
	host, port := address, ""
	if h, p, err := net.SplitHostPort(address); err == nil {
		host, port = h, p
	}
	if changedV6Text(host) || changedZone(host) {
		w.drop++
		return
	}
	if !*asking && !portable(network, port) {
		w.drop++
		return
	}
	var t *net.TCPAddr
	var u *net.UDPAddr
	var terr, uerr error
	if settled(func() { t, terr = net.ResolveTCPAddr(network, address) }) {
		if terr != nil {
			w.fail("net.ResolveTCPAddr", terr, true, network, address)
		} else {
			w.ok("net.ResolveTCPAddr", ipObj(t.IP, t.Zone, t.Port, t.String(), t.Network()), network, address)
		}
	}
	if settled(func() { u, uerr = net.ResolveUDPAddr(network, address) }) {
		if uerr != nil {
			w.fail("net.ResolveUDPAddr", uerr, true, network, address)
		} else {
			w.ok("net.ResolveUDPAddr", ipObj(u.IP, u.Zone, u.Port, u.String(), u.Network()), network, address)
		}
	}
}

func doResolveIP(w *writer, network, address string) {
	if changedV6Text(address) || changedZone(address) {
		w.drop++
		return
	}
	var a *net.IPAddr
	var err error
	if !settled(func() { a, err = net.ResolveIPAddr(network, address) }) {
		return
	}
	if err != nil {
		w.fail("net.ResolveIPAddr", err, true, network, address)
	} else {
		w.ok("net.ResolveIPAddr", ipObj(a.IP, a.Zone, 0, a.String(), a.Network()), network, address)
	}
}

func doResolveUnix(w *writer, network, address string) {
	u, err := net.ResolveUnixAddr(network, address)
	if err != nil {
		w.fail("net.ResolveUnixAddr", err, true, network, address)
	} else {
		w.ok("net.ResolveUnixAddr", obj{"str": u.String(), "net": u.Network()}, network, address)
	}
}

// doLookupHost shows the syntax of domain names, package net's isDomainName,
// by whether a lookup gets as far as sending a query.
func doLookupHost(w *writer, name string) {
	if name == "" || net.ParseIP(name) != nil {
		return
	}
	asked = false
	_, err := net.LookupHost(name)
	if !asked && *asking && (err == nil || strings.HasSuffix(strings.ToLower(strings.TrimSuffix(name, ".")), ".onion")) {
		w.drop++ // an address, a name in /etc/hosts, or one that is never asked for
		return
	}
	w.ok("net.isDomainName", asked, name)
	if !asked && err != nil {
		w.fail("net.LookupHost", err, true, name)
	}
}

func doLookupPort(w *writer, network, service string) {
	known := map[string]bool{"tcp": true, "tcp4": true, "tcp6": true, "udp": true, "udp4": true, "udp6": true}
	if !*asking && !numeric(service) && (network == "" || network == "ip" || known[network] && !builtin(network, service)) {
		w.drop++
		return
	}
	p, err := net.LookupPort(network, service)
	if err != nil {
		w.fail("net.LookupPort", err, true, network, service)
	} else {
		w.ok("net.LookupPort", p, network, service)
	}
}

var tcpNets = []string{"tcp", "tcp4", "tcp6", ""}
var udpNets = []string{"udp", "udp4", "udp6", ""}
var badNets = []string{"UDP", "udp5", "tcp64", "udp:", "tcp:443", "udp4:17", "unix", "ip", "ip6", "ip:udp", "ip6:17", " udp", "dccp", "ö", "ip7", ":"}

func genNames(w *writer) {
	for _, network := range append(append([]string{}, tcpNets...), udpNets...) {
		for _, a := range []string{"", ":", ":443", ":https", ":domain", "0.0.0.0:443", "[::]:443", "127.0.0.9:443", "127.0.0.9:", "127.0.0.9", "[127.0.0.9]:443", "[::5]:443", "::5:443", "[::5]", "[fe80::7%en1]:65535", "[fe80::7%2]:70000", "[::ffff:127.0.0.9]:443", "[::ffff:10.20.30.40%en1]:443", "10.20.30.40:-2", "10.20.30.40:+443", "10.20.30.40:0443", "10.20.30.40:70000", "10.20.30.40:5:6", "[10.20.30.40:5", "10.20.30.40]:5", "[]:443", "[::5]]:443", "[[::5]:443", "10.20.30.256:443", "h..i:443", "-h:443", "ö:443"} {
			doResolve(w, network, a)
		}
	}
	for _, network := range badNets {
		for _, a := range []string{"127.0.0.9:443", "y"} {
			doResolve(w, network, a)
		}
	}
	for i := 0; i < 180; i++ {
		network := pick(tcpNets)
		if rng.Intn(2) == 0 {
			network = pick(udpNets)
		}
		a := net.JoinHostPort(literalHost(), serviceText())
		if rng.Intn(10) == 0 {
			a = mutate(a)
		}
		doResolve(w, network, a)
	}
	ipNets := []string{"ip", "ip4", "ip6", "", "ip:2", "ip4:igmp", "ip4:IGMP", "ip6:ipv6-icmp", "ip:udp", "ip4:tcp", "ip:200"}
	for _, network := range append(append([]string{"ip6:", "ip6:-2", "ip6:2x", "ip:not-a-protocol", "ip4:17:18", "ip7:1"}, ipNets...), badNets...) {
		for _, a := range []string{"", "127.0.0.9", "::5", "fe80::7%en1", "::ffff:127.0.0.9", "10.20.30.40:443", "10.20.30.256", "h..i"} {
			doResolveIP(w, network, a)
		}
	}
	for i := 0; i < 120; i++ {
		doResolveIP(w, pick(ipNets), literalHost())
	}
	for _, network := range []string{"unix", "unixgram", "unixpacket", "", "udp", "UNIX", "unixgram:", "ö"} {
		for _, a := range []string{"/run/sock", "@abstract-name", "here.sock", "ö", strings.Repeat("q", 110)} {
			doResolveUnix(w, network, a)
		}
	}

	for _, network := range []string{"tcp", "tcp6", "udp", "", "ip", "unix", "dccp", "UDP"} {
		for _, s := range []string{"", "0", "443", "+443", "-443", "+", "000443", "65535", "65536", "-2", "4 3", " 443", "1073741000", "2147483650", "4294967739", "8888888888888", "https", "hTtpS", "domain", "not-a-service"} {
			doLookupPort(w, network, s)
		}
	}
	for i := 0; i < 80; i++ {
		s := serviceText()
		if rng.Intn(4) == 0 {
			s = fmt.Sprint(rng.Int63n(1 << (8 + rng.Intn(40))))
		}
		doLookupPort(w, pick([]string{"tcp", "tcp4", "tcp6", "udp", "udp4", "udp6", "dccp"}), s)
	}

	names := []string{"h", "H", "h-", "-h", "h-i", "2", "2.3", "2.3.4.5.6", "2h", "h2", "2.h", "h.2", "h.", "h..", ".h", "h..i", "h.i.", "h_i", "_h._udp.i", "h i", "h/i", "h:i", "h%i", "ö", "xn--nda", "漢字", "h.-i", "h-.i", "*.h", "0x0a", "300.300.300.300", "2e5", strings.Repeat("h", 63), strings.Repeat("h", 64), strings.Repeat("h", 63) + ".i", strings.Repeat("h", 64) + ".i"}
	for n := 250; n <= 256; n++ {
		names = append(names, strings.Repeat("h.", 130)[:n-1]+"h")
	}
	for i := 0; i < 120; i++ {
		names = append(names, noise("xy7-_.", 9))
	}
	asked = false
	if net.LookupHost("www.example.org"); !asked {
		log.Fatal("the host lookup order of this system has no dns: no vectors of net.isDomainName")
	}
	for _, s := range names {
		doLookupHost(w, s)
	}
	_, err := net.LookupHost("")
	w.fail("net.LookupHost", err, true, "")
}

// ------------------------------------------------- net: errors of Listen/Dial

func control(string, string, syscall.RawConn) error {
	opened = true
	return errors.New("no sockets here")
}

func genDial(w *writer) {
	try := func(fn string, f func() error, in ...any) {
		var err error
		var sys *os.SyscallError
		if settled(func() { err = f() }) && err != nil && !errors.As(err, &sys) {
			w.fail(fn, err, true, in...)
		}
	}
	safe := func(network, address string) bool {
		host, port := address, ""
		if h, p, err := net.SplitHostPort(address); err == nil {
			host, port = h, p
		}
		return !changedV6Text(host) && !changedZone(host) && (strings.HasPrefix(network, "unix") || portable(network, port))
	}
	one := func(network, address string) {
		if !safe(network, address) {
			return
		}
		lc := net.ListenConfig{Control: control}
		d := net.Dialer{Control: control}
		try("net.Dial", func() error {
			c, err := d.Dial(network, address)
			if err == nil {
				c.Close()
			}
			return err
		}, network, address)
		if network == "unix" || network == "unixpacket" || network == "unixgram" {
			return // these would make a socket, whatever the address
		}
		try("net.Listen", func() error {
			l, err := lc.Listen(context.Background(), network, address)
			if err == nil {
				l.Close()
			}
			return err
		}, network, address)
		try("net.ListenPacket", func() error {
			l, err := lc.ListenPacket(context.Background(), network, address)
			if err == nil {
				l.Close()
			}
			return err
		}, network, address)
	}
	nets := []string{"tcp", "tcp4", "tcp6", "udp", "udp6", "ip", "ip4", "ip4:udp", "ip6:58", "unix", "unixgram", "", "ip:not-a-protocol", "ip6:", "UDP", "udp5", "tcp:443", "ip7:1", "dccp"}
	addrs := []string{"", "127.0.0.9", "::5", "[::5", "[::5]x:443", "[[::5]]:443", "10.20.30.40:5:6", "127.0.0.9:70000", "127.0.0.9:-2", "[::5]:0", "127.0.0.9:0", "[fe80::7%en1]:0", "10.20.30.256:443", "h..i:443", "ö:443", "[::ffff:10.20.30.40]:443", "h[i:443", "h]i:443"}
	for i, n := range nets {
		l := addrs
		if i >= 11 { // nets[11:] are refused before the address is looked at
			l = addrs[:3]
		}
		for _, a := range l {
			one(n, a)
		}
	}
	for i := 0; i < 130; i++ {
		a := hostPortText()
		if rng.Intn(2) == 0 {
			a = net.JoinHostPort(literalHost(), serviceText())
		}
		one(pick([]string{"tcp", "tcp4", "tcp6", "udp", "udp4", "udp6"}), a)
	}

	// A local address of the wrong kind.
	locals := []net.Addr{
		&net.TCPAddr{IP: net.IPv4(127, 0, 0, 9)}, &net.TCPAddr{IP: net.IPv6loopback, Port: 9}, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 9)},
		&net.IPAddr{IP: net.IPv4(127, 0, 0, 9)}, &net.UnixAddr{Name: "/run/x", Net: "unix"},
	}
	for _, la := range locals {
		for _, t := range [][2]string{{"tcp", "127.0.0.9:9"}, {"tcp", "[::5]:9"}, {"tcp6", "[::5]:9"}, {"udp", "127.0.0.9:9"}, {"udp", "[::5]:9"}, {"ip4:1", "127.0.0.9"}, {"unix", "/run/y"}, {"dccp", "y"}, {"tcp", ""}} {
			d := net.Dialer{Control: control, LocalAddr: la}
			try("net.Dialer.Dial", func() error {
				c, err := d.Dial(t[0], t[1])
				if err == nil {
					c.Close()
				}
				return err
			}, t[0], t[1], la.Network(), la.String())
		}
	}

	// The typed functions, with a network they do not take or no address.
	t4, u4, i4, ux := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 9), Port: 443}, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 9), Port: 443}, &net.IPAddr{IP: net.IPv4(127, 0, 0, 9)}, &net.UnixAddr{Name: "/run/x", Net: "unix"}
	for _, n := range nets {
		if !strings.HasPrefix(n, "tcp") || strings.Contains(n, ":") {
			try("net.DialTCP", func() error { _, err := net.DialTCP(n, nil, t4); return err }, n, nil, t4.String())
			try("net.DialTCP", func() error { _, err := net.DialTCP(n, t4, t4); return err }, n, t4.String(), t4.String())
			try("net.ListenTCP", func() error { _, err := net.ListenTCP(n, t4); return err }, n, t4.String())
			try("net.ListenTCP", func() error { _, err := net.ListenTCP(n, nil); return err }, n, nil)
		}
		if !strings.HasPrefix(n, "udp") || n == "udp5" {
			try("net.DialUDP", func() error { _, err := net.DialUDP(n, nil, u4); return err }, n, nil, u4.String())
			try("net.ListenUDP", func() error { _, err := net.ListenUDP(n, u4); return err }, n, u4.String())
			try("net.ListenMulticastUDP", func() error { _, err := net.ListenMulticastUDP(n, nil, u4); return err }, n, nil, u4.String())
		}
		if !strings.HasPrefix(n, "ip") || n == "ip" || n == "ip4" || n == "ip6" || n == "ip7:1" {
			try("net.DialIP", func() error { _, err := net.DialIP(n, nil, i4); return err }, n, nil, i4.String())
			try("net.ListenIP", func() error { _, err := net.ListenIP(n, i4); return err }, n, i4.String())
		}
		if !strings.HasPrefix(n, "unix") {
			try("net.DialUnix", func() error { _, err := net.DialUnix(n, nil, ux); return err }, n, nil, ux.String())
			try("net.ListenUnix", func() error { _, err := net.ListenUnix(n, ux); return err }, n, ux.String())
			try("net.ListenUnixgram", func() error { _, err := net.ListenUnixgram(n, ux); return err }, n, ux.String())
		}
	}
	try("net.ListenUnix", func() error { _, err := net.ListenUnix("unixgram", ux); return err }, "unixgram", ux.String())
	try("net.ListenUnixgram", func() error { _, err := net.ListenUnixgram("unix", ux); return err }, "unix", ux.String())
	for _, n := range []string{"tcp", "tcp4", "tcp6"} {
		try("net.DialTCP", func() error { _, err := net.DialTCP(n, nil, nil); return err }, n, nil, nil)
		try("net.DialTCP", func() error { _, err := net.DialTCP(n, t4, nil); return err }, n, t4.String(), nil)
	}
	for _, n := range []string{"udp", "udp4", "udp6"} {
		try("net.DialUDP", func() error { _, err := net.DialUDP(n, nil, nil); return err }, n, nil, nil)
		try("net.DialUDP", func() error { _, err := net.DialUDP(n, u4, nil); return err }, n, u4.String(), nil)
		try("net.ListenMulticastUDP", func() error { _, err := net.ListenMulticastUDP(n, nil, nil); return err }, n, nil, nil)
	}
	for _, n := range []string{"ip4:1", "ip6:58"} {
		try("net.DialIP", func() error { _, err := net.DialIP(n, nil, nil); return err }, n, nil, nil)
	}
	for _, n := range []string{"unix", "unixgram", "unixpacket"} {
		try("net.DialUnix", func() error { _, err := net.DialUnix(n, nil, nil); return err }, n, nil, nil)
		if n != "unixgram" {
			try("net.ListenUnix", func() error { _, err := net.ListenUnix(n, nil); return err }, n, nil)
		} else {
			try("net.ListenUnixgram", func() error { _, err := net.ListenUnixgram(n, nil); return err }, n, nil)
		}
	}
}

// ----------------------------------------------------------- net: error values

type textAddr string

func (textAddr) Network() string  { return "x" }
func (a textAddr) String() string { return string(a) }

func genErrors(w *writer) {
	opt := func(s string) (net.Addr, any) {
		if s == "" {
			return nil, nil
		}
		return textAddr(s), s
	}
	for _, op := range []string{"dial", "read", "accept", "set", ""} {
		for _, n := range []string{"tcp", ""} {
			for _, src := range []string{"", "127.0.0.9:9"} {
				for _, dst := range []string{"", "[::5]:8"} {
					for _, text := range []string{"i/o timeout", "read: connection reset by peer"} {
						sa, s := opt(src)
						da, d := opt(dst)
						e := &net.OpError{Op: op, Net: n, Source: sa, Addr: da, Err: errors.New(text)}
						w.ok("net.OpError.Error", e.Error(), op, n, s, d, text)
					}
				}
			}
		}
	}
	for _, name := range []string{"", "www.example.org"} {
		for _, server := range []string{"", "192.0.2.53:53"} {
			for flags := 0; flags < 8; flags++ {
				e := &net.DNSError{Err: "server misbehaving", Name: name, Server: server, IsTimeout: flags&1 != 0, IsTemporary: flags&2 != 0, IsNotFound: flags&4 != 0}
				w.ok("net.DNSError", obj{"str": e.Error(), "timeout": e.Timeout(), "temporary": e.Temporary()}, name, server, "server misbehaving", e.IsTimeout, e.IsTemporary, e.IsNotFound)
			}
		}
	}
	for _, a := range []string{"", "10.20.30.40", "ö"} {
		w.ok("net.AddrError.Error", (&net.AddrError{Err: "missing port in address", Addr: a}).Error(), "missing port in address", a)
		w.ok("net.ParseError.Error", (&net.ParseError{Type: "CIDR address", Text: a}).Error(), "CIDR address", a)
		w.ok("net.UnknownNetworkError.Error", net.UnknownNetworkError(a).Error(), a)
		w.ok("net.InvalidAddrError.Error", net.InvalidAddrError(a).Error(), a)
	}
	flags := func(e error) obj {
		n, ok := e.(net.Error)
		if !ok {
			return obj{"str": e.Error(), "neterror": false}
		}
		return obj{"str": e.Error(), "neterror": true, "timeout": n.Timeout(), "temporary": n.Temporary()}
	}
	w.ok("net.error", flags(net.ErrClosed), "ErrClosed")
	w.ok("net.error", flags(net.ErrWriteToConnected), "ErrWriteToConnected")
	w.ok("net.error", flags(os.ErrDeadlineExceeded), "os.ErrDeadlineExceeded")
	// Linux error numbers (amd64), alone and the way net wraps them; the texts
	// are Go's own table.
	for _, n := range []int{1, 2, 4, 5, 7, 9, 11, 12, 13, 14, 17, 20, 21, 22, 23, 24, 28, 32, 36, 38, 40, 71, 75, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 125} {
		e := syscall.Errno(n)
		w.ok("syscall.Errno", obj{"str": e.Error(), "timeout": e.Timeout(), "temporary": e.Temporary()}, n)
	}
	for _, op := range []string{"write", "read", "dial"} {
		for _, e := range []syscall.Errno{syscall.EINTR, syscall.EAGAIN, syscall.EMFILE, syscall.ECONNRESET, syscall.ECONNREFUSED, syscall.ETIMEDOUT} {
			call := map[string]string{"write": "write", "read": "read", "dial": "connect"}[op]
			w.ok("net.OpError.wrap", flags(&net.OpError{Op: op, Net: "tcp", Err: os.NewSyscallError(call, e)}), op, "tcp", call, int(e))
		}
	}
	for _, n := range []int{0, 1, 2, 3, 5, 8, 9, 16, 17, 19, 21, 29, 31} {
		w.ok("net.Flags.String", net.Flags(n).String(), n)
	}
}

// ---------------------------------------------------------------------- main

func main() {
	log.SetFlags(0)
	path := flag.String("o", "../go-net.jsonl", "file to write")
	flag.Parse()
	os.Setenv("GODEBUG", "netdns=go")
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		asked = true
		return nil, errors.New("no network here")
	}}
	if *asking {
		*all = true
		answerAll()
		return
	}
	f, err := os.Create(*path)
	if err != nil {
		log.Fatal(err)
	}
	w := &writer{out: bufio.NewWriter(f), seen: map[string]bool{}, count: map[string]int{}, errs: map[string]int{}}
	genNetip(w)
	genNetAddr(w)
	genIP(w)
	genNames(w)
	genDial(w)
	genErrors(w)
	if *all {
		genMore(w)
	}
	if err := w.out.Flush(); err != nil {
		log.Fatal(err)
	}
	st, err := f.Stat()
	if err != nil {
		log.Fatal(err)
	}
	if err := f.Close(); err != nil {
		log.Fatal(err)
	}
	var fns []string
	for fn := range w.count {
		fns = append(fns, fn)
	}
	sort.Strings(fns)
	for _, fn := range fns {
		fmt.Printf("%-34s %6d  (%d errors)\n", fn, w.count[fn], w.errs[fn])
	}
	fmt.Printf("%d cases, %d bytes; %d left out: other results in other releases or on other systems\n", w.total, st.Size(), w.drop)
}
