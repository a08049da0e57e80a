// Command sink reads all that its peers send and, at the end of each connection, answers how many
// bytes that were, in decimal.
//
// Usage: sink-go PORT BUFFER; it prints "listening PORT".
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strconv"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatalf("usage: %s PORT BUFFER", os.Args[0])
	}
	size, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	ln, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", os.Args[1]))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening", ln.Addr().(*net.TCPAddr).Port)
	for {
		conn, err := ln.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go sink(conn, size)
	}
}

func sink(conn net.Conn, size int) {
	defer conn.Close()
	buf := make([]byte, size)
	total := 0
	for {
		n, err := conn.Read(buf)
		total += n
		if err == io.EOF {
			fmt.Fprint(conn, total)
		}
		if err != nil {
			return
		}
	}
}
