/// A prepared SQLite statement for the ledger's hot paths: SQLiteCpp's counts references at every column, which took a
/// third of a read. Failures are SQLite::Exception.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace winnow {

/// Columns count from 0, parameters from 1. What is bound by reference must live until the statement has run.
class Statement {
public:
  Statement(SQLite::Database& db, const std::string& sql) {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(db.getHandle(), sql.c_str(), static_cast<int>(sql.size()) + 1,
                                        SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    if (code != SQLITE_OK) throw SQLite::Exception(db.getHandle(), code);
    handle_.reset(made);
  }

  void bind(int parameter, std::int64_t value) { check(sqlite3_bind_int64(handle_.get(), parameter, value)); }
  void bind(int parameter, double value) { check(sqlite3_bind_double(handle_.get(), parameter, value)); }
  void bind_text(int parameter, std::string_view text) {
    check(sqlite3_bind_text64(handle_.get(), parameter, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8));
  }
  void bind_blob(int parameter, std::string_view bytes) {
    check(sqlite3_bind_blob64(handle_.get(), parameter, bytes.data(), bytes.size(), SQLITE_STATIC));
  }
  void bind_null(int parameter) { check(sqlite3_bind_null(handle_.get(), parameter)); }

  /// True: it stands on a row.
  bool step() {
    const int code = sqlite3_step(handle_.get());
    if (code != SQLITE_ROW && code != SQLITE_DONE) check(code);
    return code == SQLITE_ROW;
  }
  void reset() { sqlite3_reset(handle_.get()); }
  /// Steps once and resets.
  void run() {
    const Scope scope(*this);
    step();
  }

  [[nodiscard]] bool is_null(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }
  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  [[nodiscard]] double real(int column) const { return sqlite3_column_double(handle_.get(), column); }
  /// Byte for byte, good until the next step; NULL is empty.
  [[nodiscard]] std::string_view bytes(int column) const {
    const void* data = sqlite3_column_blob(handle_.get(), column);  // before the length, as SQLite wants it
    return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
  }

  /// Resets a statement at its end, whatever happens: an open one keeps its transaction open.
  class Scope {
  public:
    explicit Scope(Statement& statement) : statement_(statement) {}
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() { statement_.reset(); }

  private:
    Statement& statement_;
  };

private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  void check(int code) {
    if (code != SQLITE_OK) throw SQLite::Exception(sqlite3_db_handle(handle_.get()), code);
  }

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace winnow
