// tkrzw's HashDBM: a mapped file with twice as many buckets as entries. It has no order, and after a crash
// it is repaired as far as possible: the only one here that promises nothing then.
#pragma once
#if __has_include(<tkrzw_dbm_hash.h>)
#include <tkrzw_dbm_hash.h>
#include <tkrzw_file_mmap.h>

#include "Engine.h"

class Tkrzw : public Engine {
 public:
  using Engine::Engine;

  void open() override {
    mkdir(settings.directory.c_str(), 0755);
    db_ = std::make_unique<tkrzw::HashDBM>(std::make_unique<tkrzw::MemoryMapParallelFile>());
    tkrzw::HashDBM::TuningParameters tuning;
    tuning.num_buckets = int64_t(settings.entries * 2);
    tuning.offset_width = 5;
    tuning.align_pow = 3;
    check(db_->OpenAdvanced(
        settings.directory + "/store.tkh", true, tkrzw::File::OPEN_DEFAULT, tuning));
  }

  void close() override {
    check(db_->Close());
    db_.reset();
  }

  std::unique_ptr<Session> session() override {
    return std::make_unique<TkrzwSession>(db_.get(), settings.is_synced);
  }

  void compact() override {
    check(db_->Rebuild());
    check(db_->Synchronize(false));
  }

  bool has_views() const override { return true; }
  bool is_ordered() const override { return false; }

 private:
  static void check(const tkrzw::Status& status) {
    if (!status.IsOK()) fail("tkrzw: " + tkrzw::ToString(status));
  }

  class Toucher : public tkrzw::DBM::RecordProcessor {
   public:
    explicit Toucher(uint64_t& sum) : sum_(sum) {}

    std::string_view ProcessFull(std::string_view key, std::string_view value) override {
      touch(key, value, sum_);
      has_found = true;
      return NOOP;
    }

    bool has_found = false;

   private:
    uint64_t& sum_;
  };

  class TkrzwSession : public Session {
   public:
    TkrzwSession(tkrzw::HashDBM* db, bool is_synced) : db_(db), is_synced_(is_synced) {}

    void put(Bytes key, Bytes value) override {
      check(db_->Set(key, value));
      if (is_synced_) check(db_->Synchronize(true));
    }

    bool get(Bytes key, std::string& value) override {
      const tkrzw::Status status = db_->Get(key, &value);
      if (status != tkrzw::Status::NOT_FOUND_ERROR) check(status);
      return status.IsOK();
    }

    bool view(Bytes key, uint64_t& sum) override {
      Toucher toucher(sum);
      check(db_->Process(key, &toucher, false));
      return toucher.has_found;
    }

    void write(const Batch& batch) override {
      for (const auto& [key, value] : batch) check(db_->Set(key, value));
      if (is_synced_) check(db_->Synchronize(true));
    }

    uint64_t walk(Bytes, uint64_t limit, uint64_t& sum) override {
      auto entry = db_->MakeIterator();
      check(entry->First());
      Toucher toucher(sum);
      uint64_t count = 0;
      while (count < limit && entry->Process(&toucher, false).IsOK()) {
        count++;
        if (!entry->Next().IsOK()) break;
      }
      return count;
    }

   private:
    tkrzw::HashDBM* db_;
    bool is_synced_;
  };

  std::unique_ptr<tkrzw::HashDBM> db_;
};
#define HAS_TKRZW
#endif
