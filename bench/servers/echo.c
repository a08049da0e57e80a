/*
 * The yardstick: a TCP echo server as a careful hand writes it for one thread.
 *
 * Edge-triggered epoll over non-blocking sockets. A read that came back short has drained the
 * socket, so no read is made only to learn EAGAIN. One buffer serves all connections: a connection
 * owns memory only while its peer does not take what it sent.
 *
 * usage: echo-c PORT BUFFER    prints "listening PORT"
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listen.h"

enum { MAX_EVENTS = 1024, HANGUP = EPOLLRDHUP | EPOLLHUP | EPOLLERR };

struct conn {
  int fd;
  char *unsent; /* what the peer has not taken yet, NULL when there is nothing */
  size_t offset, length;
};

static int poller;
static char *buffer;
static size_t buffer_size;

static void drop(struct conn *c) {
  close(c->fd);
  free(c->unsent);
  free(c);
}

/* Sends all it can. Returns the bytes that went, -1 when the connection is broken. */
static ssize_t send_some(int fd, const char *data, size_t length) {
  size_t sent = 0;
  while (sent < length) {
    ssize_t n = send(fd, data + sent, length - sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno == EAGAIN ? (ssize_t)sent : -1;
    sent += n;
  }
  return sent;
}

/* Sends what an earlier write left over. Returns false when the connection is broken. */
static bool flush(struct conn *c) {
  ssize_t n = send_some(c->fd, c->unsent + c->offset, c->length - c->offset);
  if (n < 0) return false;
  c->offset += n;
  if (c->offset == c->length) {
    free(c->unsent);
    c->unsent = NULL;
  }
  return true;
}

static bool keep(struct conn *c, const char *data, size_t length) {
  c->unsent = malloc(length);
  if (!c->unsent) return false;
  memcpy(c->unsent, data, length);
  c->offset = 0;
  c->length = length;
  return true;
}

/* Echoes until the socket is drained or the peer stops taking. Returns false at the end. */
static bool echo(struct conn *c, uint32_t events) {
  while (!c->unsent) {
    ssize_t n = recv(c->fd, buffer, buffer_size, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno == EAGAIN;
    if (n == 0) return false;
    ssize_t sent = send_some(c->fd, buffer, n);
    if (sent < 0) return false;
    if (sent < n && !keep(c, buffer + sent, n - sent)) return false;
    /* A FIN that is already here raised its edge together with the data: only then read on. */
    if ((size_t)n < buffer_size && sent == n && !(events & HANGUP)) return true;
  }
  return true;
}

static void serve(struct conn *c, uint32_t events) {
  bool was_blocked = c->unsent != NULL;
  /* Edges that came during a blocked write went unread: then read until EAGAIN. */
  if (was_blocked) events |= EPOLLRDHUP;
  if ((was_blocked && !flush(c)) || !echo(c, events)) drop(c);
}

static void accept_all(int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (fd < 0 && errno == EAGAIN) return;
    if (fd < 0) fail("accept4");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct conn *c = calloc(1, sizeof *c);
    if (!c) fail("calloc");
    c->fd = fd;
    struct epoll_event event = {EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, {.ptr = c}};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
  }
}

static void allow_many_files(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "usage: %s PORT BUFFER\n", argv[0]), 2;
  allow_many_files();
  buffer_size = atoi(argv[2]);
  buffer = malloc(buffer_size);
  poller = epoll_create1(EPOLL_CLOEXEC);
  int listener = listen_on(atoi(argv[1]));
  /* The listener is the one registration without a connection. */
  struct epoll_event event = {EPOLLIN | EPOLLET, {.ptr = NULL}};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) < 0) fail("epoll_ctl");
  for (;;) {
    struct epoll_event events[MAX_EVENTS];
    int n = epoll_wait(poller, events, MAX_EVENTS, -1);
    if (n < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < n; i++) {
      if (events[i].data.ptr) serve(events[i].data.ptr, events[i].events);
      else accept_all(listener);
    }
  }
}
