/* One-way traffic: what the server's reading costs. */
#ifndef BULK_H
#define BULK_H

#include <stddef.h>
#include <stdint.h>

/*
 * Opens the connections, writes `size` bytes at a time on each until the deadline, then waits for
 * the server's count of what it read and compares. Returns the bytes sent.
 */
uint64_t bulk_run(int port, int connections, size_t size, uint64_t deadline);

#endif
