#include <winnow/session/session.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <random>

#include <winnow/base/clock.hpp>
#include <winnow/session/edits.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/spec/functions.hpp>
#include <winnow/spec/sampler_of.hpp>
#include <winnow/storage/filesystem.hpp>
#include <winnow/trainers/leftovers.hpp>

namespace winnow {
namespace {

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

std::vector<std::string> warnings_of(const LockingChoice& locking) {
  if (locking.warning.empty()) return {};
  return {locking.warning};
}

}  // namespace

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

/// The attempts that run are lost.
Result<std::vector<Event>> lose_running(const Sweep& sweep, const std::string& why) {
  std::vector<Event> events;
  for (const Trial& trial : sweep.trials()) {
    if (trial.state != TrialState::running) continue;
    const auto lost = sweep.on_lost(trial.number, trial.attempt, why, wall_clock());
    if (!lost) return fail(lost.error());
    events.insert(events.end(), lost->begin(), lost->end());
  }
  return events;
}

/// Trials that are threads end with Winnow, and Winnow with one that crashes.
std::optional<std::string> may_have_crashed(const Sweep& sweep, const SweepSpec& spec) {
  if (spec.isolation == Isolation::process || spec.runs_program() || !spec.has_trainable()) return std::nullopt;
  std::string running;
  for (const Trial& trial : sweep.trials()) {
    if (trial.state == TrialState::running) running += (running.empty() ? "" : ", ") + std::to_string(trial.number);
  }
  if (running.empty()) return std::nullopt;
  return "Winnow ended without a word while these trials ran: " + running +
         ". If one of them crashes it, `--set isolation=process` lets the crash fail that trial alone";
}

}  // namespace

std::filesystem::path default_run_root(std::string_view name, const std::filesystem::path& parent) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string stem =
      fmt::format("{}-{:%Y%m%d-%H%M%S}", folder_name(name), fmt::localtime(std::chrono::system_clock::to_time_t(now)));
  std::filesystem::path root = parent / stem;
  std::error_code ignored;  // what is wrong there is said when it is made
  for (int i = 2; std::filesystem::exists(root, ignored); ++i) root = parent / fmt::format("{}-{}", stem, i);
  return root;
}

Result<Session> create_session(const SweepFile& file, const std::filesystem::path& root, std::uint64_t seed,
                               const SpaceFunctions& functions, const std::filesystem::path& started_from) {
  SweepSpec spec = file.parsed.spec;
  seed = spec.seed.value_or(seed);
  if (auto known = check_functions(spec, functions); !known) {
    return fail(known.error().code, file.path.filename().string() + ": " + known.error().message);
  }
  auto sampler = sampler_of(spec, seed, functions);
  if (!sampler) return fail(errc::invalid_input, file.path.filename().string() + ": " + sampler.error().message);
  spec.sampler_options = (*sampler)->options();
  auto sweep = Sweep::make(spec, seed, functions);
  if (!sweep) return fail(sweep.error());
  std::error_code ignored;
  const auto from = started_from.empty() ? std::filesystem::current_path(ignored) : started_from;
  auto first = first_event(file, *sweep, seed, wall_clock(), from);
  if (!first) return fail(first.error());
  const auto locking = choose_locking(root);
  if (!locking) return fail(locking.error());
  clear_empty_ledger(RunDir{root});
  auto dir = RunDir::create(root, file.path.filename().string(), file.text);
  if (!dir) return fail(dir.error());
  auto lock = DirLock::acquire(*dir);
  if (!lock) return fail(lock.error());

  std::vector<Event> events = {std::move(*first), event_of(event::Opened{}, wall_clock())};
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

namespace {

Result<Session> take_up(const std::filesystem::path& root, const Edits& edits, const SpaceFunctions& functions,
                        bool rejoin) {
  auto dir = RunDir::open(root);
  if (!dir) return fail(dir.error());
  auto lock = DirLock::acquire(*dir);
  if (!lock) return fail(lock.error());
  process::end_leftovers(dir->trial(0).parent_path());  // nobody else runs it now
  const auto locking = choose_locking(root);
  if (!locking) return fail(locking.error());
  auto ledger = Ledger::open(dir->ledger(), Durability::full, {.locking = locking->locking});
  if (!ledger) return fail(ledger.error());
  auto recovered = recover(*ledger, root, functions);
  if (!recovered) return fail(recovered.error());
  if (auto known = check_functions(recovered->sweep.spec(), functions); !known) return fail(known.error());
  auto edited = edit(*recovered, *dir, edits, wall_clock());
  if (!edited) return fail(edited.error());
  if (auto set = ledger->set_durability(edited->spec.durability); !set) return fail(set.error());
  std::vector<Event> events;
  if (!edits.crash.empty()) {
    auto lost = lose_running(recovered->sweep, edits.crash);
    if (!lost) return fail(lost.error());
    events = std::move(*lost);
  }
  if (!rejoin || !recovered->sweep.session_open()) events.push_back(event_of(event::Opened{}, wall_clock()));
  events.insert(events.end(), edited->events.begin(), edited->events.end());
  std::vector<std::string> warnings = warnings_of(*locking);
  if (auto crash = may_have_crashed(recovered->sweep, edited->spec)) warnings.push_back(std::move(*crash));
  Session session{std::move(*dir),
                  std::move(*lock),
                  std::move(*ledger),
                  std::move(recovered->sweep),
                  std::move(recovered->sampler),
                  std::move(recovered->base),
                  std::move(warnings)};
  if (auto done = record(session, std::move(events)); !done) return fail(done.error());
  return session;
}

}  // namespace

Result<Session> open_session(const std::filesystem::path& root, const Edits& edits, const SpaceFunctions& functions) {
  return take_up(root, edits, functions, false);
}

Result<Session> rejoin_session(const std::filesystem::path& root) {
  return take_up(root, {}, {}, true);
}

Result<void> record(Session& session, std::vector<Event> events) {
  const auto keep = [&](std::span<Event> kept) -> Result<void> {
    if (const auto seq = session.ledger.append(kept); !seq) return fail(seq.error());
    return {};
  };
  return session.sweep.commit(events, keep,
                              [&](const Event& event) { observe(*session.sampler, session.sweep, event); });
}

}  // namespace winnow
