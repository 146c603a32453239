// RocksDB: 64 MiB write buffers, Bloom filter of 10 bits, hash index within blocks, 1 GiB of cache, no
// compression, two background jobs.
#pragma once
#if __has_include(<rocksdb/db.h>)
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include "Engine.h"

class RocksDB : public Engine {
 public:
  using Engine::Engine;

  void open() override {
    rocksdb::BlockBasedTableOptions table;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
    table.block_cache = rocksdb::NewLRUCache(1 << 30);
    table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
    table.data_block_hash_table_util_ratio = 0.75;
    table.format_version = 5;
    rocksdb::Options options;
    options.create_if_missing = true;
    options.write_buffer_size = 64 << 20;
    options.max_write_buffer_number = 3;
    options.max_background_jobs = 2;
    options.max_open_files = -1;
    options.compression = rocksdb::kNoCompression;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    rocksdb::DB* opened = nullptr;
    check(rocksdb::DB::Open(options, settings.directory, &opened));
    db_.reset(opened);
  }

  void close() override {
    check(db_->Close());
    db_.reset();
  }

  std::unique_ptr<Session> session() override {
    return std::make_unique<RocksDBSession>(db_.get(), settings.is_synced);
  }

  void settle() override {
    const char* const pending[] = {
        "rocksdb.num-running-compactions", "rocksdb.num-running-flushes",
        "rocksdb.compaction-pending", "rocksdb.mem-table-flush-pending"};
    for (int idle = 0, looks = 0; idle < 5 && looks < 5000; looks++) {
      uint64_t work = 0;
      for (const char* name : pending) {
        uint64_t count = 0;
        db_->GetIntProperty(name, &count);
        work += count;
      }
      idle = work == 0 ? idle + 1 : 0;
      usleep(20000);
    }
  }

  void compact() override {
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    check(db_->CompactRange(options, nullptr, nullptr));
  }

  bool has_views() const override { return true; }

 private:
  static void check(const rocksdb::Status& status) {
    if (!status.ok()) fail("rocksdb: " + status.ToString());
  }

  class RocksDBSession : public Session {
   public:
    RocksDBSession(rocksdb::DB* db, bool is_synced) : db_(db) { writing_.sync = is_synced; }

    void put(Bytes key, Bytes value) override {
      check(db_->Put(writing_, slice(key), slice(value)));
    }

    bool get(Bytes key, std::string& value) override {
      if (!find(key)) return false;
      value.assign(found_.data(), found_.size());
      found_.Reset();
      return true;
    }

    bool view(Bytes key, uint64_t& sum) override {
      if (!find(key)) return false;
      touch(bytes(found_), sum);
      found_.Reset();
      return true;
    }

    void write(const Batch& batch) override {
      rocksdb::WriteBatch changes;
      for (const auto& [key, value] : batch) check(changes.Put(slice(key), slice(value)));
      check(db_->Write(writing_, &changes));
    }

    uint64_t walk(Bytes from, uint64_t limit, uint64_t& sum) override {
      std::unique_ptr<rocksdb::Iterator> entry(db_->NewIterator(reading_));
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
    bool find(Bytes key) {
      const auto status = db_->Get(reading_, db_->DefaultColumnFamily(), slice(key), &found_);
      if (!status.IsNotFound()) check(status);
      return status.ok();
    }

    static rocksdb::Slice slice(Bytes bytes) { return rocksdb::Slice(bytes.data(), bytes.size()); }
    static Bytes bytes(const rocksdb::Slice& slice) { return Bytes(slice.data(), slice.size()); }

    rocksdb::DB* db_;
    rocksdb::ReadOptions reading_;
    rocksdb::WriteOptions writing_;
    rocksdb::PinnableSlice found_;
  };

  std::unique_ptr<rocksdb::DB> db_;
};
#define HAS_ROCKSDB
#endif
