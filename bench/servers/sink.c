/*
 * The yardstick for one-way traffic: reads all that its peers send and, at the end of each
 * connection, answers how many bytes that were, in decimal.
 *
 * usage: sink-c PORT BUFFER    prints "listening PORT"
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listen.h"

enum { MAX_EVENTS = 64, MOST_READS = 16 };

struct conn {
  int fd;
  unsigned long total;
};

static int poller;
static char *buffer;
static size_t buffer_size;

static void finish(struct conn *c) {
  char answer[32];
  int length = snprintf(answer, sizeof answer, "%lu", c->total);
  send(c->fd, answer, length, MSG_NOSIGNAL);
  close(c->fd);
  free(c);
}

/* Reads what is there, but not for ever: a fast sender must not keep the others waiting. */
static void drain(struct conn *c) {
  for (int i = 0; i < MOST_READS; i++) {
    ssize_t n = recv(c->fd, buffer, buffer_size, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
      finish(c);
      return;
    }
    c->total += n;
    if ((size_t)n < buffer_size) return;
  }
}

static void accept_all(int listener) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    struct conn *c = calloc(1, sizeof *c);
    if (!c) fail("calloc");
    c->fd = fd;
    struct epoll_event event = {EPOLLIN, {.ptr = c}};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
  }
  if (errno != EAGAIN) fail("accept4");
}

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "usage: %s PORT BUFFER\n", argv[0]), 2;
  buffer_size = atoi(argv[2]);
  buffer = malloc(buffer_size);
  poller = epoll_create1(EPOLL_CLOEXEC);
  int listener = listen_on(atoi(argv[1]));
  /* The listener is the one registration without a connection. */
  struct epoll_event event = {EPOLLIN, {.ptr = NULL}};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) < 0) fail("epoll_ctl");
  for (;;) {
    struct epoll_event events[MAX_EVENTS];
    int n = epoll_wait(poller, events, MAX_EVENTS, -1);
    if (n < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < n; i++) {
      if (events[i].data.ptr) drain(events[i].data.ptr);
      else accept_all(listener);
    }
  }
}
