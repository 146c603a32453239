// LevelDB: 64 MiB write buffer, Bloom filter of 10 bits, 1 GiB of cache, no compression.
#pragma once
#if __has_include(<leveldb/db.h>)
#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/filter_policy.h>
#include <leveldb/write_batch.h>

#include "Engine.h"

class LevelDB : public Engine {
 public:
  using Engine::Engine;

  void open() override {
    filter_.reset(leveldb::NewBloomFilterPolicy(10));
    cache_.reset(leveldb::NewLRUCache(1 << 30));
    leveldb::Options options;
    options.create_if_missing = true;
    options.write_buffer_size = 64 << 20;
    options.max_file_size = 8 << 20;
    options.max_open_files = 5000;
    options.compression = leveldb::kNoCompression;
    options.filter_policy = filter_.get();
    options.block_cache = cache_.get();
    leveldb::DB* opened = nullptr;
    check(leveldb::DB::Open(options, settings.directory, &opened));
    db_.reset(opened);
  }

  void close() override { db_.reset(); }

  std::unique_ptr<Session> session() override {
    return std::make_unique<LevelDBSession>(db_.get(), settings.is_synced);
  }

  // There is no call that waits: it is at rest when its statistics have not changed for half a second.
  void settle() override {
    std::string before, now;
    for (int unchanged = 0, looks = 0; unchanged < 10 && looks < 2000; looks++) {
      db_->GetProperty("leveldb.stats", &now);
      unchanged = now == before ? unchanged + 1 : 0;
      before = now;
      usleep(50000);
    }
  }

  void compact() override { db_->CompactRange(nullptr, nullptr); }

 private:
  static void check(const leveldb::Status& status) {
    if (!status.ok()) fail("leveldb: " + status.ToString());
  }

  class LevelDBSession : public Session {
   public:
    LevelDBSession(leveldb::DB* db, bool is_synced) : db_(db) { writing_.sync = is_synced; }

    void put(Bytes key, Bytes value) override {
      check(db_->Put(writing_, slice(key), slice(value)));
    }

    bool get(Bytes key, std::string& value) override {
      const leveldb::Status status = db_->Get(leveldb::ReadOptions(), slice(key), &value);
      if (!status.IsNotFound()) check(status);
      return status.ok();
    }

    void write(const Batch& batch) override {
      leveldb::WriteBatch changes;
      for (const auto& [key, value] : batch) changes.Put(slice(key), slice(value));
      check(db_->Write(writing_, &changes));
    }

    uint64_t walk(Bytes from, uint64_t limit, uint64_t& sum) override {
      std::unique_ptr<leveldb::Iterator> entry(db_->NewIterator(leveldb::ReadOptions()));
      uint64_t count = 0;
      if (from.empty()) entry->SeekToFirst();
      else entry->Seek(slice(from));
      for (; entry->Valid() && count < limit; entry->Next(), count++) {
        touch(bytes(entry->key()), bytes(entry->value()), sum);
      }
      check(entry->status());
      return count;
    }

   private:
    static leveldb::Slice slice(Bytes bytes) { return leveldb::Slice(bytes.data(), bytes.size()); }
    static Bytes bytes(leveldb::Slice slice) { return Bytes(slice.data(), slice.size()); }

    leveldb::DB* db_;
    leveldb::WriteOptions writing_;
  };

  std::unique_ptr<const leveldb::FilterPolicy> filter_;
  std::unique_ptr<leveldb::Cache> cache_;
  std::unique_ptr<leveldb::DB> db_;
};
#define HAS_LEVELDB
#endif
