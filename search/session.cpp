#include <winnow/search/session.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <random>

#include <winnow/search/edits.hpp>
#include <winnow/search/reader.hpp>
#include <winnow/space/dialects/dialect.hpp>
#include <winnow/storage/filesystem.hpp>
#include <winnow/sweep/observation.hpp>
#include <winnow/sweep/settings.hpp>
#include <winnow/sweep/spec_json.hpp>
#include <winnow/sweep/spec_record.hpp>
#include <winnow/sweep/text_file.hpp>
#include <winnow/trainers/process/leftovers.hpp>

namespace winnow {
namespace {

/// The name under which the first event keeps where the sweep file was.
constexpr const char* kFileKey = "file";
/// And the sweep with nothing left to a default (sweep/spec_record.hpp), as a text: its keys have an order.
constexpr const char* kSpecKey = "spec";
/// And from which directory the run was begun.
constexpr const char* kStartedFromKey = "started_from";

std::filesystem::path path_param(const Event& first, const char* key) {
  const Value* path = first.params.find(key);
  return path != nullptr && path->is_string() ? path->get<std::string>() : "";
}

void observe(Sampler& sampler, const Sweep& sweep, const Event& event) {
  if (!sampler.learns()) return;
  for (const Observation& news : observations_of(sweep, event)) sampler.observe(news);
}

/// What `winnow resume --set` changes isn't in the file.
void note_edit(Recovered& run, const Event& event) {
  if (event.kind != EventKind::changed || event.text != kFromFile) return;
  const auto& entries = event.params.entries();
  run.file_edits.insert(run.file_edits.end(), entries.begin(), entries.end());
}

bool has_no_record(const std::filesystem::path& file) {
  const auto ledger = Ledger::open_read_only(file);
  if (!ledger) return false;
  const auto last = ledger->last_seq();
  return last && *last == 0;
}

/// Makes room for a run where there is a ledger without a record.
void clear_empty_ledger(const RunDir& dir) {
  if (!has_no_record(dir.ledger())) return;
  const auto lock = DirLock::acquire(dir);
  if (lock && has_no_record(dir.ledger())) Ledger::remove(dir.ledger());
}

Result<Recovered> fold(const Ledger& ledger, const std::filesystem::path& root, const SpaceFunctions& functions = {}) {
  std::optional<Recovered> recovered;
  std::optional<Error> error;
  const auto visit = [&](const Event& event) {
    if (error) return;
    if (!recovered) {
      auto started = fresh_from(event, root, functions);
      if (!started) {
        error = started.error();
        return;
      }
      recovered.emplace(std::move(*started));
    }
    if (const auto applied = recovered->sweep.apply(event); !applied) {
      error = applied.error();
      return;
    }
    note_edit(*recovered, event);
    observe(*recovered->sampler, recovered->sweep, event);
  };
  if (const auto read = ledger.read(0, visit); !read) return fail(read.error());
  if (error) return fail(*error);
  if (!recovered) return holds_no_run(root);
  return std::move(*recovered);
}

/// The sweep as it was recorded; before schema 3 there was its file only.
Result<SweepSpec> spec_of(const Event& first, const std::filesystem::path& file) {
  if (const Value* record = first.params.find(kSpecKey); record != nullptr && record->is_string()) {
    return spec_of_record(OrderedJson::parse(record->get<std::string>(), nullptr, false));
  }
  auto parsed = parse_spec(first.text, file.string());
  if (!parsed) return fail(parsed.error());
  return std::move(parsed->spec);
}

/// What `spec_of` will make of it is the sweep itself: looked at before anything is written.
Result<std::string> recorded(const SweepSpec& spec) {
  std::string record = spec_record(spec).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  const auto again = spec_of_record(OrderedJson::parse(record, nullptr, false));
  if (!again) return fail(errc::internal, "the sweep's record can't be read back: " + again.error().message);
  if (*again != spec)
    return fail(errc::internal, "the sweep's record isn't the sweep: a value that JSON doesn't have?");
  return record;
}

std::vector<std::string> warnings_of(const LockingChoice& locking) {
  if (locking.warning.empty()) return {};
  return {locking.warning};
}

}  // namespace

tl::unexpected<Error> holds_no_run(const std::filesystem::path& root) {
  return fail(errc::invalid_input,
              fmt::format("{0}: holds no run: its first record was never written; start it with `winnow run FILE "
                          "--dir {0}`",
                          root.string()));
}

Result<Recovered> fresh_from(const Event& first, const std::filesystem::path& root, const SpaceFunctions& functions) {
  if (first.kind != EventKind::sweep) {
    return fail(errc::corrupt, root.string() + ": the ledger doesn't begin with a sweep file");
  }
  std::filesystem::path file = path_param(first, kFileKey);
  if (file.empty()) file = "sweep.yaml";
  auto spec = spec_of(first, file);
  if (!spec) return fail(spec.error().code, root.string() + ": " + spec.error().message);
  auto sampler = sampler_of(*spec, first.seed, functions);
  if (!sampler) return fail(sampler.error());
  auto sweep = Sweep::make(std::move(*spec), first.seed);
  if (!sweep) return fail(sweep.error());
  return Recovered{
      std::move(*sweep), std::move(*sampler), file.parent_path(), path_param(first, kStartedFromKey), first.text, {}};
}

double wall_clock() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

double steady_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::uint64_t draw_seed() {
  std::random_device device;
  return device();  // 32 bits: short enough to type again
}

namespace {

/// A sweep may be called anything; its folder stands in `runs`, is seen there, and is one that every disk takes.
std::string folder_name(std::string_view name) {
  constexpr std::size_t kLongest = 200;  // of 255 bytes: the time and a number come behind
  std::string folder(name.substr(0, kLongest));
  const auto inside_a_letter = [&] { return (static_cast<unsigned char>(name[folder.size()]) & 0xC0U) == 0x80U; };
  while (folder.size() < name.size() && !folder.empty() && inside_a_letter()) folder.pop_back();
  std::replace(folder.begin(), folder.end(), '/', '-');
  if (folder.starts_with('.')) folder.front() = '-';
  return folder;
}

}  // namespace

std::filesystem::path default_run_root(std::string_view name) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string stem =
      fmt::format("{}-{:%Y%m%d-%H%M%S}", folder_name(name), fmt::localtime(std::chrono::system_clock::to_time_t(now)));
  std::filesystem::path root = std::filesystem::path("runs") / stem;
  std::error_code ignored;  // what is wrong there is said when it is made
  for (int i = 2; std::filesystem::exists(root, ignored); ++i)
    root = std::filesystem::path("runs") / fmt::format("{}-{}", stem, i);
  return root;
}

std::filesystem::path absolute_path(const std::filesystem::path& path) {
  std::error_code unknown;
  auto absolute = std::filesystem::absolute(path, unknown);
  return unknown ? path : absolute;
}

namespace {

/// The path of a space that stands in a file of its own: `space: {ray: space.yaml}`.
const Node::Entry* named_space(const Document& document) {
  const Node* space = document.root.find("space");
  if (space == nullptr || !space->is_mapping() || space->entries.size() != 1) return nullptr;
  const Node::Entry& entry = space->entries.front();
  return dialect_named(entry.key) && entry.node.scalar.is_string() ? &entry : nullptr;
}

/// The sweep file with that space inside, as JSON. What is wrong in the space is said where it stands.
Result<std::string> take_space_in(const Document& document, const Node::Entry& named,
                                  const std::filesystem::path& sweep_path) {
  const std::filesystem::path path = sweep_path.parent_path() / named.node.text;
  const auto text = read_text_file(path);
  if (!text) {
    return fail(errc::invalid_input,
                fmt::format("{}:{}:{}: space.{}: {}", sweep_path.string(), named.node.position.line,
                            named.node.position.column, named.key, text.error().message));
  }
  const auto space = parse_document(*text, path.string());
  if (!space) return fail(space.error());
  Diagnostics diagnostics(path.string());
  (void)read_space(*dialect_named(named.key), space->root, diagnostics);
  if (!diagnostics.ok()) return fail(diagnostics.first_error());
  OrderedJson whole = document.root.ordered();
  whole["space"][named.key] = space->root.ordered();
  return whole.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace

Result<SweepFile> read_sweep_file(const std::filesystem::path& path) {
  auto text = read_text_file(path);
  if (!text) return fail(text.error());
  auto document = parse_document(*text, path.string());
  if (!document) return fail(document.error());
  return sweep_file_of(std::move(*text), std::move(*document), path);
}

Result<SweepFile> sweep_file_of(std::string text, Document document, const std::filesystem::path& path) {
  if (const Node::Entry* named = named_space(document)) {
    auto whole = take_space_in(document, *named, path);
    if (!whole) return fail(whole.error());
    auto again = parse_document(*whole, path.string());
    if (!again) return fail(again.error());
    text = std::move(*whole);
    document = std::move(*again);
  }
  auto parsed = parse_spec(document);
  if (!parsed) return fail(parsed.error());
  return SweepFile{std::move(*parsed), std::move(text), absolute_path(path)};
}

Result<SweepFile> sweep_file_of(const SweepSpec& spec) {
  const std::filesystem::path path = absolute_path("sweep.json");
  std::string text = sweep_file(spec).dump(2) + "\n";
  auto parsed = parse_spec(text, path.filename().string());
  if (!parsed) return fail(parsed.error());
  return SweepFile{std::move(*parsed), std::move(text), path};
}

Result<std::unique_ptr<Sampler>> sampler_of(const SweepSpec& spec, std::uint64_t seed,
                                            const SpaceFunctions& functions) {
  SamplerOptions options;
  options.space = spec.space;
  options.seed = seed;
  if (const MetricSpec* observed = objective_of(spec)) options.goal = observed->goal;
  options.start_with = spec.start_with;
  options.num_samples = spec.num_samples;
  options.functions = functions;
  return make_sampler(spec.method, std::move(options));
}

Result<Session> create_session(const SweepFile& file, const std::filesystem::path& root, std::uint64_t seed,
                               const SpaceFunctions& functions) {
  const SweepSpec& spec = file.parsed.spec;
  seed = spec.seed.value_or(seed);
  if (auto known = check_functions(spec.space, functions); !known) {
    return fail(known.error().code, file.path.filename().string() + ": " + known.error().message);
  }
  auto sampler = sampler_of(spec, seed, functions);
  if (!sampler) return fail(errc::invalid_input, file.path.filename().string() + ": " + sampler.error().message);
  auto sweep = Sweep::make(spec, seed);
  if (!sweep) return fail(sweep.error());
  const auto record = recorded(sweep->spec());
  if (!record) return fail(record.error());
  const auto locking = choose_locking(root);
  if (!locking) return fail(locking.error());
  clear_empty_ledger(RunDir{root});
  auto dir = RunDir::create(root, file.path.filename().string(), file.text);
  if (!dir) return fail(dir.error());
  auto lock = DirLock::acquire(*dir);
  if (!lock) return fail(lock.error());

  Event first = Sweep::plain(EventKind::sweep, wall_clock(), file.text);
  first.seed = seed;
  first.params.set(kFileKey, file.path.string());
  std::error_code ignored;
  first.params.set(kStartedFromKey, std::filesystem::current_path(ignored).string());
  first.params.set(kSpecKey, *record);
  std::vector<Event> events = {std::move(first), Sweep::plain(EventKind::opened, wall_clock())};
  std::optional<Ledger> ledger;
  const auto keep = [&](std::span<Event> begin) -> Result<void> {
    auto created = Ledger::create(dir->ledger(), spec.durability, {.locking = locking->locking}, begin);
    if (!created) return fail(created.error());
    ledger.emplace(std::move(*created));
    return {};
  };
  if (auto done = sweep->commit(events, keep, [](const Event&) {}); !done) return fail(done.error());
  return Session{std::move(*dir),     std::move(*lock),        std::move(*ledger),   std::move(*sweep),
                 std::move(*sampler), file.path.parent_path(), warnings_of(*locking)};
}

bool holds_run(const std::filesystem::path& root) {
  const auto dir = RunDir::open(root);
  return dir && !has_no_record(dir->ledger());
}

Result<void> bring_up_to_date(const std::filesystem::path& root) {
  auto dir = RunDir::open(root);
  if (!dir) return fail(dir.error());
  const auto old = Ledger::has_old_schema(dir->ledger());
  if (old && !*old) return {};
  if (!old && old.error().code != errc::busy) return fail(old.error());
  const auto lock = DirLock::acquire(*dir);  // who has the ledger to itself has the directory, and is named
  if (!lock) return fail(lock.error());
  const auto locking = choose_locking(root);
  if (!locking) return fail(locking.error());
  const auto ledger = Ledger::open(dir->ledger(), Durability::full, {.locking = locking->locking});
  if (!ledger) return fail(ledger.error());
  return {};
}

Result<Session> open_session(const std::filesystem::path& root, const Edits& edits, const SpaceFunctions& functions) {
  auto dir = RunDir::open(root);
  if (!dir) return fail(dir.error());
  auto lock = DirLock::acquire(*dir);
  if (!lock) return fail(lock.error());
  process::end_leftovers(dir->trial(0).parent_path());  // nobody else runs it now
  const auto locking = choose_locking(root);
  if (!locking) return fail(locking.error());
  auto ledger = Ledger::open(dir->ledger(), Durability::full, {.locking = locking->locking});
  if (!ledger) return fail(ledger.error());
  auto recovered = fold(*ledger, root, functions);
  if (!recovered) return fail(recovered.error());
  if (auto known = check_functions(recovered->sweep.spec().space, functions); !known) return fail(known.error());
  auto edited = edit(*recovered, *dir, edits, wall_clock());
  if (!edited) return fail(edited.error());
  if (auto set = ledger->set_durability(edited->spec.durability); !set) return fail(set.error());
  edited->events.insert(edited->events.begin(), Sweep::plain(EventKind::opened, wall_clock()));
  Session session{std::move(*dir),
                  std::move(*lock),
                  std::move(*ledger),
                  std::move(recovered->sweep),
                  std::move(recovered->sampler),
                  std::move(recovered->base),
                  warnings_of(*locking)};
  if (auto done = record(session, std::move(edited->events)); !done) return fail(done.error());
  return session;
}

Result<void> record(Session& session, std::vector<Event> events) {
  const auto keep = [&](std::span<Event> kept) -> Result<void> {
    if (const auto seq = session.ledger.append(kept); !seq) return fail(seq.error());
    return {};
  };
  return session.sweep.commit(events, keep,
                              [&](const Event& event) { observe(*session.sampler, session.sweep, event); });
}

Result<Recovered> recover(const std::filesystem::path& root) {
  auto dir = RunDir::open(root);
  if (!dir) return fail(dir.error());
  auto ledger = open_to_read(*dir);
  if (!ledger) return fail(ledger.error());
  return fold(*ledger, root);
}

}  // namespace winnow
