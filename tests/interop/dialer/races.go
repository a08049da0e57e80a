package main

import (
	"context"
	"net"
	"strconv"
	"syscall"
	"time"
)

func racer(delay time.Duration) *net.Dialer {
	return &net.Dialer{Resolver: fixed("::1", "127.0.0.1"), FallbackDelay: delay, Control: note}
}

func races() {
	check("ip6: race: the first family wins", func(t *T) {
		e := newEnds()
		e.full.close()
		t.port = e.port
		ln6 := must(net.Listen("tcp", "[::1]:"+e.port))
		t.dialed("dial")(racer(time.Minute).Dial("tcp", "race.test.:"+e.port))
		t.log(take())
		ln6.Close()
		e.ln.Close()
	})
	check("ip6: race: refused at once", func(t *T) {
		e := newEnds()
		e.full.close()
		t.port = e.port
		t.dialed("dial")(racer(time.Minute).Dial("tcp", "race.test.:"+e.port))
		t.log(take())
		e.ln.Close()
	})
	check("ip6: race: both fail", func(t *T) {
		t.dialed("dial")(racer(time.Minute).Dial("tcp", "race.test.:1"))
		t.log(take())
	})
	check("ip6: race: the first hangs", func(t *T) {
		e := newEnds()
		t.port = e.port
		begin := time.Now()
		t.dialed("dial")(racer(20*time.Millisecond).Dial("tcp", "race.test.:"+e.port))
		t.ok("not early", time.Since(begin) >= 20*time.Millisecond)
		t.log(take())
		e.close()
	})
	check("ip6: race: 300 ms where nothing is said", func(t *T) {
		e := newEnds()
		t.port = e.port
		begin := time.Now()
		t.dialed("dial")(racer(0).Dial("tcp", "race.test.:"+e.port))
		t.ok("not early", time.Since(begin) >= 300*time.Millisecond)
		take()
		e.close()
	})
	check("ip6: race: the loser is cancelled", func(t *T) {
		ln := must(net.Listen("tcp", "127.0.0.1:0"))
		t.port = portOf(ln.Addr().String())
		told := make(chan string, 1)
		dialer := racer(time.Millisecond)
		dialer.ControlContext = func(ctx context.Context, network, _ string, _ syscall.RawConn) error {
			if network == "tcp6" {
				<-ctx.Done()
				told <- ctx.Err().Error()
			}
			return nil
		}
		t.dialed("dial")(dialer.Dial("tcp", "race.test.:"+t.port))
		t.log("loser: " + <-told)
		ln.Close()
	})
	check("ip6: race: cancelled when the second has failed", func(t *T) {
		e := newEnds()
		t.port = e.port
		e.ln.Close()
		one := start(racer(time.Millisecond), "race.test.:"+e.port)
		cancelAfter(one, 2)
		t.dialed("dial")(one.wait())
		t.log(take())
		e.full.close()
	})
	check("ip6: race: cancelled when both hang", func(t *T) {
		e := newEnds()
		t.port = e.port
		e.ln.Close()
		full4 := tryFull(false, must(strconv.Atoi(e.port)))
		one := start(racer(time.Millisecond), "race.test.:"+e.port)
		cancelAfter(one, 2)
		t.dialed("dial")(one.wait())
		t.log(take())
		full4.close()
		e.full.close()
	})
	check("ip6: no race: cancelled at the first of two", func(t *T) {
		e := newEnds()
		t.port = e.port
		one := start(racer(-1), "race.test.:"+e.port)
		cancelAfter(one, 1)
		t.dialed("dial")(one.wait())
		t.log(take())
		e.close()
	})
	check("ip6: no race: of one version, and one after the other", func(t *T) {
		e := newEnds()
		t.port = e.port
		t.dialed("tcp4")(racer(time.Millisecond).Dial("tcp4", "race.test.:"+e.port))
		e.full.close()
		t.dialed("no delay")(racer(-1).Dial("tcp", "race.test.:"+e.port))
		t.log(take())
		e.ln.Close()
	})
	check("list: the first that answers, or the first error", func(t *T) {
		ln := must(net.Listen("tcp", "127.0.0.3:0"))
		t.port = portOf(ln.Addr().String())
		dialer := racer(0)
		dialer.Resolver = fixed("127.0.0.2", "127.0.0.3")
		dialer.Timeout = time.Minute
		t.dialed("dial")(dialer.Dial("tcp", "race.test.:"+t.port))
		ln.Close()
		t.dialed("dial")(dialer.Dial("tcp", "race.test.:1"))
		t.log(take())
	})
}

func cancelAfter(one *attempt, addresses int) {
	for count() < addresses {
		settle()
	}
	settle()
	one.cancel()
}
