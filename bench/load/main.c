/*
 * The load generator: one thread on epoll.
 *
 * usage: load echo|rate|bulk PORT CONNECTIONS SIZE
 *
 *   echo   a closed loop on connections that stay open: each sends its next message when it has
 *          the reply to the last one
 *   rate   the same, but every exchange connects, and ends when the server has closed
 *   bulk   one-way traffic; a request is a MiB that the server read
 *
 * It proves its connections and prints "ready". For every line "SECONDS" that it then reads it runs
 * that long and prints a line of JSON. Between the two no request is under way, so whoever reads
 * the server's CPU time before and after gets exactly those requests. At the end of its input it
 * goes, and with it its connections.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "bulk.h"
#include "conn.h"
#include "histogram.h"

enum { MAX_EVENTS = 1024, BATCH = 256 };

struct load {
  bool bulk;
  struct target target;
  struct conn *conns;
  int conn_count;
  struct histogram latency;
};

static struct load parse(int argc, char **argv) {
  if (argc != 5) fail("usage: %s echo|rate|bulk PORT CONNECTIONS SIZE", argv[0]);
  struct load l = {.conn_count = atoi(argv[3])};
  l.bulk = strcmp(argv[1], "bulk") == 0;
  l.target.one_per_exchange = strcmp(argv[1], "rate") == 0;
  l.target.port = atoi(argv[2]);
  l.target.size = atoi(argv[4]);
  l.target.poller = epoll_create1(EPOLL_CLOEXEC);
  l.conns = calloc(l.conn_count, sizeof *l.conns);
  if (!l.conns || l.target.poller < 0) fail("setup: %s", strerror(errno));
  return l;
}

/* Serves events until none of the `busy` exchanges is left; before the deadline each is followed
 * by the next. */
static void loop(struct load *l, int busy, uint64_t deadline) {
  struct epoll_event events[MAX_EVENTS];
  while (busy > 0) {
    int n = epoll_wait(l->target.poller, events, MAX_EVENTS, STALLED_MS);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail("no event for %d s, %d replies missing", STALLED_MS / 1000, busy);
    for (int i = 0; i < n; i++) {
      struct conn *c = events[i].data.ptr;
      if (!conn_advance(&l->target, c)) continue;
      uint64_t now = now_ns();
      histogram_add(&l->latency, now - c->began);
      if (now < deadline) conn_begin(&l->target, c);
      else busy--;
    }
  }
}

static void run_exchanges(struct load *l, uint64_t start, uint64_t deadline) {
  memset(&l->latency, 0, sizeof l->latency);
  for (int i = 0; i < l->conn_count; i++) conn_begin(&l->target, &l->conns[i]);
  loop(l, l->conn_count, deadline);
  printf("{\"requests\":%lu,\"seconds\":%.6f,\"p50\":%lu,\"p99\":%lu}\n", l->latency.total,
         (now_ns() - start) / 1e9, histogram_at(&l->latency, 0.5),
         histogram_at(&l->latency, 0.99));
}

static void run_bulk(struct load *l, uint64_t start, uint64_t deadline) {
  uint64_t sent = bulk_run(l->target.port, l->conn_count, l->target.size, deadline);
  printf("{\"requests\":%.6f,\"seconds\":%.6f}\n", sent / 1048576.0, (now_ns() - start) / 1e9);
}

/* Opens the connections in batches that fit any accept queue: a refused handshake waits 1 s. */
static void prove(struct load *l) {
  if (l->bulk) bulk_run(l->target.port, l->conn_count, l->target.size, 0);
  for (int first = 0; first < l->conn_count && !l->bulk; first += BATCH) {
    int end = first + BATCH < l->conn_count ? first + BATCH : l->conn_count;
    for (int i = first; i < end; i++) conn_begin(&l->target, &l->conns[i]);
    loop(l, end - first, 0);
  }
}

int main(int argc, char **argv) {
  struct load l = parse(argc, argv);
  conn_setup(&l.target);
  prove(&l);
  puts("ready");
  fflush(stdout);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    uint64_t start = now_ns(), deadline = start + (uint64_t)(atof(line) * 1e9);
    if (l.bulk) run_bulk(&l, start, deadline);
    else run_exchanges(&l, start, deadline);
    fflush(stdout);
  }
  return 0;
}
