// What Swift cannot name: CRC-32C, prefetch, pause, a comparison of sixteen numbers at once, and one call of Linux.
// Everything else is written in Swift.
//
// x86-64 has it in SSE 4.2, arm64 in its CRC extension. `strata_crc32c_is_available` says so;
// where it answers 0, Swift's own table-driven CRC-32C (StrataCore/Bytes/CRC32C.swift) is used.
#ifndef STRATA_CINTRINSICS_H
#define STRATA_CINTRINSICS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__linux__)
// Linux's own call: unlike `posix_fallocate`, it never writes to each block where room cannot be reserved.
int fallocate(int descriptor, int mode, long offset, long length);

static inline int strata_reserve(int descriptor, long offset, long length) {
  return fallocate(descriptor, 0, offset, length);
}
#endif

static inline uint64_t strata_word(const unsigned char *at) {
  uint64_t word;
  __builtin_memcpy(&word, at, 8);
  return word;
}

static inline uint32_t strata_half(const unsigned char *at) {
  uint32_t half;
  __builtin_memcpy(&half, at, 4);
  return half;
}

static inline uint16_t strata_quarter(const unsigned char *at) {
  uint16_t quarter;
  __builtin_memcpy(&quarter, at, 2);
  return quarter;
}

#if defined(__x86_64__)

#define STRATA_CRC32C __attribute__((target("sse4.2"))) static inline

static inline int strata_crc32c_is_available(void) { return __builtin_cpu_supports("sse4.2") != 0; }

// One step of a checksum: eight bytes, which wait for the step before.
STRATA_CRC32C uint64_t strata_crc32c_step(uint64_t crc, const unsigned char *at) {
  return __builtin_ia32_crc32di(crc, strata_word(at));
}

// The same with four bytes, two, and one.
STRATA_CRC32C uint64_t strata_crc32c_half_step(uint64_t crc, const unsigned char *at) {
  return __builtin_ia32_crc32si((uint32_t)crc, strata_half(at));
}

STRATA_CRC32C uint64_t strata_crc32c_quarter_step(uint64_t crc, const unsigned char *at) {
  return __builtin_ia32_crc32hi((uint32_t)crc, strata_quarter(at));
}

STRATA_CRC32C uint64_t strata_crc32c_byte_step(uint64_t crc, const unsigned char *at) {
  return __builtin_ia32_crc32qi((uint32_t)crc, *at);
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)

#define STRATA_CRC32C static inline

static inline int strata_crc32c_is_available(void) { return 1; }

STRATA_CRC32C uint64_t strata_crc32c_step(uint64_t crc, const unsigned char *at) {
  return __builtin_arm_crc32cd((uint32_t)crc, strata_word(at));
}

STRATA_CRC32C uint64_t strata_crc32c_half_step(uint64_t crc, const unsigned char *at) {
  return __builtin_arm_crc32cw((uint32_t)crc, strata_half(at));
}

STRATA_CRC32C uint64_t strata_crc32c_quarter_step(uint64_t crc, const unsigned char *at) {
  return __builtin_arm_crc32ch((uint32_t)crc, strata_quarter(at));
}

STRATA_CRC32C uint64_t strata_crc32c_byte_step(uint64_t crc, const unsigned char *at) {
  return __builtin_arm_crc32cb((uint32_t)crc, *at);
}

#endif

#if defined(STRATA_CRC32C)

// Eight bytes a step, then those that are left.
STRATA_CRC32C uint64_t strata_crc32c_rest(uint64_t crc, const unsigned char *at, size_t count) {
  for (; count >= 8; at += 8, count -= 8) crc = strata_crc32c_step(crc, at);
  if (count & 4) crc = strata_crc32c_half_step(crc, at), at += 4;
  if (count & 2) crc = strata_crc32c_quarter_step(crc, at), at += 2;
  return count & 1 ? strata_crc32c_byte_step(crc, at) : crc;
}

// Four words a step, written out: a loop over them takes twice as many instructions, and lets the processor look
// less far ahead.
STRATA_CRC32C uint32_t strata_crc32c_update(uint32_t crc, const void *bytes, size_t count) {
  const unsigned char *at = (const unsigned char *)bytes;
  uint64_t wide = crc;
  for (; count >= 32; at += 32, count -= 32) {
    wide = strata_crc32c_step(wide, at);
    wide = strata_crc32c_step(wide, at + 8);
    wide = strata_crc32c_step(wide, at + 16);
    wide = strata_crc32c_step(wide, at + 24);
  }
  return (uint32_t)strata_crc32c_rest(wide, at, count);
}

// The checksums of a header's bytes in the lower half, of a body's in the upper: the processor works on
// both at once.
STRATA_CRC32C uint64_t strata_crc32c_pair(
    const void *header, size_t header_count, const void *body, size_t body_count) {
  uint32_t first = strata_crc32c_update(~0u, header, header_count);
  uint32_t second = strata_crc32c_update(~0u, body, body_count);
  return (uint64_t)~second << 32 | (uint32_t)~first;
}

// 1 when the bytes in front of `at` are the checksum of what lies from there to `end`; `crc` has seen the
// first `seen` of them.
STRATA_CRC32C int strata_crc32c_matches(
    uint64_t crc, const unsigned char *at, size_t seen, const unsigned char *end) {
  if (at + seen != end) crc = strata_crc32c_rest(crc, at + seen, (size_t)(end - at) - seen);
  return ~(uint32_t)crc == strata_half(at - 4);
}

static inline size_t strata_less(size_t one, size_t other) { return one < other ? one : other; }

// 1 when four neighbours are all sound, each of which begins with the checksum of the rest of it. Given is
// where the first begins, and where each of them ends.
//
// Each step of a checksum waits for the one before; four side by side need not wait for each other.
STRATA_CRC32C int strata_crc32c_four_match(
    const void *start, const void *end1, const void *end2, const void *end3, const void *end4) {
  const unsigned char *at1 = (const unsigned char *)start + 4, *at2 = (const unsigned char *)end1 + 4;
  const unsigned char *at3 = (const unsigned char *)end2 + 4, *at4 = (const unsigned char *)end3 + 4;
  size_t size1 = (size_t)(at2 - at1) - 4, size2 = (size_t)(at3 - at2) - 4, size3 = (size_t)(at4 - at3) - 4;
  size_t size4 = (size_t)((const unsigned char *)end4 - at4);
  size_t shared = strata_less(strata_less(size1, size2), strata_less(size3, size4)), seen = 0;
  uint64_t crc1 = ~0u, crc2 = ~0u, crc3 = ~0u, crc4 = ~0u;
#define STRATA_FOUR(step, count)      \
  {                                   \
    crc1 = step(crc1, at1 + seen);    \
    crc2 = step(crc2, at2 + seen);    \
    crc3 = step(crc3, at3 + seen);    \
    crc4 = step(crc4, at4 + seen);    \
    seen += count;                    \
  }
#pragma clang loop unroll_count(2)
  while (seen + 8 <= shared) STRATA_FOUR(strata_crc32c_step, 8)
  if (shared & 4) STRATA_FOUR(strata_crc32c_half_step, 4)
  if (shared & 2) STRATA_FOUR(strata_crc32c_quarter_step, 2)
  if (shared & 1) STRATA_FOUR(strata_crc32c_byte_step, 1)
#undef STRATA_FOUR
  return strata_crc32c_matches(crc1, at1, seen, (const unsigned char *)end1)
      & strata_crc32c_matches(crc2, at2, seen, (const unsigned char *)end2)
      & strata_crc32c_matches(crc3, at3, seen, (const unsigned char *)end3)
      & strata_crc32c_matches(crc4, at4, seen, (const unsigned char *)end4);
}

#else

static inline int strata_crc32c_is_available(void) { return 0; }

static inline uint32_t strata_crc32c_update(uint32_t crc, const void *bytes, size_t count) {
  (void)bytes;
  (void)count;
  return crc;
}

static inline uint64_t strata_crc32c_pair(
    const void *header, size_t header_count, const void *body, size_t body_count) {
  (void)header;
  (void)header_count;
  (void)body;
  (void)body_count;
  return 0;
}

static inline int strata_crc32c_four_match(
    const void *start, const void *end1, const void *end2, const void *end3, const void *end4) {
  (void)start;
  (void)end1;
  (void)end2;
  (void)end3;
  (void)end4;
  return 0;
}

#endif

// Asks for the cache line of an address that will be looked at soon; never fails, whatever the address.
static inline void strata_prefetch(const void *address) { __builtin_prefetch(address); }

// Says that this is a loop that waits: the processor leaves its means to whoever can use them, for some cycles.
static inline void strata_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// Which of sixteen numbers have this highest byte, a bit each; in the upper half, which of them are zero.
static inline uint32_t strata_sixteen(const void *numbers, uint32_t highest_byte) {
  typedef uint32_t Numbers __attribute__((ext_vector_type(16)));
  typedef _Bool Answers __attribute__((ext_vector_type(16)));
  Numbers all;
  __builtin_memcpy(&all, numbers, sizeof all);
  Answers are_equal = __builtin_convertvector(all >> 24 == highest_byte, Answers);
  Answers are_zero = __builtin_convertvector(all == 0, Answers);
  uint16_t equal, zero;
  __builtin_memcpy(&equal, &are_equal, 2);
  __builtin_memcpy(&zero, &are_zero, 2);
  return (uint32_t)zero << 16 | equal;
}

// How many of the first `count`, at most sixteen, of these sixteen numbers are below `limit`: all are looked at
// together, and those behind `count`, which another thread may be writing, do not count.
#if defined(__x86_64__)
#define STRATA_SIXTEEN __attribute__((target("sse4.2,popcnt"), no_sanitize("thread"))) static inline
#elif defined(__aarch64__)
#define STRATA_SIXTEEN __attribute__((no_sanitize("thread"))) static inline
#endif

#if defined(STRATA_SIXTEEN)
STRATA_SIXTEEN int strata_below_at_once(const void *numbers, int count, uint64_t limit) {
  typedef uint64_t Numbers __attribute__((ext_vector_type(16)));
  typedef _Bool Answers __attribute__((ext_vector_type(16)));
  Numbers all;
  __builtin_memcpy(&all, numbers, sizeof all);
  Answers are_below = __builtin_convertvector(all < limit, Answers);
  uint16_t below;
  __builtin_memcpy(&below, &are_below, 2);
  return __builtin_popcount(below & ((1u << count) - 1));
}
#endif

// The same, one after the other, for a processor that has no instructions for it.
static inline int strata_below_one_by_one(const void *numbers, int count, uint64_t limit) {
  const unsigned char *at = (const unsigned char *)numbers;
  int below = 0;
  for (int index = 0; index < count; index += 1) below += strata_word(at + 8 * index) < limit;
  return below;
}

static inline int strata_count_below(const void *numbers, int count, uint64_t limit) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt"))
    return strata_below_at_once(numbers, count, limit);
#elif defined(STRATA_SIXTEEN)
  return strata_below_at_once(numbers, count, limit);
#endif
  return strata_below_one_by_one(numbers, count, limit);
}

#endif
