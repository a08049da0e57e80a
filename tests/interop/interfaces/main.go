// Command interfaces prints all that Go's net knows of interfaces, and the errors, as tests/guests/interfaces does with the port.
package main

import (
	"fmt"
	"net"
	"strings"
)

func main() {
	all, err := net.Interfaces()
	for i := range all {
		tell(&all[i])
	}
	fmt.Println("interfaces:", describe(err))
	fmt.Println("addrs:", list(net.InterfaceAddrs()))
	fmt.Println("index -1:", found(net.InterfaceByIndex(-1)))
	fmt.Println("index 0:", found(net.InterfaceByIndex(0)))
	fmt.Println("index 99999999:", found(net.InterfaceByIndex(99999999)))
	fmt.Println("name:", found(net.InterfaceByName("")))
	fmt.Println("name nosuch0:", found(net.InterfaceByName("nosuch0")))
}

func tell(ifi *net.Interface) {
	fmt.Printf("%d %s %d %v %q\n", ifi.Index, ifi.Name, ifi.MTU, ifi.Flags, ifi.HardwareAddr.String())
	fmt.Println(ifi.Name, "addrs:", list(ifi.Addrs()))
	fmt.Println(ifi.Name, "groups:", list(ifi.MulticastAddrs()))
	fmt.Println(ifi.Name, "by name:", found(net.InterfaceByName(ifi.Name)))
	fmt.Println(ifi.Name, "by index:", found(net.InterfaceByIndex(ifi.Index)))
}

func found(ifi *net.Interface, err error) string {
	if err != nil {
		return describe(err)
	}
	return fmt.Sprint(ifi.Index, " ", ifi.Name)
}

func list(addrs []net.Addr, err error) string {
	if err != nil {
		return describe(err)
	}
	var texts []string
	for _, addr := range addrs {
		texts = append(texts, addr.Network()+" "+addr.String())
	}
	return strings.Join(texts, " ")
}

func describe(err error) string {
	if err == nil {
		return "nil"
	}
	if _, ok := err.(*net.OpError); ok {
		return "OpError " + err.Error()
	}
	return err.Error()
}
