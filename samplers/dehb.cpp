#include <winnow/samplers/dehb.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <winnow/core/options.hpp>
#include <winnow/samplers/dehb/differential_evolution.hpp>
#include <winnow/samplers/dehb/populations.hpp>
#include <winnow/samplers/detail/completion.hpp>
#include <winnow/samplers/detail/history.hpp>

namespace winnow {
namespace {

using dehb::Point;
using dehb::Populations;

constexpr int kTriesWithin = 1000;

class Dehb final : public Sampler {
public:
  Dehb(SamplerContext context, dehb::Evolution evolution)
      : context_(std::move(context)),
        evolution_(evolution),
        plan_(*context_.plan),
        cube_(context_.space),
        history_(context_.goals, context_.judged),
        populations_(at_random()) {}

  std::optional<Assignment> propose(TrialId trial) override;
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override {
    return keyed_draw(context_.seed, trial, name, domain);
  }
  void observe(const Observation& observation) override;
  [[nodiscard]] bool learns() const override { return true; }
  [[nodiscard]] bool repeats() const override { return true; }
  [[nodiscard]] Value options() const override {
    return {{"mutation_factor", evolution_.mutation_factor}, {"crossover_prob", evolution_.crossover_prob}};
  }
  [[nodiscard]] std::vector<std::string> describe() const override;

private:
  using Sides = std::vector<std::optional<Value>>;

  [[nodiscard]] std::vector<dehb::Population> at_random() const;
  [[nodiscard]] std::optional<Point> promoted(TrialId trial, const HalvingPlan::Place& place) const;
  [[nodiscard]] Sides sides_for(TrialId trial) const;
  [[nodiscard]] Sides sides_at(const Point& point) const;
  [[nodiscard]] Point point_of(const Past& past) const;
  void ended(const Past& past);
  void ended_earlier(const Past& past);

  SamplerContext context_;
  dehb::Evolution evolution_;
  HalvingPlan plan_;
  UnitCube cube_;
  History history_;
  Populations populations_;
  dehb::Population earlier_{};  ///< trials of earlier sweeps, the best first
};

std::vector<dehb::Population> Dehb::at_random() const {
  std::vector<dehb::Population> levels;
  for (std::size_t level = 0; level < plan_.kinds(); ++level) {
    dehb::Population& population = levels.emplace_back(plan_.population(level));
    const std::string name = "dehb/" + std::to_string(level);
    for (std::size_t i = 0; i < population.size(); ++i) {
      Rng rng = keyed_rng(context_.seed, static_cast<TrialId>(i), name);
      for (std::size_t side = 0; side < cube_.dimension(); ++side) population[i].point.push_back(uniform01(rng));
    }
  }
  return levels;
}

/// Of the first round of brackets: what did well in the rung below.
std::optional<Point> Dehb::promoted(TrialId trial, const HalvingPlan::Place& place) const {
  std::vector<Point> taken;
  for (std::size_t back = 1; back <= place.index; ++back) {
    if (const Past* past = history_.find(trial - static_cast<TrialId>(back))) taken.push_back(point_of(*past));
  }
  return populations_.to_promote(place.level, taken);
}

Dehb::Sides Dehb::sides_for(TrialId trial) const {
  const auto place = plan_.place(trial);
  const Point& target = populations_.member(place.level, place.member).point;
  if (place.bracket == 0 && place.rung == 0) return sides_at(target);
  if (place.bracket < plan_.kinds() && place.rung > 0) {
    if (const auto point = promoted(trial, place)) return sides_at(*point);
  }
  const auto pool = populations_.best(place.rung == 0 ? place.level : place.level - 1, place.size);
  evolution::RandomChance chance(keyed_rng(context_.seed, trial, "dehb"));
  Sides sides;
  for (int attempt = 0; attempt < kTriesWithin; ++attempt) {
    sides = sides_at(dehb::rival(target, pool, populations_.all(), evolution_, chance));
    if (feasible(context_.space, cube_, sides)) break;
  }
  return sides;
}

Dehb::Sides Dehb::sides_at(const Point& point) const {
  const auto values = cube_.values(point);
  return {values.begin(), values.end()};
}

/// A parameter that it hasn't keeps a place of its own, by lot.
Point Dehb::point_of(const Past& past) const {
  Point point;
  for (const UnitCube::Side& side : cube_.sides()) {
    const Value* value = past.params.find(side.name);
    Rng rng = keyed_rng(context_.seed, past.trial, "dehb/" + side.name);
    point.push_back(value != nullptr && contains(side.axis.domain(), *value) ? side.axis.position(*value)
                                                                             : uniform01(rng));
  }
  return point;
}

std::optional<Assignment> Dehb::propose(TrialId trial) {
  Sides sides = sides_for(trial);
  if (!feasible(context_.space, cube_, sides)) drop_constrained(context_.space, cube_, sides);
  auto params = completed(Source{context_.space, context_.seed, context_.functions}, trial, cube_, sides);
  if (params) history_.suggested(trial, *params);
  return params;
}

void Dehb::observe(const Observation& observation) {
  const Past& past = history_.observe(observation);
  if (!std::holds_alternative<TrialEnded>(observation)) return;
  past.trial < 0 ? ended_earlier(past) : ended(past);
}

/// One that someone stopped before its budget was used has no say.
void Dehb::ended(const Past& past) {
  const auto place = plan_.place(past.trial);
  const bool used = past.last_step && past.resource >= plan_.budgets()[place.level];
  if (past.state == TrialState::failed || !(used || past.state == TrialState::completed)) return;
  populations_.challenge(place.level, place.member, point_of(past), past.losses.front());
}

/// The best of them are the first to be tried again, at the smallest budget.
void Dehb::ended_earlier(const Past& past) {
  if (past.losses.empty() || !std::isfinite(past.losses.front())) return;
  const dehb::Member member{point_of(past), past.losses.front()};
  const auto place =
      std::upper_bound(earlier_.begin(), earlier_.end(), member,
                       [](const dehb::Member& one, const dehb::Member& other) { return one.loss < other.loss; });
  earlier_.insert(place, member);
  if (earlier_.size() > plan_.population(0)) earlier_.pop_back();
  for (std::size_t i = 0; i < earlier_.size(); ++i) populations_.seed(0, i, earlier_[i].point);
}

std::vector<std::string> Dehb::describe() const {
  return {"the first " + std::to_string(plan_.rungs(0).front()) + " trials are random, each at the budget " +
          format_double(plan_.budgets().front())};
}

}  // namespace

Result<std::unique_ptr<Sampler>> make_dehb(const Value& options, SamplerContext context) {
  OptionReader reader("dehb", options);
  dehb::Evolution read;
  read.mutation_factor = reader.number("mutation_factor").value_or(read.mutation_factor);
  read.crossover_prob = reader.number("crossover_prob").value_or(read.crossover_prob);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (!(read.mutation_factor > 0 && read.mutation_factor <= 2)) {
    return invalid_option("mutation_factor",
                          "must be above 0 and at most 2, got " + format_double(read.mutation_factor));
  }
  if (!(read.crossover_prob >= 0 && read.crossover_prob <= 1)) {
    return invalid_option("crossover_prob", "must be from 0 to 1, got " + format_double(read.crossover_prob));
  }
  if (context.goals.size() != 1) {
    return invalid_option("method",
                          "dehb is for one objective, this sweep has " + std::to_string(context.goals.size()));
  }
  if (!context.plan) {
    return invalid_option("method",
                          "dehb goes with the scheduler of that name, which gives each trial its budget; "
                          "e.g. scheduler: {type: dehb, max_t: 81}");
  }
  return std::make_unique<Dehb>(std::move(context), read);
}

}  // namespace winnow
