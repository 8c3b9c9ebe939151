#include <winnow/schedulers/median_stopping.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <winnow/core/options.hpp>

namespace winnow {
namespace {

/// As numpy takes it: halfway between the two in the middle of an even number.
double median(const Rung::Neighbours& around) {
  return around.weight == 0.5 ? (around.low + around.high) / 2 : around.low;
}

}  // namespace

Result<MedianStopping> MedianStopping::make(Options options, SchedulerContext context) {
  if (!(std::isfinite(options.grace_period) && options.grace_period >= 0)) {
    return invalid_option("grace_period", "must be at least 0, got " + format_double(options.grace_period));
  }
  if (options.min_samples_required < 1) {
    return invalid_option("min_samples_required",
                          "must be at least 1, got " + std::to_string(options.min_samples_required));
  }
  return MedianStopping(options, std::move(context));
}

std::optional<double> MedianStopping::Track::mean_at(double resource) const {
  if (last < resource) return std::nullopt;
  const auto after = std::upper_bound(means.begin(), means.end(), resource,
                                      [](double at, const Mean& mean) { return at < mean.resource; });
  if (after == means.begin() || !std::isfinite(std::prev(after)->mean)) return std::nullopt;
  return std::prev(after)->mean;
}

Rung MedianStopping::level_at(double resource) const {
  Rung level(resource, 0.5);
  for (const auto& [trial, track] : tracks_) {
    if (const auto mean = track.mean_at(resource)) level.insert(*mean);
  }
  return level;
}

Decision MedianStopping::judge(const Judged& report) const {
  if (report.resource < options_.grace_period) return {};
  const auto known = tracks_.find(report.trial);
  const bool is_new = known == tracks_.end();
  if (!is_new && (known->second.let_go || report.resource <= known->second.last)) return {};
  const auto found = levels_.find(report.resource);
  const Rung others = found == levels_.end() ? level_at(report.resource) : Rung(report.resource, 0.5);
  const Rung& level = found == levels_.end() ? others : found->second;
  if (static_cast<int>(level.size()) < options_.min_samples_required) return {};

  double best = kNoBest;
  if (!is_new) best = known->second.best;
  if (std::isfinite(report.value)) best = std::max(best, signed_value(report.value));
  const double middle = median(*level.around_quantile());
  if (best >= middle) return {};
  const std::string own =
      std::isfinite(best) ? format_double(signed_value(best)) + " at best is worse" : "no finite value: worse";
  return {.verdict = options_.hard_stop ? Verdict::stop : Verdict::pause,
          .why = fmt::format("{} than {}, the median of {} trials' means, at {}", own,
                             format_double(signed_value(middle)), level.size(), format_double(report.resource))};
}

void MedianStopping::record(const Judged& report, const Decision& decision) {
  const auto here = report.resource >= options_.grace_period
                        ? std::optional(levels_.find(report.resource) != levels_.end()
                                            ? levels_.find(report.resource)
                                            : levels_.emplace(report.resource, level_at(report.resource)).first)
                        : std::nullopt;
  Track& track = tracks_[report.trial];
  if (track.let_go) return;  // as with Ray: what it reports later counts no more
  if (decision.verdict == Verdict::pause) track.let_go = true;
  if (report.resource <= track.last) return;
  const double before = std::exchange(track.last, report.resource);
  if (std::isfinite(report.value)) track.best = std::max(track.best, signed_value(report.value));
  if (!here) return;
  for (auto passed = levels_.upper_bound(before); passed != *here; ++passed) {
    if (const auto mean = track.mean_at(passed->first)) passed->second.insert(*mean);
  }
  track.sum += signed_value(report.value);
  track.means.push_back({report.resource, track.sum / static_cast<double>(track.means.size() + 1)});
  if (const auto mean = track.mean_at(report.resource)) (*here)->second.insert(*mean);
}

void MedianStopping::set_promotable(TrialId trial, bool promotable) {
  promotable ? void(paused_.insert(trial)) : void(paused_.erase(trial));
}

Wish MedianStopping::wish(const Room& room) const {
  if (room.more || paused_.empty()) return Create{};
  return Promote{*paused_.begin()};
}

Value MedianStopping::options() const {
  return {{"grace_period", options_.grace_period},
          {"min_samples_required", options_.min_samples_required},
          {"hard_stop", options_.hard_stop}};
}

std::vector<std::string> MedianStopping::describe() const {
  return {
      fmt::format("from {} on, a trial {} when its best value is worse than the median of the others' running means",
                  format_double(options_.grace_period), options_.hard_stop ? "stops" : "pauses"),
      fmt::format("the first one can {} once {} other trials have come as far as it",
                  options_.hard_stop ? "stop" : "pause", options_.min_samples_required)};
}

Result<std::unique_ptr<Scheduler>> make_median_stopping(const Value& options, SchedulerContext context) {
  OptionReader reader("median_stopping", options);
  MedianStopping::Options read;
  read.grace_period = reader.number("grace_period").value_or(read.grace_period);
  read.min_samples_required = reader.integer("min_samples_required", read.min_samples_required);
  read.hard_stop = reader.flag("hard_stop").value_or(read.hard_stop);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  auto made = MedianStopping::make(read, std::move(context));
  if (!made) return fail(std::move(made.error()));
  return std::make_unique<MedianStopping>(std::move(*made));
}

}  // namespace winnow
