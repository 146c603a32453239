// The keys, values and random choices that kvcli's bench uses too: see BenchData.swift and Zipf.swift.
//
//   key i            16 hexadecimal digits of mix(i)
//   ascending key i  16 hexadecimal digits of i
//   value i of v     bytes of the pool from mix(i ^ v << 40 ^ 0x5bd1e995) & 0xFFFFF on
//   pool             2 MiB + 64 KiB of splitmix64 with seed 42
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

using Bytes = std::string_view;

constexpr uint64_t golden = 0x9E3779B97F4A7C15;

inline uint64_t mix(uint64_t number) {
  uint64_t bits = number + golden;
  bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9;
  bits = (bits ^ bits >> 27) * 0x94D049BB133111EB;
  return bits ^ bits >> 31;
}

// splitmix64: a counter and a mixing function.
struct Random {
  uint64_t state;

  uint64_t next() {
    uint64_t bits = mix(state);
    state += golden;
    return bits;
  }

  uint64_t below(uint64_t bound) {
    return static_cast<uint64_t>(static_cast<unsigned __int128>(next()) * bound >> 64);
  }
};

// The room for one key, written over for each operation.
class Key {
 public:
  Bytes shuffled(uint64_t index) { return ascending(mix(index)); }

  // Two stores of eight bytes: an engine that loads eight at once then need not wait for them.
  Bytes ascending(uint64_t number) {
    const uint64_t halves[2] = {digits(number >> 32), digits(number & 0xFFFFFFFF)};
    memcpy(bytes_, halves, sizeof halves);
    return Bytes(bytes_, sizeof bytes_);
  }

 private:
  static uint64_t digits(uint64_t halves) {
    halves = (halves << 16 | halves) & 0x0000FFFF0000FFFF;
    halves = (halves << 8 | halves) & 0x00FF00FF00FF00FF;
    halves = (halves << 4 | halves) & 0x0F0F0F0F0F0F0F0F;
    const uint64_t is_letter = (halves + 0x0606060606060606) >> 4 & 0x0101010101010101;
    return __builtin_bswap64(halves + 0x3030303030303030 + is_letter * 39);
  }

  char bytes_[16];
};

class Values {
 public:
  explicit Values(size_t size) : size_(size), pool_((2 << 20) + (64 << 10)) {
    Random random{42};
    for (size_t place = 0; place < pool_.size(); place += 8) {
      const uint64_t bits = random.next();
      memcpy(&pool_[place], &bits, 8);
    }
  }

  size_t size() const { return size_; }

  Bytes of(uint64_t index, uint64_t version = 0) const {
    return Bytes(&pool_[mix(index ^ version << 40 ^ 0x5bd1e995) & 0xFFFFF], size_);
  }

 private:
  size_t size_;
  std::vector<char> pool_;
};

// Entries of which a few are chosen very often (Gray et al., 1994), scattered over all entries.
inline std::vector<uint32_t> popular(uint64_t entries, uint64_t count, uint64_t seed) {
  const double skew = 0.99;
  double whole = 0;
  for (uint64_t rank = 1; rank <= entries; rank++) whole += 1 / pow(double(rank), skew);
  const double first_two = 1 + 1 / pow(2.0, skew);
  const double slope = (1 - pow(2.0 / entries, 1 - skew)) / (1 - first_two / whole);
  Random random{seed};
  std::vector<uint32_t> chosen(count);
  for (auto& entry : chosen) {
    const double uniform = (random.next() >> 11) * 0x1p-53;
    uint64_t rank;
    if (uniform * whole < 1) {
      rank = 0;
    } else if (uniform * whole < 1 + pow(0.5, skew)) {
      rank = 1;
    } else {
      rank = uint64_t(entries * pow(slope * uniform - slope + 1, 1 / (1 - skew)));
    }
    entry = mix(rank < entries ? rank : entries - 1) % entries;
  }
  return chosen;
}
