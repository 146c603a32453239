// The stages of kvcli's bench (Workload.swift), on any engine: each one begins with an empty directory.
#pragma once
#include <signal.h>
#include <sys/wait.h>

#include <cstdio>
#include <functional>

#include "Measuring.h"

struct Request {
  std::string engine;
  Settings settings;
  uint64_t operations = 1000000;
  size_t value_size = 100;
  std::vector<int> threads = {1};
  // Leaves the last store where it is.
  bool keeps_store = false;
};

using MakeEngine = std::function<std::unique_ptr<Engine>(const Settings&)>;

class Workloads {
 public:
  Workloads(Request request, MakeEngine make)
      : request_(std::move(request)),
        make_(std::move(make)),
        values_(request_.value_size),
        report_(request_.engine, request_.settings, request_.value_size) {}

  void run(const std::string& stage) {
    remove_tree(request_.settings.directory);
    if (stage == "random") random();
    else if (stage == "sequential") sequential();
    else if (stage == "batches") batches("fillbatch1000", std::max<uint64_t>(1, entries() / 1000), false);
    else if (stage == "overwriting") overwriting();
    else if (stage == "killed") killed();
    else if (stage == "synced") synced();
    else if (stage == "large") large();
    else fail("there is no stage " + stage);
    if (!request_.keeps_store) remove_tree(request_.settings.directory);
  }

 private:
  uint64_t entries() const { return request_.settings.entries; }

  std::unique_ptr<Engine> open(bool is_synced = false, int threads = 1) {
    Settings settings = request_.settings;
    settings.is_synced = is_synced;
    settings.threads = threads;
    auto engine = make_(settings);
    engine->open();
    return engine;
  }

  // Does one long thing and reports it.
  template <class Body>
  void once(const std::string& workload, Body body) {
    const Meter meter;
    body();
    report_.add(workload, 1, 1, meter, meter.wall());
  }

  // MARK: Filling and verifying

  void put(Engine& engine, const std::string& workload) {
    measure(engine, report_, workload, entries(), 1, 0, [&](Hand& hand, uint64_t index) {
      hand.session->put(hand.key.shuffled(index), values_.of(index));
    });
  }

  void fill(Engine& engine) {
    auto session = engine.session();
    Key key;
    for (uint64_t index = 0; index < entries(); index++) {
      session->put(key.shuffled(index), values_.of(index));
    }
  }

  // Entries that do not hold the value of the version that `version` names.
  template <class Version>
  uint64_t wrong(Engine& engine, uint64_t count, Version version, bool is_ascending = false) {
    auto session = engine.session();
    Key key;
    std::string found;
    uint64_t wrong = 0;
    for (uint64_t index = 0; index < count; index++) {
      const Bytes name = is_ascending ? key.ascending(index) : key.shuffled(index);
      if (!session->get(name, found) || found != values_.of(index, version(index))) wrong++;
    }
    return wrong;
  }

  template <class Version>
  void verify(Engine& engine, uint64_t count, Version version, bool is_ascending = false) {
    const uint64_t count_wrong = wrong(engine, count, version, is_ascending);
    if (count_wrong) {
      fail(request_.engine + ": " + std::to_string(count_wrong) + " entries are not what was written");
    }
  }

  void verify(Engine& engine, uint64_t count) {
    verify(engine, count, [](uint64_t) { return 0; });
  }

  static void expect(bool is_right) {
    if (!is_right) fail("a read did not give what was written");
  }

  // MARK: Random

  void random() {
    auto engine = open();
    put(*engine, "fillrandom");
    once("settle", [&] { engine->settle(); });
    once("close", [&] { engine->close(); });
    once("open-clean", [&] {
      engine->open();
      read_first(*engine);
    });
    engine->settle();
    verify(*engine, entries());
    reads(*engine, "", request_.threads);
    engine->compact();
    engine->settle();
    verify(*engine, entries());
    reads(*engine, "-compacted", {1});
    mixed(*engine);
    engine->close();
  }

  void read_first(Engine& engine) {
    Key key;
    std::string found;
    expect(engine.session()->get(key.shuffled(0), found));
  }

  void reads(Engine& engine, const std::string& suffix, const std::vector<int>& threads) {
    const uint64_t count = entries(), size = request_.value_size;
    for (int together : threads) {
      measure(engine, report_, "readrandom" + suffix, request_.operations * uint64_t(together), together,
              1000, [&](Hand& hand, uint64_t) {
                const Bytes key = hand.key.shuffled(hand.random.below(count));
                expect(hand.session->get(key, hand.found) && hand.found.size() == size);
              });
    }
    for (int together : threads) {
      if (!engine.has_views()) break;
      measure(engine, report_, "readview" + suffix, request_.operations * uint64_t(together), together,
              1000, [&](Hand& hand, uint64_t) {
                expect(hand.session->view(hand.key.shuffled(hand.random.below(count)), hand.sum));
              });
    }
    measure(engine, report_, "readmissing" + suffix, request_.operations, 1, 5,
            [&](Hand& hand, uint64_t) {
              const Bytes key = hand.key.shuffled(count + hand.random.below(count));
              expect(!hand.session->get(key, hand.found));
            });
    scan(engine, suffix);
    if (!engine.is_ordered()) return;
    measure(engine, report_, "range100" + suffix, std::max<uint64_t>(1, request_.operations / 50), 1, 6,
            [&](Hand& hand, uint64_t) {
              const Bytes key = hand.key.shuffled(hand.random.below(count));
              expect(hand.session->walk(key, 100, hand.sum) > 0);
            });
  }

  void scan(Engine& engine, const std::string& suffix) {
    const uint64_t passes =
        std::max<uint64_t>(3, (request_.operations + entries() - 1) / entries());
    auto session = engine.session();
    uint64_t sum = 0;
    const Meter meter;
    for (uint64_t pass = 0; pass < passes; pass++) {
      expect(session->walk(Bytes(), UINT64_MAX, sum) == entries());
    }
    report_.add((engine.is_ordered() ? "scan" : "scan-unordered") + suffix, passes * entries(), 1, meter,
                meter.wall());
  }

  void mixed(Engine& engine) {
    std::vector<char> versions(entries());
    for (int together : request_.threads) {
      const uint64_t operations =
          std::max<uint64_t>(1, request_.operations / 2) * uint64_t(together);
      const auto chosen = popular(entries(), operations, 77);
      Random coin{9};
      std::vector<char> is_put(operations);
      for (auto& choice : is_put) choice = coin.next() & 1;
      engine.settings.threads = together;
      measure(engine, report_, "mixed50-zipf", operations, together, 0, [&](Hand& hand, uint64_t index) {
        const Bytes key = hand.key.shuffled(chosen[index]);
        if (is_put[index]) hand.session->put(key, values_.of(chosen[index], 1));
        else expect(hand.session->get(key, hand.found));
      });
      engine.settle();
      for (uint64_t index = 0; index < operations; index++) versions[chosen[index]] |= is_put[index];
      verify(engine, entries(), [&](uint64_t index) { return uint64_t(versions[index]); });
    }
  }

  // MARK: Other ways of writing

  void sequential() {
    auto engine = open();
    measure(*engine, report_, "fillseq", entries(), 1, 0, [&](Hand& hand, uint64_t index) {
      hand.session->put(hand.key.ascending(index), values_.of(index));
    });
    verify(*engine, entries(), [](uint64_t) { return 0; }, true);
    engine->close();
  }

  void batches(const std::string& workload, uint64_t count, bool is_synced) {
    auto engine = open(is_synced);
    {
      auto session = engine->session();
      std::vector<Key> keys(1000);
      Batch batch(1000);
      const Meter meter;
      for (uint64_t first = 0; first < count * 1000; first += 1000) {
        for (uint64_t place = 0; place < 1000; place++) {
          batch[place] = {keys[place].shuffled(first + place), values_.of(first + place)};
        }
        session->write(batch);
      }
      report_.add(workload, count * 1000, 1, meter, meter.wall());
    }
    verify(*engine, count * 1000);
    engine->close();
  }

  // Every key overwritten five times on average, then everything compacted.
  void overwriting() {
    const Cost start;
    auto engine = open();
    fill(*engine);
    std::vector<char> versions(entries());
    Random random{11};
    uint64_t peak = 0;
    for (char version = 1; version <= 5; version++) {
      auto round = [&](Hand& hand, uint64_t) {
        const uint64_t index = random.below(entries());
        versions[index] = version;
        hand.session->put(hand.key.shuffled(index), values_.of(index, uint64_t(version)));
      };
      if (version == 1) {
        measure(*engine, report_, "overwrite", entries(), 1, 0, round);
      } else {
        Hand hand{engine->session(), Random{0}};
        for (uint64_t index = 0; index < entries(); index++) round(hand, index);
        peak = std::max(peak, disk_bytes(request_.settings.directory));
      }
    }
    engine->settle();
    const Cost end;
    const double live = double(entries()) * double(16 + request_.value_size);
    const uint64_t before = disk_bytes(request_.settings.directory);
    const Meter meter;
    engine->compact();
    const uint64_t wall = meter.wall();
    const uint64_t after = disk_bytes(request_.settings.directory);
    char remarks[256];
    snprintf(remarks, sizeof remarks,
             "before=%lu,after=%lu,writeamp=%.3f,writeamp_calls=%.3f,spaceamp_before=%.3f,"
             "spaceamp_peak=%.3f,spaceamp_after=%.3f",
             before, after, double(end.written - start.written) / 6 / live,
             double(end.passed - start.passed) / 6 / live, double(before) / live, double(peak) / live,
             double(after) / live);
    report_.add("compact", 1, 1, meter, wall, remarks);
    verify(*engine, entries(), [&](uint64_t index) { return uint64_t(versions[index]); });
    engine->close();
  }

  // Another process fills the store and is killed behind its last put; here it is opened again.
  void killed() {
    const pid_t child = fork();
    if (child == 0) {
      auto engine = open();
      fill(*engine);
      kill(getpid(), SIGKILL);
      pause();
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status)) fail("the process that filled the store was not killed");
    const uint64_t disk = disk_bytes(request_.settings.directory);
    const Meter meter;
    auto engine = open();
    read_first(*engine);
    const uint64_t wall = meter.wall();
    const uint64_t lost = wrong(*engine, entries(), [](uint64_t) { return 0; });
    report_.add("open-after-kill", 1, 1, meter, wall,
                "lost=" + std::to_string(lost) + ",disk=" + std::to_string(disk));
    if (lost) fail(request_.engine + ": " + std::to_string(lost) + " entries were lost");
    engine->close();
  }

  void synced() {
    for (int together : {1, 8}) {
      const uint64_t operations = std::min<uint64_t>(together == 1 ? 1000 : 2000, request_.operations);
      remove_tree(request_.settings.directory);
      auto engine = open(true, together);
      measure(*engine, report_, "fillsync", operations, together, 0, [&](Hand& hand, uint64_t index) {
        hand.session->put(hand.key.shuffled(index), values_.of(index));
      });
      verify(*engine, operations);
      engine->close();
    }
    remove_tree(request_.settings.directory);
    const uint64_t count = std::min<uint64_t>(100, request_.operations / 1000);
    batches("fillbatch1000-sync", std::max<uint64_t>(1, count), true);
  }

  // Values of 1 MiB; its own entries and sizes stand in its lines.
  void large() {
    Request request = request_;
    request.settings.entries = std::min<uint64_t>(500, entries());
    request.value_size = 1 << 20;
    Workloads(request, make_).large_values();
  }

  void large_values() {
    auto engine = open();
    put(*engine, "fill1M");
    engine->settle();
    verify(*engine, entries());
    const uint64_t count = entries();
    measure(*engine, report_, "read1M", std::min<uint64_t>(2000, request_.operations), 1, 3,
            [&](Hand& hand, uint64_t) {
              expect(hand.session->get(hand.key.shuffled(hand.random.below(count)), hand.found));
            });
    engine->close();
  }

  Request request_;
  MakeEngine make_;
  Values values_;
  Report report_;
};
