package main

import (
	"context"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"
)

const least = 2 * time.Second

// dialAll notes what each address has of the time. When exactly a share was taken nobody can know, but between which two times.
func dialAll(t *T, limit time.Duration, addresses ...string) {
	begun := time.Now()
	var end time.Time
	if limit != 0 {
		end = begun.Add(limit)
	}
	left := len(addresses)
	var shares []string
	dialer := net.Dialer{Resolver: fixed(addresses...), Deadline: end}
	dialer.ControlContext = func(ctx context.Context, _, address string, _ syscall.RawConn) error {
		at := time.Now()
		has, _ := ctx.Deadline()
		within := func(lowest, highest time.Time) bool { return !has.Before(lowest) && !has.After(highest) }
		part := func(at time.Time) time.Time { return at.Add(end.Sub(at) / time.Duration(left)) }
		share := "something else"
		switch {
		case limit == 0 && has.IsZero():
			share = "no limit"
		case has.Equal(end):
			share = "all the rest"
		case within(begun.Add(least), at.Add(least)):
			share = "2 s"
		case within(part(begun), part(at)):
			share = fmt.Sprintf("1/%d", left)
		}
		shares = append(shares, address+" "+share)
		left--
		begun = at
		return nil
	}
	t.dialed("dial")(dialer.Dial("tcp", "shares.test.:1"))
	t.log(strings.Join(shares, ", "))
}

func sharesOfTime() {
	check("list: the share of each address", func(t *T) {
		three := []string{"127.0.0.2", "127.0.0.3", "127.0.0.4"}
		dialAll(t, time.Minute, three...)
		dialAll(t, time.Minute, "127.0.0.2", "127.0.0.3")
		dialAll(t, time.Minute, "127.0.0.2")
		dialAll(t, 5*time.Second, three...)
		dialAll(t, 1900*time.Millisecond, three...)
		dialAll(t, 0, three...)
	})
}
