#include <winnow/schedulers/pbt.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <winnow/core/goal.hpp>
#include <winnow/schedulers/perturbation.hpp>

namespace winnow {

Result<Pbt> Pbt::make(Options options, std::unique_ptr<Explorer> explorer, SchedulerContext context) {
  const auto refuse = [](std::string_view key, std::string_view right, double got) {
    return invalid_option(key, fmt::format("must be {}, got {}", right, format_double(got)));
  };
  const double interval = options.perturbation_interval;
  if (!(std::isfinite(interval) && interval > 0)) return refuse("perturbation_interval", "greater than 0", interval);
  if (!(options.burn_in_period >= 0)) return refuse("burn_in_period", "at least 0", options.burn_in_period);
  if (!(options.quantile_fraction >= 0 && options.quantile_fraction <= 0.5)) {
    return refuse("quantile_fraction", "between 0 and 0.5", options.quantile_fraction);
  }
  if (options.max_t && *options.max_t < 1) return refuse("max_t", "at least 1", *options.max_t);
  if (options.max_t && interval >= *options.max_t) {
    return refuse("perturbation_interval", "less than max_t (" + format_double(*options.max_t) + ")", interval);
  }
  return Pbt(options, std::move(explorer), std::move(context));
}

Pbt::Pbt(Options options, std::unique_ptr<Explorer> explorer, SchedulerContext context)
    : options_(options), explorer_(std::move(explorer)), context_(std::move(context)) {
  context_.space = nullptr;  // they needn't outlive the making
  context_.functions = nullptr;
}

// --- scores

bool Pbt::is_due(const Judged& report) const {
  const auto found = members_.find(report.trial);
  const double perturbed = found == members_.end() ? 0 : found->second.perturbed;
  return report.resource >= options_.burn_in_period && report.resource - perturbed >= options_.perturbation_interval;
}

std::size_t Pbt::quantile(std::size_t population) const {
  if (population <= 1) return 0;
  const auto share = std::ceil(static_cast<double>(population) * options_.quantile_fraction);
  return std::min(static_cast<std::size_t>(share), population / 2);
}

bool Pbt::falls_low(Score score) const {
  const auto found = members_.find(score.trial);
  const auto before = found == members_.end() ? std::nullopt : found->second.merit;
  auto below = static_cast<std::size_t>(std::lower_bound(scores_.begin(), scores_.end(), score) - scores_.begin());
  if (before && Score{*before, score.trial} < score) --below;
  return below < quantile(scores_.size() + (before ? 0 : 1));
}

std::vector<TrialId> Pbt::donors_for(Score score) const {
  const auto found = members_.find(score.trial);
  const bool is_scored = found != members_.end() && found->second.merit;
  std::size_t left = quantile(scores_.size() + (is_scored ? 0 : 1));
  std::vector<TrialId> donors;
  for (auto best = scores_.rbegin(); best != scores_.rend() && left > 0; ++best) {
    if (best->trial == score.trial) continue;
    --left;
    if (best->merit > score.merit && members_.at(best->trial).scored) donors.push_back(best->trial);
  }
  return donors;
}

std::string Pbt::falls_short(const Member& member) const {
  return fmt::format("{:.6g} at {} is among the worst {} of {}", member.value, member.scored.value_or(0),
                     quantile(scores_.size()), scores_.size());
}

Decision Pbt::judge(const Judged& report) const {
  if (options_.max_t && report.resource >= *options_.max_t) return {.verdict = Verdict::stop, .completed = true};
  if (!is_due(report)) return {};
  if (options_.synch) return {.verdict = Verdict::pause};
  const Score score{merit(context_.goal, report.value), report.trial};
  const bool loses = falls_low(score) && !donors_for(score).empty();
  if (!loses && !report.others_wait && !context_.saves_in_pauses_only) return {};
  Decision decision{.verdict = Verdict::pause};
  decision.exploits = loses;
  if (loses) {
    decision.why =
        fmt::format("{:.6g} is among the worst at {}: it goes on from one of the best", report.value, report.step);
  }
  return decision;
}

void Pbt::record(const Judged& report, const Decision& decision) {
  const bool due = is_due(report) && !decision.completed;
  Member& member = member_of(report.trial);
  member.resource = report.resource;
  if (!due) return;
  const Score score{merit(context_.goal, report.value), report.trial};
  const bool loses = falls_low(score);
  forget_score(report.trial, member);
  scores_.insert(std::lower_bound(scores_.begin(), scores_.end(), score), score);
  member.merit = score.merit;
  member.value = report.value;
  member.scored = report.step;
  explorer_->scored(report.trial, member.params, report.resource, score.merit);
  if (!options_.synch) member.perturbed = report.resource;
  if (decision.verdict != Verdict::pause) return;
  member.waits = true;
  member.decided = !options_.synch;
  member.loses = loses && member.decided;
  if (!member.decided) undecided_.insert(report.trial);
}

void Pbt::forget_score(TrialId trial, Member& member) {
  if (!member.merit) return;
  scores_.erase(std::lower_bound(scores_.begin(), scores_.end(), Score{*member.merit, trial}));
  member.merit.reset();
  member.scored.reset();
}

std::optional<Step> Pbt::lends(TrialId trial) const {
  const auto found = members_.find(trial);
  return found == members_.end() ? std::nullopt : found->second.scored;
}

// --- who there is

void Pbt::created(TrialId trial, const Assignment& params) {
  member_of(trial).params = params;
}

/// A new one, or one that failed and is back, is live from here on.
Pbt::Member& Pbt::member_of(TrialId trial) {
  const auto [found, fresh] = members_.try_emplace(trial);
  Member& member = found->second;
  if (fresh || !member.live) ++live_;
  member.live = true;
  return member;
}

void Pbt::ended(TrialId trial, TrialState state) {
  const auto found = members_.find(trial);
  if (found == members_.end() || !found->second.live) return;
  Member& member = found->second;
  release(trial, member);
  forget_score(trial, member);
  explorer_->ended(trial);
  member.live = false;
  --live_;
  if (state != TrialState::failed) members_.erase(found);
}

// --- who waits, and goes on

Pbt::Turn Pbt::turn_of(TrialId trial, const Member& member, bool loses) const {
  return {options_.synch && !loses, member.resource, trial};
}

void Pbt::set_promotable(TrialId trial, bool promotable) {
  const auto found = members_.find(trial);
  if (found == members_.end()) return;
  Member& member = found->second;
  member.promotable = promotable;
  if (!member.waits || !member.decided) return;
  const Turn turn = turn_of(trial, member, member.loses);
  promotable ? void(ready_.insert(turn)) : void(ready_.erase(turn));
}

void Pbt::release(TrialId trial, Member& member) {
  if (member.decided) ready_.erase(turn_of(trial, member, member.loses));
  undecided_.erase(trial);
  member.waits = member.decided = member.loses = member.promotable = false;
}

void Pbt::decide_all() {
  for (const TrialId trial : std::exchange(undecided_, {})) {
    Member& member = members_.at(trial);
    member.decided = true;
    member.loses = falls_low({*member.merit, trial});
    member.perturbed = member.resource;
    if (member.promotable) ready_.insert(turn_of(trial, member, member.loses));
  }
}

/// The turns of a generation that wasn't looked at yet are those that it will have.
std::optional<Pbt::Turn> Pbt::first_turn(const Room& room) const {
  if (!ready_.empty()) return *ready_.begin();
  if (undecided_.empty() || (undecided_.size() < live_ && !room.idle)) return std::nullopt;
  std::optional<Turn> first;
  for (const TrialId trial : undecided_) {
    const Member& member = members_.at(trial);
    if (!member.promotable) continue;
    const Turn turn = turn_of(trial, member, falls_low({*member.merit, trial}));
    if (!first || turn < *first) first = turn;
  }
  return first;
}

Wish Pbt::turn_as_wish(const Turn& turn) const {
  const Member& member = members_.at(turn.trial);
  const bool loses = member.decided ? member.loses : falls_low({*member.merit, turn.trial});
  if (!loses) return Promote{turn.trial};
  const std::vector<TrialId> donors = donors_for({*member.merit, turn.trial});
  if (donors.empty()) return Promote{turn.trial};
  Rng rng = keyed_rng(context_.seed, turn.trial, fmt::format("winnow/{}/{}", explorer_->name(), member.exploits));
  const TrialId number = donors[rng(donors.size())];
  const Member& donor = members_.at(number);
  return Exploit{turn.trial, number, *donor.scored, explorer_->explore(number, donor.params, rng),
                 fmt::format("{}; trial {} had {:.6g}", falls_short(member), number, donor.value)};
}

Wish Pbt::wish(const Room& room) const {
  if (room.more) return Create{};
  const auto turn = first_turn(room);
  return turn ? turn_as_wish(*turn) : Wish(Create{});
}

void Pbt::record_promotion(TrialId trial) {
  const auto found = members_.find(trial);
  if (found == members_.end()) return;
  if (found->second.waits && !found->second.decided) decide_all();
  release(trial, found->second);
}

void Pbt::record_exploit(TrialId trial, TrialId donor, Step step, const Assignment& params) {
  record_promotion(trial);
  const auto found = members_.find(trial);
  if (found == members_.end()) return;
  const auto from = members_.find(donor);
  const bool as_scored = from != members_.end() && from->second.scored == step;
  explorer_->exploited(trial, params, static_cast<double>(step), as_scored ? from->second.merit : std::nullopt);
  Member& member = found->second;
  member.params = params;
  member.scored.reset();
  member.perturbed = member.resource = static_cast<double>(step);
  ++member.exploits;
}

// --- for people

Value Pbt::options() const {
  Value options{{"perturbation_interval", options_.perturbation_interval},
                {"burn_in_period", options_.burn_in_period},
                {"quantile_fraction", options_.quantile_fraction},
                {"synch", options_.synch}};
  if (options_.max_t) options["max_t"] = *options_.max_t;
  options.update(explorer_->options());
  return options;
}

std::vector<std::string> Pbt::describe() const {
  std::string when = fmt::format("every {} steps", format_double(options_.perturbation_interval));
  if (options_.burn_in_period > 0) when += fmt::format(", from {} on,", format_double(options_.burn_in_period));
  const std::string share = format_double(100 * options_.quantile_fraction);
  const std::string compared = options_.synch ? "all trials wait for each other and are compared"
                                              : "a trial is compared with all that haven't ended";
  std::vector<std::string> lines = {
      fmt::format("{} {}: the worst {} % go on from the checkpoints of the best {} %", when, compared, share, share),
      explorer_->describe(),
      context_.saves_in_pauses_only
          ? "a program saves when it is told to pause: each one is, at its interval, and then starts again"
          : "while trials wait for a slot, each gives its own up at its interval: all come as far"};
  if (options_.synch) lines.pop_back();
  if (options_.max_t) lines.push_back("a trial is complete at " + format_double(*options_.max_t));
  return lines;
}

// --- from the sweep file

PbtKeys::PbtKeys(OptionReader& reader) {
  const auto interval = reader.number("perturbation_interval");
  given = interval.has_value();
  options.perturbation_interval = interval.value_or(0);
  options.burn_in_period = reader.number("burn_in_period").value_or(options.burn_in_period);
  options.quantile_fraction = reader.number("quantile_fraction").value_or(options.quantile_fraction);
  names = reader.texts("hyperparam_mutations").value_or(names);
  options.synch = reader.flag("synch").value_or(options.synch);
  options.max_t = reader.number("max_t");
}

Result<void> PbtKeys::complete() const {
  if (!given) return invalid_option("perturbation_interval", "is required: steps between two looks at a trial, > 0");
  if (!names.empty()) return {};
  return invalid_option("hyperparam_mutations",
                        "is required: the names of the parameters that may change while a trial runs (a learning rate, "
                        "say; not what its checkpoint's shape hangs on)");
}

Result<std::unique_ptr<Scheduler>> make_population(const PbtKeys& keys, Result<std::unique_ptr<Explorer>> explorer,
                                                   SchedulerContext context) {
  if (!explorer) return fail(std::move(explorer.error()));
  auto made = Pbt::make(keys.options, std::move(*explorer), std::move(context));
  if (!made) return fail(std::move(made.error()));
  return std::make_unique<Pbt>(std::move(*made));
}

Result<std::unique_ptr<Scheduler>> make_pbt(const Value& options, SchedulerContext context) {
  OptionReader reader("pbt", options);
  const PbtKeys keys(reader);
  ExploreOptions explore{.names = keys.names};
  explore.resample = reader.number("resample_probability").value_or(explore.resample);
  explore.factors = reader.numbers("perturbation_factors").value_or(explore.factors);
  const auto compat = reader.text("compat");
  CustomExplore custom{reader.text("custom_explore_fn").value_or(""), {}};
  if (context.functions != nullptr) {
    if (const auto it = context.functions->find(custom.name); it != context.functions->end()) {
      custom.function = it->second;
    }
  }
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (compat && *compat != "ray") return invalid_option("compat", "must be ray, got '" + *compat + "'");
  if (auto complete = keys.complete(); !complete) return fail(std::move(complete.error()));
  explore.bounded = !compat;
  const Space* space = context.space;
  return make_population(keys, Perturbation::make(std::move(explore), space, std::move(custom)), std::move(context));
}

}  // namespace winnow
