/// An open ledger: its connection, its prepared statements, the names it knows. Failures are exceptions here (SQLite's,
/// and Damage); ledger.cpp turns them into errors.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include <winnow/storage/detail/names.hpp>
#include <winnow/storage/ledger.hpp>
#include <winnow/storage/ledger/row.hpp>
#include <winnow/storage/ledger/statement.hpp>
#include <winnow/storage/ledger/tail.hpp>

namespace winnow {

class Ledger::Impl {
public:
  /// Checks that nothing is missing at the end.
  Impl(std::filesystem::path path, SQLite::Database database, bool writable, Locking how);
  /// Whoever writes leaves the file whole, also where readers stay: the last of them then has nothing left to write.
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  SQLite::Database& database() { return db_; }
  [[nodiscard]] bool writable() const { return insert_event_.has_value(); }
  /// Writes the head anew, synced as an append is.
  void try_out();
  Result<std::int64_t> append(std::span<Event> events);
  void read(std::int64_t after, const std::function<void(const Event&)>& visit, std::int64_t limit);
  std::int64_t last_seq();
  void set_durability(Durability durability);
  void copy_to(const std::filesystem::path& copy);

  const std::filesystem::path file;
  const Locking locking;
  LedgerTail tail;

private:
  void insert(const Event& event, std::int64_t seq);
  void insert_names();
  void load_names();
  std::int64_t head();
  void set_head(std::int64_t last_seq);
  void fill(Event& event, std::int64_t seq);

  std::mutex mutex_;
  SQLite::Database db_;
  Names names_;
  std::size_t stored_names_ = 0;
  std::string blob_;
  Statement select_names_, select_head_, select_events_;
  std::optional<Statement> insert_event_, insert_name_, update_head_;
  std::optional<std::int64_t> last_;  ///< known while nothing went wrong: nobody else writes
};

}  // namespace winnow
