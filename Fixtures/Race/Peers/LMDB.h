// LMDB: a map of 16 GiB, no read-ahead; unsynced commits hand their pages to the system (MDB_NOSYNC).
#pragma once
#if __has_include(<lmdb.h>)
#include <lmdb.h>

#include "Engine.h"

class LMDB : public Engine {
 public:
  using Engine::Engine;

  void open() override {
    mkdir(settings.directory.c_str(), 0755);
    check(mdb_env_create(&environment_));
    check(mdb_env_set_mapsize(environment_, size_t(16) << 30));
    check(mdb_env_set_maxreaders(environment_, 128));
    const unsigned flags = MDB_NORDAHEAD | (settings.is_synced ? 0 : MDB_NOSYNC);
    check(mdb_env_open(environment_, settings.directory.c_str(), flags, 0644));
    MDB_txn* transaction;
    check(mdb_txn_begin(environment_, nullptr, 0, &transaction));
    check(mdb_dbi_open(transaction, nullptr, 0, &table_));
    check(mdb_txn_commit(transaction));
  }

  void close() override {
    check(mdb_env_sync(environment_, 1));
    mdb_env_close(environment_);
  }

  std::unique_ptr<Session> session() override {
    return std::make_unique<LMDBSession>(environment_, table_);
  }

  // It compacts by copying; the copy takes the original's place.
  void compact() override {
    const std::string copy = settings.directory + "/copy";
    mkdir(copy.c_str(), 0755);
    check(mdb_env_copy2(environment_, copy.c_str(), MDB_CP_COMPACT));
    mdb_env_close(environment_);
    if (rename((copy + "/data.mdb").c_str(), (settings.directory + "/data.mdb").c_str())) {
      fail("lmdb: the compacted file could not be renamed");
    }
    remove_tree(copy);
    open();
  }

  bool has_views() const override { return true; }

 private:
  static void check(int status) {
    if (status) fail(std::string("lmdb: ") + mdb_strerror(status));
  }

  class LMDBSession : public Session {
   public:
    LMDBSession(MDB_env* environment, MDB_dbi table) : environment_(environment), table_(table) {}

    ~LMDBSession() override {
      if (cursor_) mdb_cursor_close(cursor_);
      if (reading_) mdb_txn_abort(reading_);
    }

    void put(Bytes key, Bytes value) override {
      MDB_txn* transaction;
      check(mdb_txn_begin(environment_, nullptr, 0, &transaction));
      put(transaction, key, value);
      check(mdb_txn_commit(transaction));
    }

    void write(const Batch& batch) override {
      MDB_txn* transaction;
      check(mdb_txn_begin(environment_, nullptr, 0, &transaction));
      for (const auto& [key, value] : batch) put(transaction, key, value);
      check(mdb_txn_commit(transaction));
    }

    bool get(Bytes key, std::string& value) override {
      return read(key, [&](Bytes found) { value.assign(found); });
    }

    bool view(Bytes key, uint64_t& sum) override {
      return read(key, [&](Bytes found) { touch(found, sum); });
    }

    uint64_t walk(Bytes from, uint64_t limit, uint64_t& sum) override {
      begin();
      if (cursor_) check(mdb_cursor_renew(reading_, cursor_));
      else check(mdb_cursor_open(reading_, table_, &cursor_));
      MDB_val key = val(from), value;
      int status = mdb_cursor_get(cursor_, &key, &value, from.empty() ? MDB_FIRST : MDB_SET_RANGE);
      uint64_t count = 0;
      while (status == 0 && count < limit) {
        touch(bytes(key), bytes(value), sum);
        if (++count < limit) status = mdb_cursor_get(cursor_, &key, &value, MDB_NEXT);
      }
      if (status && status != MDB_NOTFOUND) check(status);
      mdb_txn_reset(reading_);
      return count;
    }

   private:
    void put(MDB_txn* transaction, Bytes key, Bytes value) {
      MDB_val name = val(key), held = val(value);
      check(mdb_put(transaction, table_, &name, &held, 0));
    }

    // Each read sees the newest state: its transaction is taken up again for it.
    void begin() {
      if (reading_) check(mdb_txn_renew(reading_));
      else check(mdb_txn_begin(environment_, nullptr, MDB_RDONLY, &reading_));
    }

    template <class Body>
    bool read(Bytes key, Body body) {
      begin();
      MDB_val name = val(key), value;
      const int status = mdb_get(reading_, table_, &name, &value);
      if (status == 0) body(bytes(value));
      else if (status != MDB_NOTFOUND) check(status);
      mdb_txn_reset(reading_);
      return status == 0;
    }

    static MDB_val val(Bytes bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
    static Bytes bytes(const MDB_val& value) {
      return Bytes(static_cast<const char*>(value.mv_data), value.mv_size);
    }

    MDB_env* environment_;
    MDB_dbi table_;
    MDB_txn* reading_ = nullptr;
    MDB_cursor* cursor_ = nullptr;
  };

  MDB_env* environment_ = nullptr;
  MDB_dbi table_ = 0;
};
#define HAS_LMDB
#endif
