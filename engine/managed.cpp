#include <winnow/engine/managed.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <variant>

#include <winnow/base/catching.hpp>
#include <winnow/base/file.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/storage/run_dir.hpp>
#include <winnow/sweep/failures.hpp>

namespace winnow {
namespace {

std::filesystem::path summary_file(const std::filesystem::path& root) {
  return root / "summary.json";
}

/// What tells whether a ledger was written since. Not whether its time is later than another file's: the clock may have
/// been set.
std::string stamp_of_ledger(const std::filesystem::path& root) {
  const std::filesystem::path ledger = RunDir{root}.ledger();
  std::error_code failed;
  const auto written = std::filesystem::last_write_time(ledger, failed);
  const auto size = std::filesystem::file_size(ledger, failed);
  return failed ? "" : fmt::format("{}.{}", std::chrono::file_clock::to_sys(written).time_since_epoch().count(), size);
}

constexpr std::string_view kByClients = "clients";

OrderedJson to_json(const BestTrial& best) {
  return {{"trial", best.trial}, {"value", number_to_json(best.value)}, {"fallback", best.fallback}};
}

}  // namespace

std::string_view to_string(SweepState state) {
  switch (state) {
    case SweepState::running: return "running";
    case SweepState::paused: return "paused";
    case SweepState::finished: return "finished";
    case SweepState::damaged: return "damaged";
  }
  return "?";
}

std::optional<SweepState> sweep_state(std::string_view name) {
  const auto it = std::find_if(kSweepStates.begin(), kSweepStates.end(),
                               [name](SweepState state) { return to_string(state) == name; });
  return it == kSweepStates.end() ? std::nullopt : std::optional(*it);
}

Result<void> check(const SweepShare& share) {
  const auto wrong = [](const std::string& field, const std::string& what) {
    return fail(Error{errc::invalid_input, field + ": " + what, field});
  };
  const bool usual = share.weight >= kLeastWeight && share.weight <= kMostWeight;  // NaN isn't
  if (!usual) return wrong("weight", fmt::format("must be from {} to {}", kLeastWeight, kMostWeight));
  if (share.slots < 0) return wrong("slots", "must not be below 0 (0: no limit)");
  return {};
}

OrderedJson to_json(const SweepInfo& info) {
  OrderedJson json{{"id", info.id},
                   {"name", info.name},
                   {"metric", info.metric},
                   {"trained_by", info.asked ? kByClients : std::string_view("slots")},
                   {"state", to_string(info.state)},
                   {"why", info.stopping && info.why.empty() ? "stopping" : info.why},
                   {"fell_short", info.fell_short},
                   {"notice", info.notice},
                   {"weight", info.share.weight},
                   {"priority", info.share.priority},
                   {"slots", info.share.slots},
                   {"created", info.created},
                   {"seq", info.last_seq},
                   {"run_cap", info.run_cap ? OrderedJson(*info.run_cap) : OrderedJson()}};
  const SweepCounts& n = info.counts;
  json["trials"] = {{"queued", n.queued},   {"running", n.running},     {"paused", n.paused},
                    {"stopped", n.stopped}, {"completed", n.completed}, {"failed", n.failed}};
  json["reports"] = n.reports;
  json["resource"] = n.resource;
  json["best"] = info.best ? to_json(*info.best) : OrderedJson();
  if (info.best) json["best"]["params"] = info.best_params.to_json();
  return json;
}

Result<SweepInfo> sweep_info_of(const OrderedJson& json) {
  return catching(errc::corrupt, [&]() -> Result<SweepInfo> {
    SweepInfo info;
    info.id = json.at("id");
    info.name = json.at("name");
    info.asked = json.value("trained_by", std::string()) == kByClients;
    info.state = sweep_state(json.at("state").get<std::string>()).value_or(SweepState::running);
    info.why = json.at("why");
    info.fell_short = json.value("fell_short", false);
    info.metric = json.value("metric", std::string());
    info.notice = json.value("notice", std::string());
    info.share = {json.at("weight"), json.at("priority"), json.at("slots")};
    info.created = json.at("created");
    info.key = json.value("key", std::string());
    info.last_seq = json.at("seq");
    if (const auto cap = json.value("run_cap", OrderedJson()); !cap.is_null()) info.run_cap = cap.get<std::int64_t>();
    const OrderedJson& trials = json.at("trials");
    info.counts = {.queued = trials.at("queued"),
                   .running = trials.at("running"),
                   .paused = trials.at("paused"),
                   .stopped = trials.at("stopped"),
                   .completed = trials.at("completed"),
                   .failed = trials.at("failed"),
                   .reports = json.at("reports"),
                   .resource = json.at("resource")};
    const OrderedJson& best = json.at("best");
    if (best.is_null()) return info;
    info.best = BestTrial{.trial = best.at("trial"), .value = best.at("value"), .fallback = best.at("fallback")};
    auto params = Assignment::from_json(best.at("params"));
    if (!params) return fail(params.error());
    info.best_params = std::move(*params);
    return info;
  });
}

void describe(const Sweep& sweep, SweepInfo& info) {
  info.name = sweep.spec().name;
  info.metric = sweep.objective() == nullptr ? "" : sweep.objective()->name;
  info.asked = !sweep.spec().has_trainable();
  info.counts = sweep.counts();
  info.last_seq = sweep.last_seq();
  info.run_cap = sweep.spec().run_cap;
  info.best = best_trial(sweep);
  if (info.best) {
    info.best_params = sweep.find(info.best->trial)->params;
    info.notice.clear();
  }
  info.fell_short = fell_short(sweep);
  if (const Next next = sweep.next(); std::holds_alternative<Done>(next)) {
    info.state = SweepState::finished;
    info.why = std::get<Done>(next).why;
    const Trial* last = info.fell_short ? last_failure(sweep) : nullptr;
    if (last != nullptr && !last->reason.empty()) info.why += fmt::format("; trial {}: {}", last->number, last->reason);
  } else {
    info.state = sweep.on_hold() ? SweepState::paused : SweepState::running;
    info.why = sweep.on_hold() ? sweep.hold_reason() : std::string();
  }
  info.stopping = sweep.stopping() && info.state == SweepState::running;
}

namespace {

Result<OrderedJson> read_summary(const std::filesystem::path& root) {
  std::ifstream file(summary_file(root));
  if (!file) return fail(errc::io, summary_file(root).string() + ": can't be read");
  std::stringstream text;
  text << file.rdbuf();
  OrderedJson json = OrderedJson::parse(text.str(), nullptr, false);
  if (!json.is_object()) return fail(errc::corrupt, summary_file(root).string() + ": is no JSON object");
  return json;
}

/// It can't change by itself, and stands as its summary says.
bool at_rest(const std::filesystem::path& root, const OrderedJson& summary, const SweepInfo& info) {
  if (info.state == SweepState::running && !waits_for_clients(info)) return false;
  std::error_code failed;
  const bool more_is_beside_it = std::filesystem::exists(RunDir{root}.ledger().string() + "-wal", failed);
  const auto stamp = summary.find("ledger");
  const std::string now = stamp_of_ledger(root);
  return !more_is_beside_it && !now.empty() && stamp != summary.end() && *stamp == now;
}

}  // namespace

Result<void> write_summary(const std::filesystem::path& root, const SweepInfo& info) {
  OrderedJson json = to_json(info);
  if (!info.key.empty()) json["key"] = info.key;
  json["ledger"] = stamp_of_ledger(root);
  return posix::replace_file(summary_file(root), json.dump(2) + "\n");
}

double begun_at(const std::filesystem::path& root) {
  double begun = 0;
  const auto ledger = Ledger::open_read_only(RunDir{root}.ledger());
  if (ledger)
    (void)ledger->read(
        0, [&](const Event& event) { begun = event.time; }, 1);
  return begun;
}

Result<void> sum_up(const std::filesystem::path& root, SweepInfo& info) {
  const auto run = recover(root);
  if (!run) return fail(run.error());
  describe(run->sweep, info);
  return write_summary(root, info);
}

bool waits_for_clients(const SweepInfo& info) {
  return info.asked && info.counts.running == 0;
}

Result<std::vector<Found>> find_sweeps(const std::filesystem::path& directory) {
  std::vector<Found> sweeps;
  std::error_code failed;
  for (std::filesystem::directory_iterator it(directory, failed), end; !failed && it != end; it.increment(failed)) {
    const std::string id = it->path().filename().string();
    if (!it->is_directory(failed)) continue;
    const auto summary = read_summary(it->path());
    auto info = summary ? sweep_info_of(*summary) : fail(summary.error());
    const bool rests = info && info->id == id && at_rest(it->path(), *summary, *info);
    if (!rests && !holds_run(it->path())) continue;
    if (!info) info = SweepInfo{.id = id};
    info->id = id;
    sweeps.push_back({std::move(*info), rests});
  }
  if (failed) return fail(errc::io, directory.string() + ": " + failed.message());
  return sweeps;
}

}  // namespace winnow
