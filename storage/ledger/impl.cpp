#include <winnow/storage/ledger/impl.hpp>

#include <SQLiteCpp/Backup.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <winnow/storage/ledger/event_row.hpp>
#include <winnow/storage/ledger/schema.hpp>

namespace winnow {

using namespace ledger_schema;
using ledger_row::Row;

namespace {

constexpr int kCopiedPages = 1000;  ///< in a step of copy_to

Damage damage(std::int64_t seq, std::string_view what) {
  return Damage(fmt::format("event {}: {}", seq, what));
}

}  // namespace

Ledger::Impl::Impl(std::filesystem::path path, SQLite::Database database, bool writable, Locking how)
    : file(std::move(path)),
      locking(how),
      db_(std::move(database)),
      select_names_(db_, "SELECT id, name, crc FROM names WHERE id >= ? ORDER BY id"),
      select_head_(db_, "SELECT last_seq, crc FROM head WHERE id = 0"),
      select_events_(db_,
                     fmt::format("SELECT {} FROM events WHERE seq > ? ORDER BY seq LIMIT ?", ledger_row::kColumns)) {
  if (writable) {
    insert_event_.emplace(db_, fmt::format("INSERT INTO events ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                           ledger_row::kColumns));
    insert_name_.emplace(db_, "INSERT INTO names (id, name, crc) VALUES (?, ?, ?)");
    update_head_.emplace(db_, "UPDATE head SET last_seq = ?, crc = ? WHERE id = 0");
  }
  const SQLite::Transaction snapshot(db_);
  load_names();
  const std::int64_t last = head();
  const std::int64_t there = db_.execAndGet("SELECT coalesce(max(seq), 0) FROM events").getInt64();
  if (there != last) throw Damage(fmt::format("its last event is {}, and it should be {}", there, last));
}

Ledger::Impl::~Impl() {
  if (!writable()) return;
  try {
    db_.exec("PRAGMA wal_checkpoint(PASSIVE)");
  } catch (const SQLite::Exception&) {
    return;  // the log is beside it, with all there is
  }
}

void Ledger::Impl::load_names() {
  const Statement::Scope scope(select_names_);
  select_names_.bind(1, static_cast<std::int64_t>(stored_names_));
  while (select_names_.step()) {
    const auto id = static_cast<std::int64_t>(stored_names_);
    const std::string_view name = select_names_.bytes(1);
    if (select_names_.integer(0) != id) throw Damage(fmt::format("name {} is missing", id));
    if (select_names_.is_null(2) || select_names_.integer(2) != ledger_row::checksum_of_name(id, name)) {
      throw Damage(fmt::format("name {}: is not what was written (checksum differs)", id));
    }
    if (names_.intern(name) != stored_names_) throw Damage(fmt::format("name {}: is there twice", id));
    ++stored_names_;
  }
}

std::int64_t Ledger::Impl::head() {
  const Statement::Scope scope(select_head_);
  if (!select_head_.step()) throw Damage("its head is missing");
  const std::int64_t last = select_head_.integer(0);
  if (select_head_.integer(1) != ledger_row::checksum_of_head(last)) {
    throw Damage("its head is not what was written (checksum differs)");
  }
  return last;
}

void Ledger::Impl::set_head(std::int64_t last_seq) {
  update_head_->bind(1, last_seq);
  update_head_->bind(2, std::int64_t{ledger_row::checksum_of_head(last_seq)});
  update_head_->run();
}

void Ledger::Impl::try_out() {
  const std::lock_guard lock(mutex_);
  SQLite::Transaction transaction(db_, SQLite::TransactionBehavior::IMMEDIATE);
  set_head(head());
  transaction.commit();
}

std::int64_t Ledger::Impl::last_seq() {
  const std::lock_guard lock(mutex_);
  return head();
}

void Ledger::Impl::set_durability(Durability durability) {
  const std::lock_guard lock(mutex_);
  db_.exec(durability == Durability::full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
}

Result<std::int64_t> Ledger::Impl::append(std::span<Event> events) {
  const std::lock_guard lock(mutex_);
  try {
    SQLite::Transaction transaction(db_, SQLite::TransactionBehavior::IMMEDIATE);
    const std::int64_t last = last_ ? *last_ : head();
    if (events.empty()) return last;
    std::int64_t seq = last;
    for (const Event& event : events) {
      if (++seq == event.seq || event.seq == 0) continue;
      return fail(errc::illegal_state,
                  fmt::format("{}: event {} can't be written where {} is due", file.string(), event.seq, seq));
    }
    seq = last;
    for (const Event& event : events) insert(event, ++seq);
    insert_names();
    set_head(seq);
    transaction.commit();
    last_ = seq;
    stored_names_ = names_.size();
    for (Event& event : events) event.seq = last + 1 + (&event - events.data());
    tail.add(events);
    return seq;
  } catch (const std::exception&) {
    last_.reset();
    names_.shrink(stored_names_);
    for (Event& event : events) event.seq = 0;
    throw;
  }
}

void Ledger::Impl::insert(const Event& event, std::int64_t seq) {
  const event_row::Columns columns = event_row::columns_of(event);
  const std::string body = event_row::encode_body(columns);
  blob_.clear();
  if (columns.metrics != nullptr) event_row::encode_metrics(*columns.metrics, names_, blob_);
  Row row;
  row.integers = {seq,
                  static_cast<std::int64_t>(event.kind()),
                  event.trial,
                  event.attempt,
                  columns.step,
                  static_cast<std::int64_t>(columns.verdict),
                  columns.rung,
                  columns.flags,
                  static_cast<std::int64_t>(event.state)};
  row.time = ledger_row::stored_time(event.time);
  row.metrics = blob_;
  row.text = event.text;
  row.body = body;

  Statement& into = *insert_event_;
  for (int i = 0; i < Row::kIntegers; ++i) into.bind(i + 1, row.integers[static_cast<std::size_t>(i)]);
  into.bind(ledger_row::kTime + 1, row.time);  // NaN becomes NULL
  const auto bind_text = [&into](int column, std::string_view text) {
    text.empty() ? into.bind_null(column + 1) : into.bind_text(column + 1, text);
  };
  row.metrics.empty() ? into.bind_null(ledger_row::kMetrics + 1)
                      : into.bind_blob(ledger_row::kMetrics + 1, row.metrics);
  bind_text(ledger_row::kText, row.text);
  bind_text(ledger_row::kBody, row.body);
  into.bind(ledger_row::kCrc + 1, std::int64_t{ledger_row::checksum_of(row)});
  into.run();
}

void Ledger::Impl::insert_names() {
  for (std::size_t i = stored_names_; i < names_.size(); ++i) {
    const auto id = static_cast<std::int64_t>(i);
    insert_name_->bind(1, id);
    insert_name_->bind_text(2, names_[i]);
    insert_name_->bind(3, std::int64_t{ledger_row::checksum_of_name(id, names_[i])});
    insert_name_->run();
  }
}

void Ledger::Impl::read(std::int64_t after, const std::function<void(const Event&)>& visit, std::int64_t limit) {
  const std::lock_guard lock(mutex_);
  const SQLite::Transaction snapshot(db_);
  const std::int64_t last = head();
  if (after >= last) return;
  const Statement::Scope scope(select_events_);
  select_events_.bind(1, after);
  select_events_.bind(2, limit);
  Event event;
  std::int64_t seq = after;
  while (select_events_.step()) {
    fill(event, ++seq);
    visit(event);
  }
  if (const std::int64_t end = last - after > limit ? after + limit : last; seq != end) {
    throw Damage(fmt::format("the events after {} are missing", seq));
  }
}

void Ledger::Impl::fill(Event& event, std::int64_t seq) {
  const Row row = ledger_row::row_at(select_events_);
  const auto [number, kind, trial, attempt, step, verdict, rung, flags, state] = row.integers;
  if (number != seq) throw damage(seq, "is missing");
  if (select_events_.is_null(ledger_row::kCrc) ||
      select_events_.integer(ledger_row::kCrc) != ledger_row::checksum_of(row)) {
    throw damage(seq, "is not what was written (checksum differs)");
  }
  event.seq = seq;
  if (!event_row::set_kind(event, kind)) throw damage(seq, fmt::format("unknown kind {}", kind));
  if (verdict < 0 || verdict > static_cast<int>(Verdict::pause)) throw damage(seq, "unknown verdict");
  if (state < 0 || state > static_cast<int>(TrialState::failed)) throw damage(seq, "unknown state");
  event.time = row.time;
  event.trial = trial;
  event.attempt = static_cast<Attempt>(attempt);
  event.state = static_cast<TrialState>(state);
  event.text = row.text;
  event_row::set_columns(event, {.step = step,
                                 .verdict = static_cast<Verdict>(verdict),
                                 .rung = static_cast<std::int32_t>(rung),
                                 .flags = static_cast<int>(flags)});
  if (!event_row::decode_metrics(row.metrics, names_, event)) {
    load_names();
    if (!event_row::decode_metrics(row.metrics, names_, event)) throw damage(seq, "unknown metrics");
  }
  if (!event_row::decode_body(row.body, event)) throw damage(seq, "unknown fields");
}

void Ledger::Impl::copy_to(const std::filesystem::path& copy) {
  SQLite::Database into(copy.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  into.exec("PRAGMA synchronous = OFF");
  {
    std::unique_lock lock(mutex_);
    SQLite::Backup backup(into, db_);
    while (backup.executeStep(kCopiedPages) != SQLITE_DONE) {
      lock.unlock();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // whoever waits for the lock gets it
      lock.lock();
    }
  }
  into.exec("PRAGMA journal_mode = DELETE");  // one file, which can be read where nothing can be written
}

}  // namespace winnow
