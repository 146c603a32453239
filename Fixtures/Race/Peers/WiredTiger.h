// WiredTiger: B-tree with leaves of 8 KiB, 1 GiB of cache, its log on. Unsynced, each commit hands its log
// record to the system (transaction_sync with the method none).
#pragma once
#if __has_include(<wiredtiger.h>)
#include <wiredtiger.h>

#include "Engine.h"

class WiredTiger : public Engine {
 public:
  using Engine::Engine;

  void open() override {
    mkdir(settings.directory.c_str(), 0755);
    const std::string configuration =
        std::string("create,cache_size=1GB,log=(enabled=true,file_max=100MB,prealloc=false),"
                    "transaction_sync=(enabled=true,method=") +
        (settings.is_synced ? "fsync" : "none") + ")";
    check(wiredtiger_open(settings.directory.c_str(), nullptr, configuration.c_str(), &db_));
    during([](WT_SESSION* session) {
      check(session->create(
          session, "table:kv",
          "key_format=u,value_format=u,leaf_page_max=8KB,memory_page_max=10MB"));
    });
  }

  void close() override { check(db_->close(db_, nullptr)); }

  std::unique_ptr<Session> session() override { return std::make_unique<WiredTigerSession>(db_); }

  void settle() override {
    during([](WT_SESSION* session) { check(session->checkpoint(session, nullptr)); });
  }

  void compact() override {
    settle();
    during([](WT_SESSION* session) {
      check(session->compact(session, "table:kv", "timeout=600"));
    });
    settle();
  }

  bool has_views() const override { return true; }

 private:
  static void check(int status) {
    if (status) fail(std::string("wiredtiger: ") + wiredtiger_strerror(status));
  }

  template <class Body>
  void during(Body body) {
    WT_SESSION* session;
    check(db_->open_session(db_, nullptr, nullptr, &session));
    body(session);
    check(session->close(session, nullptr));
  }

  class WiredTigerSession : public Session {
   public:
    explicit WiredTigerSession(WT_CONNECTION* db) {
      check(db->open_session(db, nullptr, nullptr, &session_));
      check(session_->open_cursor(session_, "table:kv", nullptr, "overwrite=true", &cursor_));
    }

    ~WiredTigerSession() override { session_->close(session_, nullptr); }

    void put(Bytes key, Bytes value) override {
      const WT_ITEM name = item(key), held = item(value);
      int status;
      do {  // a conflict with another thread is no failure: it is tried again
        cursor_->set_key(cursor_, &name);
        cursor_->set_value(cursor_, &held);
        status = cursor_->insert(cursor_);
      } while (status == WT_ROLLBACK);
      check(status);
    }

    bool get(Bytes key, std::string& value) override {
      return read(key, [&](Bytes found) { value.assign(found); });
    }

    bool view(Bytes key, uint64_t& sum) override {
      return read(key, [&](Bytes found) { touch(found, sum); });
    }

    void write(const Batch& batch) override {
      check(session_->begin_transaction(session_, nullptr));
      for (const auto& [key, value] : batch) put(key, value);
      check(session_->commit_transaction(session_, nullptr));
    }

    uint64_t walk(Bytes from, uint64_t limit, uint64_t& sum) override {
      int status;
      if (from.empty()) {
        check(cursor_->reset(cursor_));
        status = cursor_->next(cursor_);
      } else {
        const WT_ITEM name = item(from);
        cursor_->set_key(cursor_, &name);
        int side = 0;
        status = cursor_->search_near(cursor_, &side);
        if (status == 0 && side < 0) status = cursor_->next(cursor_);
      }
      uint64_t count = 0;
      while (status == 0 && count < limit) {
        WT_ITEM key, value;
        check(cursor_->get_key(cursor_, &key));
        check(cursor_->get_value(cursor_, &value));
        touch(bytes(key), bytes(value), sum);
        if (++count < limit) status = cursor_->next(cursor_);
      }
      if (status && status != WT_NOTFOUND) check(status);
      check(cursor_->reset(cursor_));
      return count;
    }

   private:
    template <class Body>
    bool read(Bytes key, Body body) {
      const WT_ITEM name = item(key);
      cursor_->set_key(cursor_, &name);
      const int status = cursor_->search(cursor_);
      if (status == 0) {
        WT_ITEM value;
        check(cursor_->get_value(cursor_, &value));
        body(bytes(value));
      } else if (status != WT_NOTFOUND) {
        check(status);
      }
      check(cursor_->reset(cursor_));
      return status == 0;
    }

    static WT_ITEM item(Bytes bytes) {
      WT_ITEM item{};
      item.data = bytes.data();
      item.size = bytes.size();
      return item;
    }
    static Bytes bytes(const WT_ITEM& item) {
      return Bytes(static_cast<const char*>(item.data), item.size);
    }

    WT_SESSION* session_ = nullptr;
    WT_CURSOR* cursor_ = nullptr;
  };

  WT_CONNECTION* db_ = nullptr;
};
#define HAS_WIREDTIGER
#endif
