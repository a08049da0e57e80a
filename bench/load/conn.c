#define _GNU_SOURCE
#include "conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Messages start at different places of one pool, so that a reply to another message differs. */
enum { STARTS = 4093 };
static char *pool;
static char *reply;

void conn_setup(const struct target *t) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);

  pool = malloc(t->size + STARTS);
  reply = malloc(t->size);
  if (!pool || !reply) fail("out of memory");
  uint32_t x = 2463534242; /* xorshift: no period that a shifted message could match */
  for (size_t i = 0; i < t->size + STARTS; i++) {
    x ^= x << 13, x ^= x >> 17, x ^= x << 5;
    pool[i] = (char)(x >> 11);
  }
}

/*
 * A closed connection keeps its address pair busy for a minute, and there are 28,000 ports: a load
 * of one connection per exchange moves on through 127.0.0.0/8 to stay clear of them.
 */
static void bind_next_source(int fd) {
  static uint32_t serial;
  struct sockaddr_in source = {.sin_family = AF_INET};
  source.sin_addr.s_addr = htonl(0x7f010001 + serial++ % 250);
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &(int){1}, sizeof(int));
  if (bind(fd, (struct sockaddr *)&source, sizeof source) < 0) fail("bind: %s", strerror(errno));
}

/* Connects in blocking mode: on loopback the handshake is done when the call returns. */
static void connect_fd(int fd, int port) {
  struct sockaddr_in server = {.sin_family = AF_INET,
                               .sin_port = htons(port),
                               .sin_addr = {htonl(INADDR_LOOPBACK)}};
  if (connect(fd, (struct sockaddr *)&server, sizeof server) < 0) {
    fail("connect: %s", strerror(errno));
  }
  fcntl(fd, F_SETFL, O_NONBLOCK);
}

static int new_socket(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket: %s", strerror(errno));
  return fd;
}

int connect_to(int port) {
  int fd = new_socket();
  connect_fd(fd, port);
  return fd;
}

static void open_conn(const struct target *t, struct conn *c) {
  c->fd = new_socket();
  if (t->one_per_exchange) bind_next_source(c->fd);
  connect_fd(c->fd, t->port);
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  struct epoll_event event = {EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, {.ptr = c}};
  if (epoll_ctl(t->poller, EPOLL_CTL_ADD, c->fd, &event) < 0) fail("epoll_ctl");
}

static void send_rest(const struct target *t, struct conn *c) {
  while (c->sent < t->size) {
    ssize_t n = send(c->fd, c->message + c->sent, t->size - c->sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) fail("send: %s", strerror(errno));
    c->sent += n;
  }
}

void conn_begin(const struct target *t, struct conn *c) {
  static uint32_t serial;
  c->began = now_ns();
  if (c->state == CLOSED) open_conn(t, c);
  c->message = pool + serial++ % STARTS;
  c->sent = c->received = 0;
  c->state = EXCHANGING;
  send_rest(t, c);
}

/* Takes and compares what has arrived. Returns true when the whole message is back. */
static bool receive_rest(const struct target *t, struct conn *c) {
  while (c->received < t->size) {
    ssize_t n = recv(c->fd, reply, t->size - c->received, 0);
    if (n < 0 && errno == EAGAIN) return false;
    if (n < 0) fail("recv: %s", strerror(errno));
    if (n == 0) fail("the server closed a connection before its reply");
    if (memcmp(reply, c->message + c->received, n) != 0) fail("a reply differs from its request");
    c->received += n;
  }
  return true;
}

/* Waits for the server's own end of the connection, so that its cost is inside the exchange. */
static bool end_conn(struct conn *c) {
  ssize_t n = recv(c->fd, reply, 1, 0);
  if (n < 0 && errno == EAGAIN) return false;
  if (n != 0) fail("end of connection: %s", n < 0 ? strerror(errno) : "bytes after the reply");
  close(c->fd);
  c->state = CLOSED;
  return true;
}

bool conn_advance(const struct target *t, struct conn *c) {
  if (c->state == IDLE) {
    /* An idle connection is woken by the writable edge, or by something that must not happen. */
    if (recv(c->fd, reply, 1, MSG_PEEK) < 0 && errno == EAGAIN) return false;
    fail("an idle connection was closed or got bytes that nobody asked for");
  }
  if (c->state == EXCHANGING) {
    send_rest(t, c);
    if (!receive_rest(t, c)) return false;
    c->state = t->one_per_exchange ? ENDING : IDLE;
    if (c->state == IDLE) return true;
    shutdown(c->fd, SHUT_WR);
  }
  return end_conn(c);
}

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  exit(1);
}

uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * UINT64_C(1000000000) + t.tv_nsec;
}
