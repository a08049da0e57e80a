// Command parse times parsers on each of its arguments.
//
// Usage: parse-go MILLISECONDS CASE...; a case is a parser's name, a space and a text, or "..." for
// ever another address. It prints a line with the nanoseconds of each.
package main

import (
	"fmt"
	"log"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
)

// block is the number of calls between two looks at the clock.
const block = 4096

// bits takes what the calls return, so that none of them can be left out.
var bits int

// ip takes an address, so that it is made on the heap, as one that a program keeps.
var ip net.IP

// texts is what the calls of a block read.
var texts [block]string

func main() {
	if len(os.Args) < 3 {
		log.Fatalf("usage: %s MILLISECONDS CASE...", os.Args[0])
	}
	ms, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	least := time.Duration(ms) * time.Millisecond
	for _, arg := range os.Args[2:] {
		parser, text, _ := strings.Cut(arg, " ")
		prepare(text)
		measure(parser, least/4)
		fmt.Printf("%.2f\n", measure(parser, least))
	}
}

// prepare fills texts with one text, or with as many addresses.
func prepare(text string) {
	for i := range texts {
		texts[i] = text
		if text == "..." {
			texts[i] = fmt.Sprintf("10.1.%d.%d", i>>8, i&255)
		}
	}
}

// measure returns the nanoseconds of one call.
func measure(parser string, least time.Duration) float64 {
	run := map[string]func(){
		"parseAddr":     addrs,
		"parsePrefix":   prefixes,
		"parseIP":       ips,
		"splitHostPort": splits,
		"host,port":     splitTexts,
	}[parser]
	start := time.Now()
	calls := 0
	for time.Since(start) < least {
		run()
		calls += block
	}
	return float64(time.Since(start)) / float64(calls)
}

func addrs() {
	for _, text := range texts {
		addr, err := netip.ParseAddr(text)
		check(err)
		bits += addr.BitLen()
	}
}

func prefixes() {
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		check(err)
		bits += prefix.Bits()
	}
}

func ips() {
	for _, text := range texts {
		ip = net.ParseIP(text)
		bits += len(ip)
	}
}

func splits() {
	for _, text := range texts {
		_, _, err := net.SplitHostPort(text)
		check(err)
		bits++
	}
}

// splitTexts reads host and port too.
func splitTexts() {
	for _, text := range texts {
		host, port, err := net.SplitHostPort(text)
		check(err)
		bits += len(host) + len(port)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
