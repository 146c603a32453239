// What Swift cannot name: CRC-32C, prefetch, pause, and one call of Linux. Everything else is written in Swift.
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

#if defined(__x86_64__)

static inline int strata_crc32c_is_available(void) { return __builtin_cpu_supports("sse4.2") != 0; }

// Four words a step, written out: a loop over them takes twice as many instructions, and lets the processor look
// less far ahead.
__attribute__((target("sse4.2"))) static inline uint32_t strata_crc32c_update(
    uint32_t crc, const void *bytes, size_t count) {
  const unsigned char *at = (const unsigned char *)bytes;
  uint64_t wide = crc;
  for (; count >= 32; at += 32, count -= 32) {
    wide = __builtin_ia32_crc32di(wide, strata_word(at));
    wide = __builtin_ia32_crc32di(wide, strata_word(at + 8));
    wide = __builtin_ia32_crc32di(wide, strata_word(at + 16));
    wide = __builtin_ia32_crc32di(wide, strata_word(at + 24));
  }
  for (; count >= 8; at += 8, count -= 8) wide = __builtin_ia32_crc32di(wide, strata_word(at));
  uint32_t narrow = (uint32_t)wide, half;
  uint16_t quarter;
  if (count & 4) {
    __builtin_memcpy(&half, at, 4);
    narrow = __builtin_ia32_crc32si(narrow, half);
    at += 4;
  }
  if (count & 2) {
    __builtin_memcpy(&quarter, at, 2);
    narrow = __builtin_ia32_crc32hi(narrow, quarter);
    at += 2;
  }
  return count & 1 ? __builtin_ia32_crc32qi(narrow, *at) : narrow;
}

// The checksums of a header's bytes in the lower half, of a body's in the upper: the processor works on
// both at once.
__attribute__((target("sse4.2"))) static inline uint64_t strata_crc32c_pair(
    const void *header, size_t header_count, const void *body, size_t body_count) {
  uint32_t first = strata_crc32c_update(~0u, header, header_count);
  uint32_t second = strata_crc32c_update(~0u, body, body_count);
  return (uint64_t)~second << 32 | (uint32_t)~first;
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)

static inline int strata_crc32c_is_available(void) { return 1; }

static inline uint32_t strata_crc32c_update(uint32_t crc, const void *bytes, size_t count) {
  const unsigned char *at = (const unsigned char *)bytes;
  for (; count >= 8; at += 8, count -= 8) crc = __builtin_arm_crc32cd(crc, strata_word(at));
  for (; count > 0; at += 1, count -= 1) crc = __builtin_arm_crc32cb(crc, *at);
  return crc;
}

static inline uint64_t strata_crc32c_pair(
    const void *header, size_t header_count, const void *body, size_t body_count) {
  uint32_t first = strata_crc32c_update(~0u, header, header_count);
  uint32_t second = strata_crc32c_update(~0u, body, body_count);
  return (uint64_t)~second << 32 | (uint32_t)~first;
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

#endif
