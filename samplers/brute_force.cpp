#include <winnow/samplers/brute_force.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <winnow/core/options.hpp>
#include <winnow/samplers/brute_force/combinations.hpp>
#include <winnow/samplers/brute_force/drawn_tree.hpp>
#include <winnow/samplers/detail/keyed.hpp>
#include <winnow/samplers/detail/keyed_permutation.hpp>

namespace winnow {
namespace brute_force {
namespace {

/// The combinations that points of `start_with` are, and those that earlier sweeps tried, ascending.
std::vector<std::uint64_t> given_ones(const Combinations& combinations, const SamplerContext& context) {
  std::vector<std::uint64_t> given;
  for (const auto* points : {&context.start_with, &context.tried}) {
    for (const Assignment& point : *points) {
      if (const auto index = combinations.index_of(point)) given.push_back(*index);
    }
  }
  std::sort(given.begin(), given.end());
  given.erase(std::unique(given.begin(), given.end()), given.end());
  return given;
}

std::string key_of(const Assignment& combination) {
  return combination.to_json().dump();
}

class BruteForceSampler final : public Sampler {
public:
  BruteForceSampler(SamplerContext context, Combinations combinations, bool avoid_premature_stop)
      : context_(std::move(context)),
        combinations_(std::move(combinations)),
        given_(given_ones(combinations_, context_)),
        avoid_premature_stop_(avoid_premature_stop) {}

  std::optional<Assignment> propose(TrialId trial) override;
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override;
  void observe(const Observation& observation) override;
  [[nodiscard]] bool learns() const override { return true; }
  [[nodiscard]] Value options() const override { return {{"avoid_premature_stop", avoid_premature_stop_}}; }

private:
  /// Trials that share a combination.
  struct Branch {
    Assignment combination;
    DrawnTree tree;
  };
  struct Standing {
    Branch* branch = nullptr;
    DrawnTree::Place* place = nullptr;  ///< null: off the tree
    bool failed = false;                ///< has left it, and may come back
  };

  [[nodiscard]] std::optional<Assignment> combination(TrialId trial) const;
  [[nodiscard]] std::optional<Assignment> again(TrialId trial) const;
  void suggested(TrialId trial, const Assignment& params);
  void drawn(const ParameterDrawn& news);
  void resumed(TrialId trial);
  void ended(const TrialEnded& news);
  Standing& stand(TrialId trial);
  [[nodiscard]] const DrawnTree::Place* place_of(TrialId trial) const;
  /// The space is empty: all parameters turn up while trials run.
  [[nodiscard]] bool define_by_run() const { return context_.space.parameters().empty(); }

  SamplerContext context_;
  Combinations combinations_;
  std::vector<std::uint64_t> given_;
  bool avoid_premature_stop_;
  std::map<TrialId, Assignment> running_;   ///< and failed ones, which may go on: their combinations
  std::map<std::string, Branch> branches_;  ///< by combination: where something was drawn, or nothing is known ahead
  std::map<TrialId, Standing> standing_;    ///< in these
  bool one_ended_ = false;
};

/// What the trial's number alone decides; nullopt: all have been suggested.
std::optional<Assignment> BruteForceSampler::combination(TrialId trial) const {
  const TrialId first = std::ssize(context_.start_with);
  if (trial < first) return std::nullopt;
  const auto visit = static_cast<std::uint64_t>(trial - first);
  if (visit >= combinations_.size() - given_.size()) return std::nullopt;
  const KeyedPermutation order(combinations_.size() - given_.size(), key_hash(context_.seed, 0, "brute_force"));
  std::uint64_t index = order(visit);
  for (const std::uint64_t given : given_) index += index >= given ? 1 : 0;
  return combinations_.at(index);
}

/// One that has open ends below it.
std::optional<Assignment> BruteForceSampler::again(TrialId trial) const {
  std::vector<const Branch*> open;
  for (const auto& [key, branch] : branches_) {
    if (branch.tree.has_ends(!avoid_premature_stop_)) open.push_back(&branch);
  }
  if (open.empty()) return define_by_run() && !one_ended_ ? std::optional(Assignment()) : std::nullopt;
  Rng rng = keyed_rng(context_.seed, trial, "brute_force");
  return open[static_cast<std::size_t>(uniform01(rng) * static_cast<double>(open.size()))]->combination;
}

std::optional<Assignment> BruteForceSampler::propose(TrialId trial) {
  const Source source{context_.space, context_.seed, context_.functions};
  if (combinations_.size() == kMany) return complete(source, trial, [](std::string_view) { return nullptr; });
  auto chosen = combination(trial);
  if (const auto known = running_.find(trial); !chosen && known != running_.end()) chosen = known->second;
  if (!chosen) chosen = again(trial);
  if (!chosen) return std::nullopt;
  suggested(trial, *chosen);
  return complete(source, trial, [&](std::string_view name) { return chosen->find(name); });
}

/// Null: off the tree.
const DrawnTree::Place* BruteForceSampler::place_of(TrialId trial) const {
  static const DrawnTree::Place kNew;
  if (const auto it = standing_.find(trial); it != standing_.end()) return it->second.place;
  const auto combination = running_.find(trial);
  if (combination == running_.end()) return &kNew;
  const auto branch = branches_.find(key_of(combination->second));
  return branch == branches_.end() ? &kNew : &branch->second.tree.root();
}

Value BruteForceSampler::draw(TrialId trial, std::string_view name, const Domain& domain) {
  const DrawnTree::Place* place = place_of(trial);
  const auto points = grid_points(domain);
  if (place == nullptr || !points) return keyed_draw(context_.seed, trial, name, domain);
  const auto weights = DrawnTree::weights(*place, name, *points, !avoid_premature_stop_);
  if (weights.empty()) return keyed_draw(context_.seed, trial, name, domain);
  Rng rng = keyed_rng(context_.seed, trial, name);
  return winnow::draw(Categorical{*points, weights}, rng);
}

void BruteForceSampler::observe(const Observation& observation) {
  if (std::visit([](const auto& what) { return what.trial < 0; }, observation)) return;  // of an earlier sweep
  if (const auto* news = std::get_if<TrialSuggested>(&observation)) suggested(news->trial, news->params);
  if (const auto* news = std::get_if<ParameterDrawn>(&observation)) drawn(*news);
  if (const auto* news = std::get_if<TrialResumed>(&observation)) resumed(news->trial);
  if (const auto* news = std::get_if<TrialEnded>(&observation)) ended(*news);
}

void BruteForceSampler::suggested(TrialId trial, const Assignment& params) {
  running_[trial] = combinations_.part_of(params);
  if (define_by_run()) stand(trial);
}

BruteForceSampler::Standing& BruteForceSampler::stand(TrialId trial) {
  const auto [it, is_new] = standing_.try_emplace(trial);
  if (!is_new) return it->second;
  const Assignment& combination = running_[trial];
  Branch& branch = branches_.try_emplace(key_of(combination), Branch{combination, DrawnTree()}).first->second;
  it->second = {&branch, branch.tree.enter()};
  return it->second;
}

void BruteForceSampler::drawn(const ParameterDrawn& news) {
  Standing& at = stand(news.trial);
  if (at.place != nullptr) at.place = at.branch->tree.go(at.place, news.name, news.domain, news.value);
}

void BruteForceSampler::resumed(TrialId trial) {
  const auto it = standing_.find(trial);
  if (it == standing_.end() || !std::exchange(it->second.failed, false)) return;
  if (it->second.place != nullptr) it->second.branch->tree.come_back(it->second.place);
}

void BruteForceSampler::ended(const TrialEnded& news) {
  one_ended_ = true;
  const auto it = standing_.find(news.trial);
  if (it != standing_.end() && it->second.place != nullptr) it->second.branch->tree.leave(it->second.place);
  if (it != standing_.end()) it->second.failed = true;
  if (news.state == TrialState::failed) return;
  if (it != standing_.end()) standing_.erase(it);
  running_.erase(news.trial);
}

}  // namespace
}  // namespace brute_force

Result<std::unique_ptr<Sampler>> make_brute_force(const Value& options, SamplerContext context) {
  OptionReader reader("brute_force", options);
  const bool avoid_premature_stop = reader.flag("avoid_premature_stop").value_or(false);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  auto combinations = brute_force::Combinations::make(context.space);
  if (!combinations) return fail(std::move(combinations.error()));
  return std::make_unique<brute_force::BruteForceSampler>(std::move(context), std::move(*combinations),
                                                          avoid_premature_stop);
}

std::optional<std::int64_t> brute_force_total(const SamplerContext& context) {
  const auto combinations = brute_force::Combinations::make(context.space);
  if (!combinations || context.space.parameters().empty()) return std::nullopt;
  if (combinations->size() == brute_force::kMany) return std::nullopt;
  const auto given = brute_force::given_ones(*combinations, context).size();
  return std::ssize(context.start_with) + static_cast<std::int64_t>(combinations->size() - given);
}

}  // namespace winnow
