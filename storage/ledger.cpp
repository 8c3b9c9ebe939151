#include <winnow/storage/ledger.hpp>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <winnow/storage/event_row.hpp>
#include <winnow/storage/ledger_schema.hpp>
#include <winnow/storage/posix_file.hpp>

namespace winnow {

namespace fs = std::filesystem;
using namespace ledger_schema;

class Ledger::Impl {
public:
  Impl(fs::path path, SQLite::Database database) : file(std::move(path)), db_(std::move(database)) {}

  void prepare(bool writable);
  [[nodiscard]] bool writable() const { return insert_event_.has_value(); }
  std::int64_t append(std::span<Event> events);
  Result<void> read(std::int64_t after, const std::function<void(const Event&)>& visit);
  std::int64_t last_seq();

  const fs::path file;

private:
  void insert(const Event& event, std::int64_t seq);
  void insert_names();
  void load_names();
  Result<void> fill(Event& event);
  tl::unexpected<Error> corrupt(std::int64_t seq, std::string_view what) const {
    return fail(errc::corrupt, fmt::format("{}: event {}: {}", file.string(), seq, what));
  }

  SQLite::Database db_;
  Names names_;
  std::size_t stored_names_ = 0;
  std::string blob_;
  std::optional<SQLite::Statement> insert_event_, insert_name_, select_names_, select_last_, select_;
};

void Ledger::Impl::prepare(bool writable) {
  select_names_.emplace(db_, "SELECT id, name FROM names WHERE id >= ? ORDER BY id");
  select_last_.emplace(db_, "SELECT coalesce(max(seq), 0) FROM events");
  select_.emplace(db_,
                  "SELECT seq, kind, time, trial, attempt, step, verdict, rung, flags, state, metrics, text, body "
                  "FROM events WHERE seq > ? ORDER BY seq");
  if (writable) {
    insert_event_.emplace(db_, "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert_name_.emplace(db_, "INSERT INTO names VALUES (?, ?)");
  }
  load_names();
}

void Ledger::Impl::load_names() {
  select_names_->bind(1, static_cast<std::int64_t>(stored_names_));
  while (select_names_->executeStep()) names_.intern(select_names_->getColumn(1).getString());
  select_names_->reset();
  stored_names_ = names_.size();
}

std::int64_t Ledger::Impl::last_seq() {
  select_last_->executeStep();
  const std::int64_t last = select_last_->getColumn(0).getInt64();
  select_last_->reset();
  return last;
}

std::int64_t Ledger::Impl::append(std::span<Event> events) {
  try {
    SQLite::Transaction transaction(db_, SQLite::TransactionBehavior::IMMEDIATE);
    const std::int64_t first = last_seq() + 1;
    std::int64_t next = first;
    for (const Event& event : events) insert(event, next++);
    insert_names();
    transaction.commit();
    stored_names_ = names_.size();
    for (Event& event : events) event.seq = first + (&event - events.data());
    return next - 1;
  } catch (const SQLite::Exception&) {
    insert_event_->tryReset();
    insert_name_->tryReset();
    names_.shrink(stored_names_);
    for (Event& event : events) event.seq = 0;
    throw;
  }
}

void Ledger::Impl::insert(const Event& event, std::int64_t seq) {
  SQLite::Statement& row = *insert_event_;
  row.bind(1, seq);
  row.bind(2, static_cast<int>(event.kind));
  row.bind(3, event.time);
  row.bind(4, event.trial);
  row.bind(5, event.attempt);
  row.bind(6, event.step);
  row.bind(7, static_cast<int>(event.verdict));
  row.bind(8, event.rung);
  row.bind(9, event_row::flags_of(event));
  row.bind(10, static_cast<int>(event.state));
  event_row::encode_metrics(event.metrics, names_, blob_);
  const std::string body = event_row::encode_body(event);
  blob_.empty() ? row.bind(11) : row.bindNoCopy(11, blob_.data(), static_cast<int>(blob_.size()));
  event.text.empty() ? row.bind(12) : row.bindNoCopy(12, event.text);
  body.empty() ? row.bind(13) : row.bindNoCopy(13, body);
  row.exec();
  row.reset();
}

void Ledger::Impl::insert_names() {
  for (std::size_t id = stored_names_; id < names_.size(); ++id) {
    insert_name_->bind(1, static_cast<std::int64_t>(id));
    insert_name_->bindNoCopy(2, names_[id]);
    insert_name_->exec();
    insert_name_->reset();
  }
}

Result<void> Ledger::Impl::read(std::int64_t after, const std::function<void(const Event&)>& visit) {
  struct Reset {
    SQLite::Statement& statement;
    ~Reset() { statement.tryReset(); }
  } const reset{*select_};
  select_->bind(1, after);
  Event event;
  while (select_->executeStep()) {
    if (auto filled = fill(event); !filled) return filled;
    visit(event);
  }
  return {};
}

Result<void> Ledger::Impl::fill(Event& event) {
  SQLite::Statement& row = *select_;
  event.seq = row.getColumn(0).getInt64();
  const int kind = row.getColumn(1).getInt();
  event.kind = static_cast<EventKind>(kind);
  if (kind < 1 || kind > 255 || to_string(event.kind) == "?")
    return corrupt(event.seq, fmt::format("unknown kind {}", kind));
  const SQLite::Column time = row.getColumn(2);
  event.time = time.isNull() ? std::numeric_limits<double>::quiet_NaN() : time.getDouble();
  event.trial = row.getColumn(3).getInt64();
  event.attempt = row.getColumn(4).getInt();
  event.step = row.getColumn(5).getInt64();
  const int verdict = row.getColumn(6).getInt();
  const int state = row.getColumn(9).getInt();
  if (verdict < 0 || verdict > static_cast<int>(Verdict::pause)) return corrupt(event.seq, "unknown verdict");
  if (state < 0 || state > static_cast<int>(TrialState::failed)) return corrupt(event.seq, "unknown state");
  event.verdict = static_cast<Verdict>(verdict);
  event.state = static_cast<TrialState>(state);
  event.rung = row.getColumn(7).getInt();
  event_row::set_flags(event, row.getColumn(8).getInt());

  const SQLite::Column metrics = row.getColumn(10);
  const std::string_view blob(static_cast<const char*>(metrics.getBlob()),
                              static_cast<std::size_t>(metrics.getBytes()));
  if (!event_row::decode_metrics(blob, names_, event.metrics)) {
    load_names();
    if (!event_row::decode_metrics(blob, names_, event.metrics)) return corrupt(event.seq, "its metrics are damaged");
  }
  event.text = row.getColumn(11).getString();
  event.params = {};
  event.seed = 0;
  event.seen = 0;
  event.from_step.reset();
  const SQLite::Column body = row.getColumn(12);
  if (!body.isNull() && !event_row::decode_body(body.getString(), event)) {
    return corrupt(event.seq, "its body is damaged");
  }
  return {};
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

Result<Ledger> Ledger::create(const fs::path& file, Durability durability) {
  if (fs::exists(file)) return fail(errc::invalid_input, file.string() + ": exists already");
  const fs::path temporary = file.string() + ".new";
  const auto made = guarded(file, "make the ledger", [&]() -> Result<void> {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    // Nobody sees this file before it is whole: one sync at the end stands for SQLite's own.
    SQLite::Database db(temporary.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    db.exec("PRAGMA synchronous = OFF");
    db.exec("PRAGMA journal_mode = WAL");
    db.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
    migrate(db);
    return {};
  });
  if (!made) return fail(made.error());
  if (auto synced = posix::sync(temporary); !synced) return fail(synced.error());
  if (auto renamed = posix::rename(temporary, file); !renamed) return fail(renamed.error());
  return open(file, durability);
}

Result<Ledger> Ledger::open(const fs::path& file, Durability durability) {
  if (auto there = require_file(file); !there) return fail(there.error());
  return guarded(file, "open the ledger", [&]() -> Result<Ledger> {
    SQLite::Database db(file.string(), SQLite::OPEN_READWRITE, kBusyMilliseconds);
    if (auto known = check_schema(db, file, true); !known) return fail(known.error());
    db.exec("PRAGMA journal_mode = WAL");
    db.exec(durability == Durability::full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    migrate(db);
    auto impl = std::make_unique<Impl>(file, std::move(db));
    impl->prepare(true);
    return Ledger(std::move(impl));
  });
}

Result<Ledger> Ledger::open_read_only(const fs::path& file) {
  if (auto there = require_file(file); !there) return fail(there.error());
  return guarded(file, "open the ledger", [&]() -> Result<Ledger> {
    SQLite::Database db = open_to_read(file);
    if (auto known = check_schema(db, file, false); !known) return fail(known.error());
    auto impl = std::make_unique<Impl>(file, std::move(db));
    impl->prepare(false);
    return Ledger(std::move(impl));
  });
}

Result<std::int64_t> Ledger::append(std::span<Event> events) {
  if (!impl_->writable()) return fail(errc::illegal_state, impl_->file.string() + ": was opened to be read");
  return guarded(impl_->file, "write events", [&]() -> Result<std::int64_t> { return impl_->append(events); });
}

Result<void> Ledger::read(std::int64_t after, const std::function<void(const Event&)>& visit) const {
  return guarded(impl_->file, "read events", [&]() -> Result<void> { return impl_->read(after, visit); });
}

Result<std::int64_t> Ledger::last_seq() const {
  return guarded(impl_->file, "read events", [&]() -> Result<std::int64_t> { return impl_->last_seq(); });
}

}  // namespace winnow
