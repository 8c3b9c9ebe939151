#include <algorithm>
#include <cmath>
#include <limits>
#include <winnow/core/options.hpp>
#include <winnow/schedulers/asha.hpp>
#include <winnow/schedulers/asha_promotion.hpp>

namespace winnow {
namespace {

/// (1 − 1/η) on the way that numpy.percentile takes it, so that cutoffs agree to the last bit.
double cutoff_fraction(double reduction_factor) {
  return (1 - 1 / reduction_factor) * 100 / 100;
}

/// As Ray counts and makes them: a logarithm says how many, and there may be one at max_t.
std::vector<double> ray_levels(const Asha::Options& options, int bracket) {
  const double ratio = std::log(options.max_t / options.grace_period) / std::log(options.reduction_factor);
  std::vector<double> levels;
  for (int k = 0; k < static_cast<int>(ratio - bracket + 1); ++k) {
    levels.push_back(options.grace_period * std::pow(options.reduction_factor, k + bracket));
  }
  return levels;
}

/// numpy_quantile for finite values; −∞ wins over any finite neighbour, and values far apart don't overflow.
double quantile(const Rung::Neighbours& n) {
  if (n.low == -std::numeric_limits<double>::infinity()) return n.low;
  if (!std::isfinite(n.high - n.low)) return n.low * (1 - n.weight) + n.high * n.weight;
  return numpy_quantile(n);
}

std::vector<std::vector<Rung>> make_brackets(const Asha::Options& options) {
  const double fraction = cutoff_fraction(options.reduction_factor);
  std::vector<std::vector<Rung>> brackets(static_cast<std::size_t>(options.brackets));
  for (int s = 0; s < options.brackets; ++s) {
    const auto levels = options.compat == Asha::Compat::ray ? ray_levels(options, s) : rung_levels(options, s);
    for (const double level : levels) brackets[static_cast<std::size_t>(s)].emplace_back(level, fraction);
  }
  return brackets;
}

std::vector<std::size_t> sizes(const std::vector<std::vector<Rung>>& brackets) {
  std::vector<std::size_t> sizes;
  for (const auto& bracket : brackets) sizes.push_back(bracket.size());
  return sizes;
}

}  // namespace

Result<Asha> Asha::make(Options options, SchedulerContext context) {
  if (auto valid = check_ladder(options); !valid) return fail(std::move(valid.error()));
  return Asha(options, context);
}

Asha::Asha(Options options, SchedulerContext context)
    : options_(options), context_(context), brackets_(make_brackets(options)), draw_(sizes(brackets_), context.seed) {}

Decision Asha::judge(const Judged& report) const {
  if (report.resource >= options_.max_t) return {.verdict = Verdict::stop, .completed = true};
  const Bracket& bracket = brackets_[draw_.of(report.trial)];
  const std::int32_t rung = judging_rung(bracket, report);
  if (rung < 0) return {};
  const bool stops = falls_short(bracket[static_cast<std::size_t>(rung)], report.value);
  return {.verdict = stops ? Verdict::stop : Verdict::go_on, .rung = rung};
}

void Asha::record(const Judged& report, const Decision& decision) {
  if (decision.rung >= 0) enter(report, decision.rung);
  if (options_.compat != Compat::ray) return;
  Track& track = tracks_[report.trial];
  track.last_resource = report.resource;
  track.last_value = report.value;
  if (decision.verdict == Verdict::stop) forget(report.trial);
}

/// A failed one may run again: its track stays.
void Asha::ended(TrialId trial, TrialState state) {
  if (state != TrialState::failed) forget(trial);
}

void Asha::forget(TrialId trial) {
  if (const Track* track = track_of(trial); track != nullptr && options_.compat == Compat::ray) {
    enter_last({.trial = trial, .resource = track->last_resource, .value = track->last_value});
  }
  tracks_.erase(trial);
}

void Asha::enter_last(const Judged& last) {
  const std::int32_t rung = judging_rung(brackets_[draw_.of(last.trial)], last);
  if (rung >= 0) enter(last, rung);
}

void Asha::enter(const Judged& report, std::int32_t rung) {
  Bracket& bracket = brackets_[draw_.of(report.trial)];
  const auto index = static_cast<std::size_t>(rung);
  if (index >= bracket.size()) return;
  std::vector<bool>& recorded = tracks_[report.trial].recorded;
  if (recorded.size() <= index) recorded.resize(index + 1);
  recorded[index] = true;
  if (const double entry = score(report.value); !std::isnan(entry)) bracket[index].insert(entry);
}

std::int32_t Asha::judging_rung(const Bracket& bracket, const Judged& report) const {
  const Track* track = track_of(report.trial);
  const std::size_t above = track == nullptr ? 0 : track->recorded.size();
  for (std::size_t i = bracket.size(); i-- > 0;) {
    if (!(report.resource >= bracket[i].resource())) continue;
    if (i >= above) return static_cast<std::int32_t>(i);
    if (options_.compat == Compat::none) break;
    if (!track->recorded[i]) return static_cast<std::int32_t>(i);
  }
  return -1;
}

bool Asha::falls_short(const Rung& rung, double value) const {
  const auto around = rung.around_quantile();
  if (options_.compat == Compat::ray) return around && score(value) < numpy_quantile(*around);
  if (!std::isfinite(value)) return true;
  return around && score(value) < quantile(*around);
}

double Asha::score(double value) const {
  if (options_.compat == Compat::none) return merit(context_.goal, value);
  return context_.goal == Goal::maximize ? value : -value;
}

const Asha::Track* Asha::track_of(TrialId trial) const {
  const auto it = tracks_.find(trial);
  return it == tracks_.end() ? nullptr : &it->second;
}

std::vector<double> Asha::rungs_of(TrialId trial) const {
  std::vector<double> levels;
  for (const Rung& rung : brackets_[draw_.of(trial)]) {
    if (rung.resource() < options_.max_t) levels.push_back(rung.resource());
  }
  return levels;
}

std::vector<std::string> Asha::describe() const {
  std::vector<std::vector<double>> levels(brackets_.size());
  for (std::size_t s = 0; s < brackets_.size(); ++s) {
    for (const Rung& rung : brackets_[s]) {
      if (rung.resource() < options_.max_t) levels[s].push_back(rung.resource());
    }
  }
  return describe_ladder(levels, options_.max_t);
}

namespace {

template <class S>
Result<std::unique_ptr<Scheduler>> made(Result<S> scheduler) {
  if (!scheduler) return fail(std::move(scheduler.error()));
  return std::make_unique<S>(std::move(*scheduler));
}

}  // namespace

Result<std::unique_ptr<Scheduler>> make_asha(const Value& options, SchedulerContext context) {
  OptionReader reader("asha", options);
  Asha::Options read;
  const auto max_t = reader.number("max_t");
  read.grace_period = reader.number("grace_period").value_or(read.grace_period);
  read.reduction_factor = reader.number("reduction_factor").value_or(read.reduction_factor);
  read.brackets = reader.integer("brackets", read.brackets);
  const auto variant = reader.text("variant");
  const auto compat = reader.text("compat");
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  const bool promotion = variant == "promotion";
  if (variant && !promotion && variant != "stopping") {
    return invalid_option("variant", "must be stopping or promotion, got '" + *variant + "'");
  }
  if (compat && compat != "ray") return invalid_option("compat", "must be ray, got '" + *compat + "'");
  if (compat && promotion) return invalid_option("compat", "ray is a rule of variant: stopping");
  if (compat) read.compat = Asha::Compat::ray;
  if (!max_t) return invalid_option("max_t", "is required: the resource at which a trial is complete, >= 1");
  read.max_t = *max_t;
  return promotion ? made(AshaPromotion::make(read, context)) : made(Asha::make(read, context));
}

}  // namespace winnow
