#include <winnow/schedulers/pbt_replay.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <winnow/core/options.hpp>

namespace winnow {
namespace {

constexpr const char* kShape =
    "must be a list of changes, each with its step and its parameters: {at: 4, params: {lr: 0.1}}";

Result<std::vector<PbtReplay::Change>> read_schedule(const Value& list) {
  std::vector<PbtReplay::Change> schedule;
  if (!list.is_array() || list.empty()) return invalid_option("schedule", kShape);
  for (const Value& one : list) {
    if (!one.is_object() || one.size() != 2 || !one.contains("at") || !one.contains("params") ||
        !one["at"].is_number() || !one["params"].is_object()) {
      return invalid_option("schedule", fmt::format("{}, got {}", kShape, one.dump()));
    }
    PbtReplay::Change change{one["at"].get<double>(), {}};
    for (const auto& [name, value] : one["params"].items()) change.params.set(name, value);
    schedule.push_back(std::move(change));
  }
  return schedule;
}

}  // namespace

Result<PbtReplay> PbtReplay::make(Options options, SchedulerContext context) {
  double last = 0;
  for (const Change& change : options.schedule) {
    if (!(std::isfinite(change.at) && change.at > last)) {
      return invalid_option("schedule", fmt::format("its steps must ascend from above 0, got {} after {}",
                                                    format_double(change.at), format_double(last)));
    }
    last = change.at;
    for (const auto& [name, value] : change.params.entries()) {
      if (context.space == nullptr || context.space->find(name) != nullptr) continue;
      return invalid_option("schedule", fmt::format("'{}' is no parameter of the space", name));
    }
  }
  if (options.max_t && *options.max_t < 1) {
    return invalid_option("max_t", "must be at least 1, got " + format_double(*options.max_t));
  }
  return PbtReplay(std::move(options));
}

std::size_t PbtReplay::due_at(double resource) const {
  const auto& schedule = options_.schedule;
  const auto later = std::find_if(schedule.begin(), schedule.end(), [&](const Change& c) { return c.at > resource; });
  return static_cast<std::size_t>(later - schedule.begin());
}

Decision PbtReplay::judge(const Judged& report) const {
  if (options_.max_t && report.resource >= *options_.max_t) return {.verdict = Verdict::stop, .completed = true};
  const auto found = members_.find(report.trial);
  const std::size_t made = found == members_.end() ? 0 : found->second.made;
  if (due_at(report.resource) <= made) return {};
  return {.verdict = Verdict::pause, .why = fmt::format("its parameters change at {}", report.step)};
}

void PbtReplay::record(const Judged& report, const Decision& decision) {
  if (decision.verdict == Verdict::pause) members_[report.trial].waits = report.step;
}

void PbtReplay::ended(TrialId trial, TrialState state) {
  promotable_.erase(trial);
  if (state != TrialState::failed) members_.erase(trial);
}

void PbtReplay::set_promotable(TrialId trial, bool promotable) {
  promotable ? void(promotable_.insert(trial)) : void(promotable_.erase(trial));
}

Wish PbtReplay::wish(const Room&) const {
  for (const TrialId trial : promotable_) {
    const auto found = members_.find(trial);
    if (found == members_.end() || !found->second.waits) continue;
    const Member& member = found->second;
    Assignment params = member.params;
    const std::size_t due = due_at(static_cast<double>(*member.waits));
    for (std::size_t i = member.made; i < due; ++i) {
      for (const auto& [name, value] : options_.schedule[i].params.entries()) params.set(name, value);
    }
    return Exploit{trial, trial, *member.waits, std::move(params), "as the schedule says"};
  }
  return Create{};
}

/// Its checkpoint was gone: it goes on as it was, and the next report asks again.
void PbtReplay::record_promotion(TrialId trial) {
  promotable_.erase(trial);
  if (const auto found = members_.find(trial); found != members_.end()) found->second.waits.reset();
}

void PbtReplay::record_exploit(TrialId trial, TrialId, Step step, const Assignment& params) {
  record_promotion(trial);
  Member& member = members_[trial];
  member.params = params;
  member.made = due_at(static_cast<double>(step));
}

std::optional<Step> PbtReplay::lends(TrialId trial) const {
  const auto found = members_.find(trial);
  return found == members_.end() ? std::nullopt : found->second.waits;
}

Value PbtReplay::options() const {
  Value schedule = Value::array();
  for (const Change& change : options_.schedule) {
    schedule.push_back({{"at", change.at}, {"params", Value(change.params.to_json())}});
  }
  Value options{{"schedule", std::move(schedule)}};
  if (options_.max_t) options["max_t"] = *options_.max_t;
  return options;
}

std::vector<std::string> PbtReplay::describe() const {
  std::vector<std::string> lines;
  for (const Change& change : options_.schedule) {
    lines.push_back(fmt::format("from {} on: {}", format_double(change.at), change.params.to_json().dump()));
  }
  if (options_.max_t) lines.push_back("a trial is complete at " + format_double(*options_.max_t));
  return lines;
}

Result<std::unique_ptr<Scheduler>> make_pbt_replay(const Value& options, SchedulerContext context) {
  OptionReader reader("pbt_replay", options);
  PbtReplay::Options read;
  const Value* schedule = reader.value("schedule");
  read.max_t = reader.number("max_t");
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  auto changes = read_schedule(schedule == nullptr ? Value() : *schedule);
  if (!changes) return fail(std::move(changes.error()));
  read.schedule = std::move(*changes);
  auto made = PbtReplay::make(std::move(read), std::move(context));
  if (!made) return fail(std::move(made.error()));
  return std::make_unique<PbtReplay>(std::move(*made));
}

}  // namespace winnow
