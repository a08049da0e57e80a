/*
 * One connection of the load generator: it sends a message, takes the echo, compares every byte.
 *
 *   CLOSED → EXCHANGING → IDLE → EXCHANGING …       a kept connection
 *   CLOSED → EXCHANGING → ENDING → CLOSED …         one connection per exchange
 */
#ifndef CONN_H
#define CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Silence that means a reply was lost, in ms. */
enum { STALLED_MS = 5000 };

enum conn_state { CLOSED, EXCHANGING, IDLE, ENDING };

struct conn {
  int fd;
  enum conn_state state;
  const char *message; /* what is being sent and must come back */
  size_t sent, received;
  uint64_t began; /* when the exchange (or the connection, if it makes only one) began, in ns */
};

struct target {
  int poller;
  int port;
  size_t size;            /* bytes in a message */
  bool one_per_exchange;  /* every exchange has a connection of its own */
};

/* Allows as many files as the hard limit does and fills the pool that messages are cut from. */
void conn_setup(const struct target *t);

/* Starts an exchange, on a new connection if there is none. */
void conn_begin(const struct target *t, struct conn *c);

/* Goes on as far as the socket lets it. Returns true when the exchange has ended. */
bool conn_advance(const struct target *t, struct conn *c);

/* Opens a non-blocking connection to a port of loopback. */
int connect_to(int port);

/* Prints what went wrong and exits: a load with one lost reply measures nothing. */
_Noreturn void fail(const char *format, ...);

uint64_t now_ns(void);

#endif
