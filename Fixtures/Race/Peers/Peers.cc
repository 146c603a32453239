// The workloads of kvcli's bench on other engines: same keys, values, order, durability, same lines.
//
//   peers --engine NAME [--stage NAME] [--count N] [--operations N] [--value-size BYTES] [--threads N,…]
//         [--directory DIR] [--keep]
//   peers --list           the engines that were there when this was built
//   peers --vectors        keys, values and choices, to be compared with those of kvcli's tests
//
// A value that is read is copied into a string that is used again (readrandom), or looked at where it lies
// (readview). Whatever was written is read back and compared, apart from the measurement.
#include <map>
#include <sstream>

#include "LMDB.h"
#include "LevelDB.h"
#include "RocksDB.h"
#include "SQLite.h"
#include "Tkrzw.h"
#include "WiredTiger.h"
#include "Workloads.h"

namespace {

template <class Kind>
std::unique_ptr<Engine> make(const Settings& settings) {
  return std::make_unique<Kind>(settings);
}

const std::map<std::string, MakeEngine>& engines() {
  static const std::map<std::string, MakeEngine> engines = {
#ifdef HAS_LEVELDB
      {"leveldb", make<LevelDB>},
#endif
#ifdef HAS_ROCKSDB
      {"rocksdb", make<RocksDB>},
#endif
#ifdef HAS_LMDB
      {"lmdb", make<LMDB>},
#endif
#ifdef HAS_SQLITE
      {"sqlite", make<SQLite>},
#endif
#ifdef HAS_WIREDTIGER
      {"wiredtiger", make<WiredTiger>},
#endif
#ifdef HAS_TKRZW
      {"tkrzw", make<Tkrzw>},
#endif
  };
  return engines;
}

// A session that does next to nothing: what is left is the loop.
class NoSession : public Session {
 public:
  void put(Bytes key, Bytes value) override {
    sum_ += static_cast<unsigned char>(key.back()) + static_cast<unsigned char>(value.back());
  }
  bool get(Bytes key, std::string&) override {
    sum_ += static_cast<unsigned char>(key.back());
    return true;
  }
  void write(const Batch&) override {}
  uint64_t walk(Bytes, uint64_t, uint64_t&) override { return 0; }

 private:
  uint64_t sum_ = 0;
};

class NoEngine : public Engine {
 public:
  using Engine::Engine;
  void open() override {}
  void close() override {}
  std::unique_ptr<Session> session() override { return std::make_unique<NoSession>(); }
  void compact() override {}
};

void loop(const Request& request) {
  NoEngine engine(request.settings);
  const Report report("peers", request.settings, request.value_size);
  const Values values(request.value_size);
  measure(engine, report, "loop-get", request.operations, 1, 1000, [&](Hand& hand, uint64_t) {
    hand.session->get(hand.key.shuffled(hand.random.below(request.settings.entries)), hand.found);
  });
  measure(engine, report, "loop-put", request.operations, 1, 0, [&](Hand& hand, uint64_t index) {
    hand.session->put(hand.key.shuffled(index), values.of(index));
  });
}

void vectors() {
  const Values values(100);
  Key key;
  for (uint64_t index : {0, 1, 2, 3, 999999, 1000000}) {
    printf("key %lu %s", index, std::string(key.shuffled(index)).c_str());
    for (uint64_t version : {0, 1}) {
      printf(" ");
      for (unsigned char byte : values.of(index, version).substr(0, 8)) printf("%02x", byte);
    }
    printf("\n");
  }
  for (uint64_t entries : {1000, 1000000}) {
    uint64_t fingerprint = 0;
    for (uint64_t entry : popular(entries, 500000, 77)) fingerprint = mix(fingerprint ^ entry);
    printf("popular %lu %016lx\n", entries, fingerprint);
  }
}

std::vector<int> numbers(const std::string& text) {
  std::vector<int> numbers;
  std::stringstream words(text);
  for (std::string word; std::getline(words, word, ',');) numbers.push_back(atoi(word.c_str()));
  for (int number : numbers) {
    if (number < 1 || number > 64) fail("--threads expects numbers from 1 to 64, not " + text);
  }
  return numbers;
}

}  // namespace

int main(int count, char** words) {
  Request request;
  request.settings.directory = "peers.store";
  std::string stage = "random";
  for (int index = 1; index < count; index++) {
    const std::string name = words[index];
    if (name == "--list") {
      for (const auto& engine : engines()) printf("%s\n", engine.first.c_str());
      return 0;
    }
    if (name == "--vectors") {
      vectors();
      return 0;
    }
    if (name == "--keep") {
      request.keeps_store = true;
      continue;
    }
    if (++index == count) fail(name + " needs a value");
    const std::string value = words[index];
    if (name == "--engine") request.engine = value;
    else if (name == "--stage") stage = value;
    else if (name == "--count") request.settings.entries = strtoull(value.c_str(), nullptr, 10);
    else if (name == "--operations") request.operations = strtoull(value.c_str(), nullptr, 10);
    else if (name == "--value-size") request.value_size = strtoull(value.c_str(), nullptr, 10);
    else if (name == "--threads") request.threads = numbers(value);
    else if (name == "--directory") request.settings.directory = value;
    else fail("there is no option " + name);
  }
  if (!request.settings.entries || !request.operations || !request.value_size ||
      request.value_size > 1 << 20) {
    fail("--count and --operations expect a number above 0, --value-size one up to 1048576");
  }
  if (stage == "loop") {
    loop(request);
    return 0;
  }
  const auto engine = engines().find(request.engine);
  if (engine == engines().end()) fail("there is no engine " + request.engine + ": try --list");
  Workloads(request, engine->second).run(stage);
}
