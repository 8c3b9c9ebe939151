#include <winnow/samplers/distinct.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <winnow/samplers/brute_force/combinations.hpp>
#include <winnow/samplers/detail/keyed.hpp>
#include <winnow/samplers/wrapper.hpp>
#include <winnow/space/draw.hpp>

namespace winnow {
namespace {

/// Of a parameter with more values than this no neighbours are looked for.
constexpr std::size_t kMostMoves = 1000;

/// In random order, by key.
template <class Item>
void shuffle(std::vector<Item>& items, Rng& rng) {
  for (std::size_t left = items.size(); left > 1; --left) {
    std::swap(items[left - 1], items[rng(static_cast<std::uint64_t>(left))]);
  }
}

/// Whether exactly the parameters are there whose conditions hold.
bool is_whole(const Space& space, const Assignment& point) {
  for (const Parameter& parameter : space.parameters()) {
    if ((point.find(parameter.name()) != nullptr) != space.present(parameter, point)) return false;
  }
  return space.feasible(point);
}

class Distinct final : public SamplerWrapper {
public:
  Distinct(std::unique_ptr<Sampler> inner, SamplerContext context, brute_force::Combinations points)
      : SamplerWrapper(std::move(inner)), context_(std::move(context)), points_(std::move(points)) {}

  std::optional<Assignment> propose(TrialId trial) override;
  void observe(const Observation& observation) override;
  /// It does so where the inner one doesn't.
  [[nodiscard]] bool learns() const override { return true; }

private:
  [[nodiscard]] std::optional<std::uint64_t> untried_near(TrialId trial, const Assignment& point) const;
  [[nodiscard]] std::optional<std::uint64_t> next_untried(TrialId trial) const;
  /// The point of this number, with what isn't numbered: computed parameters.
  [[nodiscard]] std::optional<Assignment> complete_point(TrialId trial, std::uint64_t number) const;

  SamplerContext context_;
  brute_force::Combinations points_;
  std::unordered_set<std::uint64_t> tried_;
};

std::optional<Assignment> Distinct::propose(TrialId trial) {
  auto point = SamplerWrapper::propose(trial);
  if (!point) return point;
  const auto number = points_.index_of(*point);
  if (!number) return point;
  if (tried_.insert(*number).second || tried_.size() >= points_.size()) return point;
  auto other = untried_near(trial, *point);
  if (!other) other = next_untried(trial);
  auto instead = other ? complete_point(trial, *other) : std::nullopt;
  if (!instead) return point;
  tried_.insert(*other);
  return instead;
}

void Distinct::observe(const Observation& observation) {
  if (const auto* suggested = std::get_if<TrialSuggested>(&observation)) {
    if (const auto number = points_.index_of(suggested->params)) tried_.insert(*number);
  }
  SamplerWrapper::observe(observation);
}

std::optional<std::uint64_t> Distinct::untried_near(TrialId trial, const Assignment& point) const {
  Rng rng = keyed_rng(context_.seed, trial, "winnow/distinct/near");
  std::vector<std::pair<std::string, Value>> moves;
  for (const Parameter& parameter : context_.space.parameters()) {
    const std::string name = parameter.name();
    const Value* had = point.find(name);
    const auto values = had != nullptr ? grid_points(parameter.domain) : std::nullopt;
    if (!values || values->size() > kMostMoves) continue;
    for (const Value& value : *values) {
      if (value != *had) moves.emplace_back(name, value);
    }
  }
  shuffle(moves, rng);
  for (const auto& [name, value] : moves) {
    Assignment moved = point;
    moved.set(name, value);
    const auto number = is_whole(context_.space, moved) ? points_.index_of(moved) : std::nullopt;
    if (number && !tried_.contains(*number)) return number;
  }
  return std::nullopt;
}

/// At most as many steps as points were tried.
std::optional<std::uint64_t> Distinct::next_untried(TrialId trial) const {
  Rng rng = keyed_rng(context_.seed, trial, "winnow/distinct/next");
  const std::uint64_t size = points_.size();
  std::uint64_t number = rng(size);
  for (std::size_t i = 0; i <= tried_.size(); ++i, number = (number + 1) % size) {
    if (!tried_.contains(number)) return number;
  }
  return std::nullopt;
}

std::optional<Assignment> Distinct::complete_point(TrialId trial, std::uint64_t number) const {
  const Assignment point = points_.at(number);
  return complete(Source{context_.space, context_.seed, context_.functions}, trial,
                  [&](std::string_view name) { return point.find(name); });
}

}  // namespace

std::unique_ptr<Sampler> without_repeats(std::unique_ptr<Sampler> inner, SamplerContext context) {
  if (context.space.parameters().empty()) return inner;
  auto points = brute_force::Combinations::make(context.space);
  if (!points || points->size() >= brute_force::kMany) return inner;
  return std::make_unique<Distinct>(std::move(inner), std::move(context), std::move(*points));
}

}  // namespace winnow
