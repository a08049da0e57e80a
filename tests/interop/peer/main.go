// Command peer is one of two programs that talk to each other over a network, step by step, and write down what each call answers.
// tests/guests/interop is the same program for the port, scene by scene and function by function; tests/e2e/interop.test.ts lets
// every two of them meet.
//
//	peer listen NETWORK FOLDER TOKEN            prints the address of its control connection, then its transcript
//	peer dial NETWORK FOLDER TOKEN ADDRESS      goes to that address, and prints its transcript
//
// Names of Unix sockets are made in the folder, and abstract ones with the token. Beside the network that is looked at, both talk
// over the control connection: it carries addresses, and it says when a side has done what the other waits for.
package main

import (
	"fmt"
	"os"
	"strings"
)

var (
	listens                bool
	network, folder, token string
)

func main() {
	listens = os.Args[1] == "listen"
	network, folder, token = os.Args[2], os.Args[3], os.Args[4]
	if listens {
		awaitPeer()
	} else {
		goToPeer(os.Args[5])
	}
	switch {
	case network == "udp" || network == "udp4" || network == "udp6" || network == "unixgram":
		packets()
	case strings.HasPrefix(network, "ip"):
		pings()
	default:
		streams()
	}
	fmt.Println("end")
}

// by names the side that a scene is about.
func by(active bool) string {
	if active == listens {
		return "by the listener"
	}
	return "by the dialer"
}

// isUnix tells whether addresses are names.
func isUnix() bool { return strings.HasPrefix(network, "unix") }

// loopback is this machine's own host on the network.
func loopback() string {
	if isIPv6() {
		return "::1"
	}
	return "127.0.0.1"
}

// isIPv6 tells whether the network is one of IPv6 alone.
func isIPv6() bool { return strings.HasSuffix(network, "6") || strings.HasPrefix(network, "ip6:") }
