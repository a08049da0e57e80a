#include "bulk.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn.h"

enum { MAX_EVENTS = 64 };

struct stream {
  int fd;
  bool ending; /* all is sent, the server's count is awaited */
  uint64_t sent;
};

static void watch(int poller, struct stream *s, int operation, uint32_t events) {
  struct epoll_event event = {events, {.ptr = s}};
  if (epoll_ctl(poller, operation, s->fd, &event) < 0) fail("epoll_ctl: %s", strerror(errno));
}

/* One write for each event: a socket that always has room must not keep the others waiting. */
static void advance(int poller, struct stream *s, const char *data, size_t size, uint64_t deadline) {
  if (now_ns() >= deadline) {
    s->ending = true;
    shutdown(s->fd, SHUT_WR);
    watch(poller, s, EPOLL_CTL_MOD, EPOLLIN);
    return;
  }
  ssize_t n = send(s->fd, data, size, MSG_NOSIGNAL);
  if (n < 0 && errno != EAGAIN) fail("send: %s", strerror(errno));
  if (n > 0) s->sent += n;
}

static void check_count(struct stream *s) {
  char answer[32] = "";
  ssize_t n = recv(s->fd, answer, sizeof answer - 1, 0);
  if (n <= 0) fail("the server closed a connection before its count");
  if (strtoull(answer, NULL, 10) != s->sent) {
    fail("the server read %s of %llu bytes", answer, (unsigned long long)s->sent);
  }
  close(s->fd);
}

uint64_t bulk_run(int port, int connections, size_t size, uint64_t deadline) {
  struct epoll_event events[MAX_EVENTS];
  struct stream *streams = calloc(connections, sizeof *streams);
  char *data = calloc(1, size);
  int poller = epoll_create1(EPOLL_CLOEXEC);
  if (!streams || !data || poller < 0) fail("setup: %s", strerror(errno));
  for (int i = 0; i < connections; i++) {
    streams[i].fd = connect_to(port);
    watch(poller, &streams[i], EPOLL_CTL_ADD, EPOLLOUT);
  }
  for (int open = connections; open > 0;) {
    int n = epoll_wait(poller, events, MAX_EVENTS, STALLED_MS);
    if (n <= 0 && errno != EINTR) fail("no event for %d s", STALLED_MS / 1000);
    for (int i = 0; i < n; i++) {
      struct stream *s = events[i].data.ptr;
      if (s->ending) check_count(s), open--;
      else advance(poller, s, data, size, deadline);
    }
  }
  uint64_t total = 0;
  for (int i = 0; i < connections; i++) total += streams[i].sent;
  close(poller);
  free(data);
  free(streams);
  return total;
}
