// What the workloads ask of an engine. One file for each engine fills this in.
#pragma once
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "Data.h"

[[noreturn]] inline void fail(const std::string& what) {
  fflush(stdout);
  fprintf(stderr, "peers: %s\n", what.c_str());
  _exit(1);
}

struct Settings {
  std::string directory;
  uint64_t entries = 1000000;
  int threads = 1;
  // False: a write survives a killed process. True: it survives a power cut, too.
  bool is_synced = false;
};

using Batch = std::vector<std::pair<Bytes, Bytes>>;

// Looks at one byte of a key and at two of a value, so that both have really been fetched.
inline void touch(Bytes key, Bytes value, uint64_t& sum) {
  sum += static_cast<unsigned char>(key.back());
  sum += static_cast<unsigned char>(value.front()) + static_cast<unsigned char>(value.back());
}

inline void touch(Bytes value, uint64_t& sum) {
  sum += static_cast<unsigned char>(value.front()) + static_cast<unsigned char>(value.back());
}

// What one thread holds while it works with an engine.
class Session {
 public:
  virtual ~Session() = default;
  virtual void put(Bytes key, Bytes value) = 0;
  // Copies the value into a string whose room is used again.
  virtual bool get(Bytes key, std::string& value) = 0;
  // Looks at the value where it lies; only where `has_views` says so.
  virtual bool view(Bytes, uint64_t&) { return false; }
  virtual void write(const Batch& batch) = 0;
  // Looks at so many entries in order, from a key on (the empty key: all), and says how many there were.
  virtual uint64_t walk(Bytes from, uint64_t limit, uint64_t& sum) = 0;
};

class Engine {
 public:
  explicit Engine(Settings settings) : settings(std::move(settings)) {}
  virtual ~Engine() = default;
  virtual void open() = 0;
  virtual void close() = 0;
  virtual std::unique_ptr<Session> session() = 0;
  // Waits for whatever goes on in the background.
  virtual void settle() {}
  virtual void compact() = 0;
  virtual bool has_views() const { return false; }
  virtual bool is_ordered() const { return true; }

  Settings settings;
};

// Of each file the smaller of two: its size in whole blocks, and the room it takes.
inline uint64_t disk_bytes(const std::string& path) {
  uint64_t bytes = 0;
  DIR* directory = opendir(path.c_str());
  if (!directory) return 0;
  while (const dirent* entry = readdir(directory)) {
    const std::string name = entry->d_name, child = path + "/" + name;
    struct stat info;
    if (name == "." || name == ".." || lstat(child.c_str(), &info)) continue;
    if (S_ISDIR(info.st_mode)) {
      bytes += disk_bytes(child);
    } else {
      const uint64_t size = (uint64_t(info.st_size) + 4095) & ~uint64_t(4095);
      const uint64_t room = uint64_t(info.st_blocks) * 512;
      bytes += size < room ? size : room;
    }
  }
  closedir(directory);
  return bytes;
}

inline void remove_tree(const std::string& path) {
  DIR* directory = opendir(path.c_str());
  if (!directory) return;
  while (const dirent* entry = readdir(directory)) {
    const std::string name = entry->d_name, child = path + "/" + name;
    if (name == "." || name == "..") continue;
    if (unlink(child.c_str())) remove_tree(child);
  }
  closedir(directory);
  rmdir(path.c_str());
}
