// SQLite: write-ahead log, 4 GiB mapped, 512 MiB of cache, a table without row numbers, prepared statements,
// a connection for each thread. Unsynced, a commit hands its frames to the system (synchronous=OFF).
#pragma once
#if __has_include(<sqlite3.h>)
#include <sqlite3.h>

#include "Engine.h"

class SQLite : public Engine {
 public:
  using Engine::Engine;

  void open() override {
    mkdir(settings.directory.c_str(), 0755);
    main_ = std::make_unique<SQLiteSession>(settings);
  }

  void close() override { main_.reset(); }

  std::unique_ptr<Session> session() override {
    return std::make_unique<SQLiteSession>(settings);
  }

  void compact() override {
    main_->execute("VACUUM");
    main_->execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  bool has_views() const override { return true; }

 private:
  class SQLiteSession : public Session {
   public:
    explicit SQLiteSession(const Settings& settings) {
      const std::string path = settings.directory + "/store.sqlite";
      const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
      check(sqlite3_open_v2(path.c_str(), &db_, flags, nullptr));
      sqlite3_busy_timeout(db_, 60000);
      execute("PRAGMA journal_mode=WAL");
      execute("PRAGMA mmap_size=4294967296");
      execute("PRAGMA cache_size=-524288");
      execute("PRAGMA temp_store=MEMORY");
      if (settings.threads == 1) execute("PRAGMA wal_autocheckpoint=4000");
      execute(settings.is_synced ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
      execute("CREATE TABLE IF NOT EXISTS kv(k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID");
      put_ = prepare("INSERT OR REPLACE INTO kv(k, v) VALUES(?1, ?2)");
      get_ = prepare("SELECT v FROM kv WHERE k = ?1");
      all_ = prepare("SELECT k, v FROM kv ORDER BY k");
      range_ = prepare("SELECT k, v FROM kv WHERE k >= ?1 ORDER BY k LIMIT ?2");
      begin_ = prepare("BEGIN IMMEDIATE");
      commit_ = prepare("COMMIT");
    }

    ~SQLiteSession() override {
      for (sqlite3_stmt* statement : {put_, get_, all_, range_, begin_, commit_}) {
        sqlite3_finalize(statement);
      }
      sqlite3_close(db_);
    }

    // Another connection may be about to do the same, so a busy database is asked again.
    void execute(const char* text) {
      int status = SQLITE_BUSY;
      for (int tries = 0; tries < 1000 && status == SQLITE_BUSY; tries++) {
        if (tries) usleep(1000);
        status = sqlite3_exec(db_, text, nullptr, nullptr, nullptr);
      }
      check(status);
    }

    void put(Bytes key, Bytes value) override {
      bind(put_, 1, key);
      bind(put_, 2, value);
      finish(put_);
    }

    bool get(Bytes key, std::string& value) override {
      return read(key, [&](Bytes found) { value.assign(found); });
    }

    bool view(Bytes key, uint64_t& sum) override {
      return read(key, [&](Bytes found) { touch(found, sum); });
    }

    void write(const Batch& batch) override {
      finish(begin_);
      for (const auto& [key, value] : batch) put(key, value);
      finish(commit_);
    }

    uint64_t walk(Bytes from, uint64_t limit, uint64_t& sum) override {
      sqlite3_stmt* statement = from.empty() ? all_ : range_;
      if (!from.empty()) {
        bind(statement, 1, from);
        check(sqlite3_bind_int64(statement, 2, int64_t(limit)));
      }
      uint64_t count = 0;
      int status = SQLITE_ROW;
      while (count < limit && (status = sqlite3_step(statement)) == SQLITE_ROW) {
        touch(column(statement, 0), column(statement, 1), sum);
        count++;
      }
      if (status != SQLITE_ROW && status != SQLITE_DONE) check(status);
      sqlite3_reset(statement);
      return count;
    }

   private:
    void check(int status) {
      if (status != SQLITE_OK) fail(std::string("sqlite: ") + sqlite3_errmsg(db_));
    }

    sqlite3_stmt* prepare(const char* text) {
      sqlite3_stmt* statement;
      check(sqlite3_prepare_v3(db_, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
      return statement;
    }

    void bind(sqlite3_stmt* statement, int place, Bytes bytes) {
      check(sqlite3_bind_blob(statement, place, bytes.data(), int(bytes.size()), SQLITE_STATIC));
    }

    // Runs a statement without rows to its end.
    void finish(sqlite3_stmt* statement) {
      const int status = sqlite3_step(statement);
      sqlite3_reset(statement);
      if (status != SQLITE_DONE) check(status);
    }

    template <class Body>
    bool read(Bytes key, Body body) {
      bind(get_, 1, key);
      const int status = sqlite3_step(get_);
      if (status == SQLITE_ROW) body(column(get_, 0));
      else if (status != SQLITE_DONE) check(status);
      sqlite3_reset(get_);
      return status == SQLITE_ROW;
    }

    static Bytes column(sqlite3_stmt* statement, int place) {
      const auto* start = static_cast<const char*>(sqlite3_column_blob(statement, place));
      return Bytes(start, size_t(sqlite3_column_bytes(statement, place)));
    }

    sqlite3* db_ = nullptr;
    sqlite3_stmt *put_, *get_, *all_, *range_, *begin_, *commit_;
  };

  std::unique_ptr<SQLiteSession> main_;
};
#define HAS_SQLITE
#endif
