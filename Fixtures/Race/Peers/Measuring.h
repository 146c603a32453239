// A clock, the counters of the operating system, and threads that begin together.
#pragma once
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "Engine.h"

inline uint64_t now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return uint64_t(time.tv_sec) * 1000000000 + uint64_t(time.tv_nsec);
}

// The number behind a name that begins a line; 0 where there is no such file.
inline uint64_t number(const char* path, const std::string& name) {
  FILE* file = fopen(path, "r");
  char line[256];
  uint64_t number = 0;
  while (file && fgets(line, sizeof line, file)) {
    if (Bytes(line).substr(0, name.size()) == name) number = strtoull(line + name.size(), nullptr, 10);
  }
  if (file) fclose(file);
  return number;
}

struct Cost {
  uint64_t written = number("/proc/self/io", "write_bytes:");
  uint64_t passed = number("/proc/self/io", "wchar:");
  double processor = seconds();

 private:
  static double seconds() {
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  }
};

// Runs while something is measured.
struct Meter {
  Cost cost;
  uint64_t start = now();

  uint64_t wall() const { return now() - start; }
};

// Writes the lines that README.md describes.
class Report {
 public:
  Report(std::string engine, const Settings& settings, size_t value_size)
      : engine_(std::move(engine)), settings_(settings), value_size_(value_size) {}

  void add(const std::string& workload, uint64_t operations, int threads, const Meter& meter,
           uint64_t wall, std::string remarks = "", std::vector<uint64_t> times = {}) const {
    const Cost cost;
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    std::sort(times.begin(), times.end());
    auto share = [&](double part) {
      return times.empty() ? 0 : times[std::min(times.size() - 1, size_t(part * double(times.size())))];
    };
    if (!times.empty()) {
      if (!remarks.empty()) remarks += ",";
      remarks += "p999=" + std::to_string(share(0.999)) + ",max=" + std::to_string(times.back());
    }
    printf("R %s tuned %s %lu %zu %d %.0f %.1f %lu %lu %lu %lu %lu %ld %lu %.4f %.4f %s\n",
           engine_.c_str(), workload.c_str(), settings_.entries, value_size_, threads,
           double(operations) * 1e9 / double(wall), double(wall) * threads / double(operations),
           share(0.5), share(0.99), disk_bytes(settings_.directory), cost.written - meter.cost.written,
           cost.passed - meter.cost.passed, usage.ru_maxrss, number("/proc/self/status", "RssAnon:"),
           cost.processor - meter.cost.processor, double(wall) / 1e9,
           remarks.empty() ? "-" : remarks.c_str());
    fflush(stdout);
  }

 private:
  std::string engine_;
  Settings settings_;
  size_t value_size_;
};

// What one thread holds while it works; no two share a line of the cache.
struct alignas(128) Hand {
  std::unique_ptr<Session> session;
  Random random;
  Key key{};
  std::string found{};
  uint64_t sum = 0;
};

// Does so many operations, in threads that begin together. Every seventeenth operation of many is timed.
template <class Body>
void measure(Engine& engine, const Report& report, const std::string& workload, uint64_t operations,
             int threads, uint64_t seed, Body body) {
  const uint64_t step = operations < 20000 ? 1 : 17, share = operations / uint64_t(threads);
  std::vector<Hand> hands;
  std::vector<std::vector<uint64_t>> times;
  times.resize(size_t(threads));
  for (int index = 0; index < threads; index++) {
    hands.push_back(Hand{engine.session(), Random{seed + uint64_t(index) * 7777}});
    times[size_t(index)].reserve(operations / step + 1);
  }
  std::mutex lock;
  std::condition_variable changed;
  int waiting = 0;
  bool is_open = false;
  auto work = [&](size_t id) {
    Hand& hand = hands[id];
    const uint64_t end = int(id) == threads - 1 ? operations : share * (id + 1);
    for (uint64_t index = share * id; index < end;) {
      const uint64_t start = now();
      body(hand, index);
      times[id].push_back(now() - start);
      const uint64_t next = std::min(index + step, end);
      for (index++; index < next; index++) body(hand, index);
    }
  };
  std::vector<std::thread> others;
  for (size_t id = 1; id < size_t(threads); id++) {
    others.emplace_back([&, id] {
      {
        std::unique_lock<std::mutex> guard(lock);
        waiting++;
        changed.notify_all();
        changed.wait(guard, [&] { return is_open; });
      }
      work(id);
    });
  }
  {
    std::unique_lock<std::mutex> guard(lock);
    changed.wait(guard, [&] { return waiting == threads - 1; });
  }
  const Meter meter;
  {
    std::lock_guard<std::mutex> guard(lock);
    is_open = true;
    changed.notify_all();
  }
  work(0);
  for (auto& other : others) other.join();
  const uint64_t wall = meter.wall();
  for (size_t id = 1; id < times.size(); id++) {
    times[0].insert(times[0].end(), times[id].begin(), times[id].end());
  }
  report.add(workload, operations, threads, meter, wall, "", std::move(times[0]));
}
