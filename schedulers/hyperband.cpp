#include <winnow/schedulers/hyperband.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <winnow/core/goal.hpp>
#include <winnow/core/options.hpp>
#include <winnow/core/whole.hpp>

namespace winnow {
namespace {

using Shape = HalvingBracket::Shape;

constexpr double kMostKinds = 1000;
constexpr double kLargestBracket = 1e9;

double brackets_of(const Hyperband::Options& options) {
  return std::nearbyint(std::log(options.max_t) / std::log(options.reduction_factor)) + 1;
}

/// nullopt: its first milestone would be 0.
std::optional<Shape> shape_of(const Hyperband::Options& options, int s) {
  const double eta = options.reduction_factor;
  double milestone = whole(options.max_t * std::pow(eta, -s));
  if (milestone < 1) return std::nullopt;
  double size = std::ceil(brackets_of(options) / (s + 1) * std::pow(eta, s) * (1 - 1e-12));
  Shape shape{static_cast<std::size_t>(size), {}};
  for (int halving = 0; halving < s && milestone < options.max_t; ++halving) {
    size = std::ceil(size / eta * (1 - 1e-12));
    shape.levels.push_back({milestone, static_cast<std::size_t>(size)});
    milestone = whole(milestone * eta);
  }
  return shape;
}

/// What its trials take together, if all are there and none ends early.
double budget_of(const Shape& shape, double max_t) {
  double budget = 0;
  double from = 0;
  auto trials = static_cast<double>(shape.size);
  for (const auto& [milestone, kept] : shape.levels) {
    budget += trials * (milestone - from);
    from = milestone;
    trials = static_cast<double>(kept);
  }
  return budget + trials * (max_t - from);
}

std::string trials(std::size_t count) {
  return fmt::format("{} trial{}", count, count == 1 ? "" : "s");
}

}  // namespace

Result<Hyperband> Hyperband::make(Options options, SchedulerContext context) {
  if (!(std::isfinite(options.max_t) && options.max_t >= 1)) {
    return invalid_option("max_t", "must be at least 1, got " + format_double(options.max_t));
  }
  const double eta = options.reduction_factor;
  if (!(std::isfinite(eta) && eta > 1)) {
    return invalid_option("reduction_factor", "must be greater than 1, got " + format_double(eta));
  }
  const double count = brackets_of(options);
  if (count > kMostKinds || std::pow(eta, count - 1) > kLargestBracket) {
    return invalid_option(
        "reduction_factor",
        fmt::format("{} with max_t {} makes {} brackets, the last of {:.0f} trials; at most 1000 of "
                    "at most 1e9 are possible",
                    format_double(eta), format_double(options.max_t), count, std::pow(eta, count - 1)));
  }
  return Hyperband(options, std::move(context));
}

Hyperband::Hyperband(Options options, SchedulerContext context) : options_(options), context_(std::move(context)) {
  for (int s = 0; s < static_cast<int>(brackets_of(options_)); ++s) {
    if (auto shape = shape_of(options_, s)) shapes_.push_back(std::move(*shape));
  }
}

std::int32_t Hyperband::number_of(TrialId trial) const {
  const auto index = static_cast<std::size_t>(trial);
  return trial < 0 || index >= numbers_.size() ? kNone : numbers_[index];
}

HalvingBracket* Hyperband::bracket_of(TrialId trial) {
  const auto found = open_.find(number_of(trial));
  return found == open_.end() ? nullptr : &found->second;
}

const HalvingBracket* Hyperband::filling() const {
  if (open_.empty() || open_.rbegin()->first != begun_ - 1 || open_.rbegin()->second.full()) return nullptr;
  return &open_.rbegin()->second;
}

Decision Hyperband::judge(const Judged& report) const {
  if (report.resource >= options_.max_t) return {.verdict = Verdict::stop, .completed = true};
  const HalvingBracket::Entry entry{merit(context_.goal, report.value), report.trial};
  const std::int32_t number = number_of(report.trial);
  if (number != kNone) {
    const auto found = open_.find(number);
    return found == open_.end() ? Decision{} : found->second.judge(report.resource, entry);
  }
  if (const auto* bracket = filling()) return bracket->judge(report.resource, entry);
  return HalvingBracket(shape(static_cast<std::size_t>(begun_)), context_.goal).judge(report.resource, entry);
}

void Hyperband::created(TrialId trial, const Assignment&) {
  if (trial < 0 || number_of(trial) != kNone) return;
  if (filling() == nullptr) {
    open_.emplace(begun_, HalvingBracket(shape(static_cast<std::size_t>(begun_)), context_.goal));
    ++begun_;
  }
  const auto index = static_cast<std::size_t>(trial);
  if (index >= numbers_.size()) numbers_.resize(index + 1, kNone);
  numbers_[index] = begun_ - 1;
  open_.rbegin()->second.join(trial);
}

template <class Change>
void Hyperband::in_bracket_of(TrialId trial, Change change) {
  HalvingBracket* bracket = bracket_of(trial);
  if (bracket == nullptr) return;
  change(*bracket);
  if (bracket->finished()) open_.erase(number_of(trial));
}

void Hyperband::record(const Judged& report, const Decision& decision) {
  created(report.trial, {});
  in_bracket_of(report.trial, [&](HalvingBracket& bracket) {
    bracket.record(report.resource, {merit(context_.goal, report.value), report.trial}, decision);
  });
}

void Hyperband::ended(TrialId trial, TrialState state) {
  in_bracket_of(trial, [&](HalvingBracket& bracket) { bracket.leave(trial, state == TrialState::failed); });
}

void Hyperband::set_promotable(TrialId trial, bool promotable) {
  in_bracket_of(trial, [&](HalvingBracket& bracket) { bracket.set_promotable(trial, promotable); });
}

void Hyperband::record_promotion(TrialId trial) {
  in_bracket_of(trial, [&](HalvingBracket& bracket) { bracket.promoted(trial); });
}

Wish Hyperband::wish(const Room& room) const {
  for (const auto& [number, bracket] : open_) {
    if (auto wish = bracket.wish(room)) return std::move(*wish);
  }
  return Create{};
}

Value Hyperband::options() const {
  return {{"max_t", options_.max_t}, {"reduction_factor", options_.reduction_factor}};
}

std::vector<std::string> Hyperband::describe() const {
  std::vector<std::string> lines;
  double budget = 0;
  std::size_t size = 0;
  for (std::size_t s = 0; s < shapes_.size(); ++s) {
    const Shape& shape = shapes_[s];
    std::string line = fmt::format("bracket {}: {}", s, trials(shape.size));
    for (const auto& [milestone, kept] : shape.levels) {
      line += fmt::format(" to {}, the best {}", format_double(milestone), kept);
    }
    lines.push_back(fmt::format("{} to {}", line, format_double(options_.max_t)));
    budget += budget_of(shape, options_.max_t);
    size += shape.size;
  }
  lines.push_back(
      fmt::format("new trials fill one bracket after the other, then the first kind again; a round of them "
                  "has {} and takes {} at most",
                  trials(size), format_double(budget)));
  lines.emplace_back("a trial waits at each of these until its bracket is full and all have come; the rest is dropped");
  return lines;
}

std::vector<double> Hyperband::rungs_of(TrialId trial) const {
  const std::int32_t number = number_of(trial);
  if (number == kNone) return {};
  std::vector<double> rungs;
  for (const auto& level : shape(static_cast<std::size_t>(number)).levels) rungs.push_back(level.milestone);
  return rungs;
}

namespace {

Result<std::unique_ptr<Scheduler>> make(std::string_view name, const Value& options, SchedulerContext context) {
  OptionReader reader(name, options);
  Hyperband::Options read;
  read.max_t = reader.number("max_t").value_or(read.max_t);
  read.reduction_factor = reader.number("reduction_factor").value_or(read.reduction_factor);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  auto made = Hyperband::make(read, std::move(context));
  if (!made) return fail(std::move(made.error()));
  return std::make_unique<Hyperband>(std::move(*made));
}

}  // namespace

Result<std::unique_ptr<Scheduler>> make_hyperband(const Value& options, SchedulerContext context) {
  return make("hyperband", options, std::move(context));
}

Result<std::unique_ptr<Scheduler>> make_hyperband_bohb(const Value& options, SchedulerContext context) {
  return make("hyperband_bohb", options, std::move(context));
}

}  // namespace winnow
