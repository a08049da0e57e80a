/*
 * Latencies in logarithmic buckets: 64 to each power of two, so a percentile is off by at most
 * 1.6 %, and recording costs a shift and an increment.
 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

enum { SUB_BITS = 6, BUCKETS = 64 << SUB_BITS };

struct histogram {
  uint64_t total;
  uint64_t count[BUCKETS];
};

static inline void histogram_add(struct histogram *h, uint64_t ns) {
  unsigned shift = 0;
  if (ns >> (SUB_BITS + 1)) shift = 63 - SUB_BITS - __builtin_clzll(ns);
  h->count[(shift << SUB_BITS) + (ns >> shift)]++;
  h->total++;
}

/* The lower bound of the bucket which holds the given share (0..1) of all values. */
static inline uint64_t histogram_at(const struct histogram *h, double share) {
  uint64_t seen = 0, wanted = (uint64_t)(share * h->total);
  for (unsigned i = 0; i < BUCKETS; i++) {
    seen += h->count[i];
    if (seen <= wanted) continue;
    if (i < (1u << (SUB_BITS + 1))) return i;
    unsigned shift = (i >> SUB_BITS) - 1;
    return (uint64_t)(i - (shift << SUB_BITS)) << shift;
  }
  return 0;
}

#endif
