#include <algorithm>
#include <cmath>
#include <limits>
#include <winnow/core/random.hpp>
#include <winnow/schedulers/asha.hpp>
#include <winnow/schedulers/options.hpp>

namespace winnow {
namespace {

constexpr std::size_t kMostRungs = 1000;
constexpr int kMostBrackets = 1000;

/// (1 − 1/η) on the way that numpy.percentile takes it, so that cutoffs agree to the last bit.
double cutoff_fraction(double reduction_factor) {
  return (1 - 1 / reduction_factor) * 100 / 100;
}

/// By multiplication; one rung more than is allowed at most.
std::vector<double> levels_below(double max_t, double grace_period, double reduction_factor) {
  std::vector<double> levels;
  for (double level = grace_period; level < max_t && levels.size() <= kMostRungs; level *= reduction_factor) {
    levels.push_back(level);
  }
  return levels;
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

/// numpy's interpolation, to the last bit; NaN may come of infinities.
double numpy_quantile(const Rung::Neighbours& n) {
  const double gap = n.high - n.low;
  return n.weight >= 0.5 ? n.high - gap * (1 - n.weight) : n.low + gap * n.weight;
}

/// The same for finite values; −∞ wins over any finite neighbour, and values far apart don't overflow.
double quantile(const Rung::Neighbours& n) {
  if (n.low == -std::numeric_limits<double>::infinity()) return n.low;
  if (!std::isfinite(n.high - n.low)) return n.low * (1 - n.weight) + n.high * n.weight;
  return numpy_quantile(n);
}

tl::unexpected<Error> refuse(std::string_view key, std::string_view range, double value) {
  return fail(errc::invalid_option,
              std::string(key) + ": must be " + std::string(range) + ", got " + format_double(value));
}

Result<void> check(const Asha::Options& o) {
  if (!(std::isfinite(o.max_t) && o.max_t >= 1)) return refuse("max_t", "at least 1", o.max_t);
  if (!(o.grace_period >= 1)) return refuse("grace_period", "at least 1", o.grace_period);
  if (!(o.grace_period < o.max_t)) {
    return refuse("grace_period", "less than max_t (" + format_double(o.max_t) + ")", o.grace_period);
  }
  if (!(std::isfinite(o.reduction_factor) && o.reduction_factor > 1)) {
    return refuse("reduction_factor", "greater than 1", o.reduction_factor);
  }
  if (o.brackets < 1 || o.brackets > kMostBrackets) return refuse("brackets", "from 1 to 1000", o.brackets);
  if (levels_below(o.max_t, o.grace_period, o.reduction_factor).size() > kMostRungs) {
    return refuse("reduction_factor", "greater: this one makes more than 1000 rungs", o.reduction_factor);
  }
  return {};
}

}  // namespace

Result<Asha> Asha::make(Options options, SchedulerContext context) {
  if (auto valid = check(options); !valid) return fail(std::move(valid.error()));
  return Asha(options, context);
}

Asha::Asha(Options options, SchedulerContext context) : options_(options), context_(context) {
  const double fraction = cutoff_fraction(options.reduction_factor);
  const std::vector<double> all = levels_below(options.max_t, options.grace_period, options.reduction_factor);
  for (int s = 0; s < options.brackets; ++s) {
    std::vector<double> levels;
    if (options.compat == Compat::ray) {
      levels = ray_levels(options, s);
    } else {
      levels.assign(all.begin() + std::min<std::ptrdiff_t>(s, std::ssize(all)), all.end());
    }
    Bracket& bracket = brackets_.emplace_back();
    for (const double level : levels) bracket.emplace_back(level, fraction);
  }
  double total = 0;
  for (const Bracket& bracket : brackets_) {
    // Relative to the longest, bracket 0, because e^1000 is no number.
    total += std::exp(static_cast<double>(bracket.size()) - static_cast<double>(brackets_.front().size()));
    cumulative_.push_back(total);
  }
}

Decision Asha::judge(const Judged& report) const {
  if (report.resource >= options_.max_t) return {.verdict = Verdict::stop, .completed = true};
  const Bracket& bracket = brackets_[bracket_of(report.trial)];
  const std::int32_t rung = judging_rung(bracket, report);
  if (rung < 0) return {};
  const bool stops = falls_short(bracket[static_cast<std::size_t>(rung)], report.value);
  return {.verdict = stops ? Verdict::stop : Verdict::go_on, .rung = rung};
}

void Asha::record(const Judged& report, const Decision& decision) {
  if (decision.rung >= 0) enter(report, decision.rung);
  if (options_.compat != Compat::ray) return;
  tracks_[report.trial].last = report;
  if (decision.verdict == Verdict::stop) trial_ended(report.trial);
}

void Asha::trial_ended(TrialId trial) {
  if (const Track* track = track_of(trial); track != nullptr && options_.compat == Compat::ray) {
    enter_last(Judged(track->last));
  }
  tracks_.erase(trial);
}

void Asha::enter_last(const Judged& last) {
  const std::int32_t rung = judging_rung(brackets_[bracket_of(last.trial)], last);
  if (rung >= 0) enter(last, rung);
}

void Asha::enter(const Judged& report, std::int32_t rung) {
  Bracket& bracket = brackets_[bracket_of(report.trial)];
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

std::size_t Asha::bracket_of(TrialId trial) const {
  if (brackets_.size() == 1) return 0;
  Rng rng = keyed_rng(context_.seed, trial, "asha/bracket");
  const double drawn = uniform01(rng) * cumulative_.back();
  const auto it = std::upper_bound(cumulative_.begin(), cumulative_.end(), drawn);
  return std::min(static_cast<std::size_t>(it - cumulative_.begin()), brackets_.size() - 1);
}

const Asha::Track* Asha::track_of(TrialId trial) const {
  const auto it = tracks_.find(trial);
  return it == tracks_.end() ? nullptr : &it->second;
}

std::vector<double> Asha::rungs_of(TrialId trial) const {
  std::vector<double> levels;
  for (const Rung& rung : brackets_[bracket_of(trial)]) {
    if (rung.resource() < options_.max_t) levels.push_back(rung.resource());
  }
  return levels;
}

std::vector<std::string> Asha::describe() const {
  std::vector<std::string> lines;
  for (std::size_t s = 0; s < brackets_.size(); ++s) {
    std::string levels;
    for (const Rung& rung : brackets_[s]) {
      if (rung.resource() < options_.max_t) levels += (levels.empty() ? " " : ", ") + format_double(rung.resource());
    }
    lines.push_back("bracket " + std::to_string(s) + ": " + (levels.empty() ? "no rungs" : "rungs" + levels));
  }
  lines.push_back("a trial is complete at " + format_double(options_.max_t));
  return lines;
}

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
  if (variant == "promotion")
    return fail(errc::invalid_option, "variant: promotion is not built yet in this version; stopping is");
  if (variant && variant != "stopping") {
    return fail(errc::invalid_option, "variant: must be stopping, got '" + *variant + "'");
  }
  if (compat && compat != "ray") return fail(errc::invalid_option, "compat: must be ray, got '" + *compat + "'");
  if (compat) read.compat = Asha::Compat::ray;
  if (!max_t) return fail(errc::invalid_option, "max_t: is required: the resource at which a trial is complete, >= 1");
  read.max_t = *max_t;
  auto asha = Asha::make(read, context);
  if (!asha) return fail(std::move(asha.error()));
  return std::make_unique<Asha>(std::move(*asha));
}

}  // namespace winnow
