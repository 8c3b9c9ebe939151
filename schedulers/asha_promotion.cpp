#include <algorithm>
#include <cmath>
#include <winnow/core/goal.hpp>
#include <winnow/schedulers/asha_promotion.hpp>

namespace winnow {
namespace {

std::vector<std::vector<PromotionRung>> make_promotion_brackets(const AshaOptions& options) {
  std::vector<std::vector<PromotionRung>> brackets(static_cast<std::size_t>(options.brackets));
  for (int s = 0; s < options.brackets; ++s) {
    for (const double level : rung_levels(options, s)) {
      brackets[static_cast<std::size_t>(s)].emplace_back(level, options.reduction_factor);
    }
  }
  return brackets;
}

std::vector<std::size_t> sizes(const std::vector<std::vector<PromotionRung>>& brackets) {
  std::vector<std::size_t> sizes;
  for (const auto& bracket : brackets) sizes.push_back(bracket.size());
  return sizes;
}

}  // namespace

Result<AshaPromotion> AshaPromotion::make(Options options, SchedulerContext context) {
  if (auto valid = check_ladder(options); !valid) return fail(std::move(valid.error()));
  return AshaPromotion(options, context);
}

AshaPromotion::AshaPromotion(Options options, SchedulerContext context)
    : options_(options),
      context_(context),
      brackets_(make_promotion_brackets(options)),
      draw_(sizes(brackets_), context.seed) {
  for (std::size_t s = 0; s < brackets_.size(); ++s) {
    for (std::size_t k = 0; k < brackets_[s].size(); ++k) highest_first_.emplace_back(s, k);
  }
  std::stable_sort(highest_first_.begin(), highest_first_.end(), [this](const auto& a, const auto& b) {
    return brackets_[a.first][a.second].resource() > brackets_[b.first][b.second].resource();
  });
}

Decision AshaPromotion::judge(const Judged& report) const {
  if (report.resource >= options_.max_t) return {.verdict = Verdict::stop, .completed = true};
  const Bracket& bracket = bracket_of(report.trial);
  const auto track = tracks_.find(report.trial);
  const std::int32_t recorded = track == tracks_.end() ? -1 : track->second.rung;
  for (auto i = static_cast<std::int32_t>(bracket.size()) - 1; i > recorded; --i) {
    if (!(report.resource >= bracket[static_cast<std::size_t>(i)].resource())) continue;
    return {.verdict = std::isfinite(report.value) ? Verdict::pause : Verdict::stop, .rung = i};
  }
  return {};
}

void AshaPromotion::record(const Judged& report, const Decision& decision) {
  if (decision.rung < 0) return;
  Bracket& bracket = brackets_[draw_.of(report.trial)];
  const auto index = static_cast<std::size_t>(decision.rung);
  const auto known = tracks_.find(report.trial);
  if (index >= bracket.size() || (known != tracks_.end() && known->second.rung >= decision.rung)) return;
  const PromotionRung::Entry entry{merit(context_.goal, report.value), report.trial};
  bracket[index].insert(entry);
  tracks_.insert_or_assign(report.trial, Track{decision.rung, entry});
}

void AshaPromotion::set_promotable(TrialId trial, bool promotable) {
  const auto track = tracks_.find(trial);
  if (track == tracks_.end()) return;
  brackets_[draw_.of(trial)][static_cast<std::size_t>(track->second.rung)].set_waiting(track->second.entry, promotable);
}

/// A failed one may run again: its track stays.
void AshaPromotion::ended(TrialId trial, TrialState state) {
  set_promotable(trial, false);
  if (state != TrialState::failed) tracks_.erase(trial);
}

std::optional<TrialId> AshaPromotion::promotable_below(double resource) const {
  for (const auto& [bracket, rung] : highest_first_) {
    if (brackets_[bracket][rung].resource() >= resource) continue;
    if (const auto ready = brackets_[bracket][rung].best_ready()) return ready->trial;
  }
  return std::nullopt;
}

Wish AshaPromotion::wish(const Room&) const {
  if (const auto trial = promotable_below(options_.max_t)) return Promote{*trial};
  return Create{};
}

std::vector<double> AshaPromotion::rungs_of(TrialId trial) const {
  std::vector<double> levels;
  for (const PromotionRung& rung : bracket_of(trial)) levels.push_back(rung.resource());
  return levels;
}

std::vector<std::string> AshaPromotion::describe() const {
  std::vector<std::vector<double>> levels;
  for (int s = 0; s < options_.brackets; ++s) levels.push_back(rung_levels(options_, s));
  auto lines = describe_ladder(levels, options_.max_t);
  lines.emplace_back("a trial pauses at each rung; the best of it go on when a slot is free");
  return lines;
}

}  // namespace winnow
