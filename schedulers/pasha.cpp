#include <winnow/schedulers/pasha.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <winnow/core/options.hpp>

namespace winnow {
namespace {

AshaOptions ladder_of(const Pasha::Options& options) {
  return {.max_t = options.max_t, .grace_period = options.grace_period, .reduction_factor = options.reduction_factor};
}

bool within(double value, double other, double epsilon) {
  return value >= other - epsilon && value <= other + epsilon;
}

}  // namespace

Result<Pasha> Pasha::make(Options options, SchedulerContext context) {
  if (options.epsilon && !(std::isfinite(*options.epsilon) && *options.epsilon >= 0)) {
    return invalid_option("epsilon", "must be auto or at least 0, got " + format_double(*options.epsilon));
  }
  const Goal goal = context.goal;
  auto climb = AshaPromotion::make(ladder_of(options), std::move(context));
  if (!climb) return fail(std::move(climb.error()));
  return Pasha(options, goal, std::move(*climb));
}

Pasha::Pasha(Options options, Goal goal, AshaPromotion climb)
    : options_(options),
      goal_(goal),
      climb_(std::move(climb)),
      levels_(rung_levels(ladder_of(options), 0)),
      rankings_(levels_.size()),
      top_(1) {
  if (top_ < levels_.size()) noise_.look_above(levels_[top_ - 1]);
}

Decision Pasha::judge(const Judged& report) const {
  Decision decision = climb_.judge(report);
  if (decision.rung < 0) return decision;
  const std::string level = format_double(levels_[static_cast<std::size_t>(decision.rung)]);
  decision.why = decision.verdict == Verdict::pause
                     ? fmt::format("waits at rung {} of those up to {}", level, format_double(current_max_t()))
                     : fmt::format("no finite value at rung {}", level);
  return decision;
}

void Pasha::record(const Judged& report, const Decision& decision) {
  climb_.record(report, decision);
  if (top_ >= levels_.size()) return;
  if (!options_.epsilon) noise_.add(report.trial, report.resource, report.value);
  if (decision.rung >= 0 && static_cast<std::size_t>(decision.rung) < rankings_.size() && std::isfinite(report.value)) {
    rank(rankings_[static_cast<std::size_t>(decision.rung)], report.trial, merit(goal_, report.value));
  }
  if (decision.rung < 0 && options_.epsilon) return;  // nothing has changed
  if (!ranks_agree(0) && !ranks_agree(epsilon())) grow();
}

void Pasha::rank(Ranking& rung, TrialId trial, double merit) const {
  if (!rung.merits.emplace(trial, merit).second) return;
  const auto place =
      std::upper_bound(rung.best_first.begin(), rung.best_first.end(), merit,
                       [&](double value, TrialId other) { return value > rung.merits.find(other)->second; });
  rung.best_first.insert(place, trial);
}

bool Pasha::ranks_agree(double epsilon) const {
  const Ranking& top = rankings_[top_];
  const Ranking& below = rankings_[top_ - 1];
  auto place = below.best_first.begin();
  for (const TrialId trial : top.best_first) {
    const auto earlier = below.merits.find(trial);
    if (earlier == below.merits.end()) continue;
    while (!top.merits.contains(*place)) ++place;
    if (!within(earlier->second, below.merits.find(*place)->second, epsilon)) return false;
    ++place;
  }
  return true;
}

void Pasha::grow() {
  ++top_;
  if (top_ < levels_.size()) return noise_.look_above(levels_[top_ - 1]);
  rankings_ = {};
  noise_ = {};
}

Wish Pasha::wish(const Room&) const {
  if (const auto trial = climb_.promotable_below(current_max_t())) return Promote{*trial};
  return Create{};
}

Value Pasha::options() const {
  return {{"max_t", options_.max_t},
          {"grace_period", options_.grace_period},
          {"reduction_factor", options_.reduction_factor},
          {"epsilon", options_.epsilon ? Value(*options_.epsilon) : Value("auto")}};
}

std::vector<std::string> Pasha::describe() const {
  auto lines = climb_.describe();
  if (levels_.size() < 2) {
    lines.emplace_back("with one rung there is nothing to compare: this is asha");
    return lines;
  }
  const std::string apart =
      options_.epsilon ? format_double(*options_.epsilon) : std::string("the noise of the learning curves");
  lines.push_back(fmt::format(
      "at first up to rung {}; a rung further whenever the two highest rank trials otherwise by more than {}",
      format_double(levels_[1]), apart));
  return lines;
}

Result<std::unique_ptr<Scheduler>> make_pasha(const Value& options, SchedulerContext context) {
  OptionReader reader("pasha", options);
  Pasha::Options read;
  const auto max_t = reader.number("max_t");
  read.grace_period = reader.number("grace_period").value_or(read.grace_period);
  read.reduction_factor = reader.number("reduction_factor").value_or(read.reduction_factor);
  const bool by_noise = options.is_object() && options.contains("epsilon") && options["epsilon"] == "auto";
  if (by_noise) {
    reader.text("epsilon");
  } else {
    read.epsilon = reader.number("epsilon");
  }
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (!max_t) return invalid_option("max_t", "is required: the resource at which a trial is complete, >= 1");
  read.max_t = *max_t;
  auto made = Pasha::make(read, std::move(context));
  if (!made) return fail(std::move(made.error()));
  return std::make_unique<Pasha>(std::move(*made));
}

}  // namespace winnow
