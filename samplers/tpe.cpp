#include <winnow/samplers/tpe.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/core/options.hpp>
#include <winnow/samplers/detail/history.hpp>
#include <winnow/samplers/detail/keyed.hpp>
#include <winnow/samplers/tpe/model.hpp>

namespace winnow {
namespace {

/// How often candidates are drawn where linear constraints refuse them all.
constexpr std::size_t kRoundsWithinConstraints = 20;

constexpr std::array<std::pair<std::string_view, tpe::Gamma>, 3> kGammas = {
    {{"default", tpe::Gamma::standard}, {"capped", tpe::Gamma::capped}, {"hyperopt", tpe::Gamma::hyperopt}}};

class TpeSampler final : public Sampler {
public:
  struct Options {
    int n_startup_trials = 10;         ///< so many must have ended before anything but random ones is suggested, >= 0
    int n_ei_candidates = 24;          ///< >= 1
    std::optional<bool> multivariate;  ///< by default: with a single objective, or with `group`
    bool group = false;                ///< needs multivariate
    bool constant_liar = true;         ///< trials that run count as bad ones, so that nothing near them is suggested
    double prior_weight = 1;           ///< >= 0
    bool consider_magic_clip = true;   ///< no kernel narrower than 1/100 of the range
    bool consider_endpoints = false;   ///< the range's ends are neighbours of the outermost trials
    tpe::Gamma gamma = tpe::Gamma::standard;
    bool uniform_weights = false;  ///< old trials weigh as much as the last 25
    bool compat = false;           ///< the defaults were Optuna 4's

    /// The defaults of Optuna 4.0 to 4.9.
    static Options optuna4() {
      return {.multivariate = false, .constant_liar = false, .gamma = tpe::Gamma::capped, .compat = true};
    }
  };

  /// Fails with `invalid_option` and the option's name.
  static Result<TpeSampler> make(Options options, SamplerContext context);

  /// O(trials · parameters · n_ei_candidates).
  std::optional<Assignment> propose(TrialId trial) override;
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override;
  void observe(const Observation& observation) override;
  [[nodiscard]] bool learns() const override { return true; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;

private:
  TpeSampler(Options options, SamplerContext context);
  [[nodiscard]] bool starting() const;
  [[nodiscard]] std::optional<Assignment> choose(TrialId trial);
  /// Values of the parameter and of all that are modelled with it, by number.
  void choose_block(TrialId trial, std::size_t parameter, std::vector<std::optional<Value>>& values);
  [[nodiscard]] bool feasible(const std::vector<std::size_t>& block, const std::vector<Value>& values) const;

  Options options_;
  Space space_;
  std::uint64_t seed_;
  SpaceFunctions functions_;
  History history_;
  tpe::Model model_;
};

bool is_multivariate(const TpeSampler::Options& options, std::size_t objectives) {
  return options.multivariate.value_or(options.group || objectives <= 1);
}

tpe::ModelOptions model_options(const TpeSampler::Options& o, std::size_t objectives) {
  const tpe::Together joint = o.group ? tpe::Together::group : tpe::Together::joint;
  return {.together = is_multivariate(o, objectives) ? joint : tpe::Together::none,
          .constant_liar = o.constant_liar,
          .gamma = o.gamma,
          .rules = {.prior_weight = o.prior_weight,
                    .magic_clip = o.consider_magic_clip,
                    .endpoints = o.consider_endpoints,
                    .by_age = !o.uniform_weights}};
}

Result<TpeSampler> TpeSampler::make(Options options, SamplerContext context) {
  if (options.n_startup_trials < 0) return invalid_option("n_startup_trials", "must be at least 0");
  if (options.n_ei_candidates < 1) return invalid_option("n_ei_candidates", "must be at least 1");
  if (!(options.prior_weight >= 0)) return invalid_option("prior_weight", "must be at least 0");
  if (options.group && options.multivariate == false) {
    return invalid_option("group", "needs multivariate: true");
  }
  return TpeSampler(options, std::move(context));
}

TpeSampler::TpeSampler(Options options, SamplerContext context)
    : options_(options),
      space_(std::move(context.space)),
      seed_(context.seed),
      functions_(std::move(context.functions)),
      history_(context.goals, context.judged),
      model_(space_, context.goals.size(), model_options(options, context.goals.size())) {}

void TpeSampler::observe(const Observation& observation) {
  const Past& past = history_.observe(observation);
  if (!std::holds_alternative<TrialReported>(observation)) model_.update(past);
}

bool TpeSampler::starting() const {
  return model_.ended() < static_cast<std::size_t>(options_.n_startup_trials);
}

std::optional<Assignment> TpeSampler::propose(TrialId trial) {
  std::optional<Assignment> chosen;
  if (!starting()) chosen = choose(trial);
  // Also where the space's constraints leave so little room that none of the candidates met them.
  if (!chosen) {
    chosen = complete(Source{space_, seed_, functions_}, trial, [](std::string_view) { return nullptr; });
  }
  if (chosen) model_.update(history_.suggested(trial, *chosen));
  return chosen;
}

std::optional<Assignment> TpeSampler::choose(TrialId trial) {
  std::vector<std::optional<Value>> values(model_.names().size());
  std::vector<bool> tried(values.size(), false);
  const auto given = [&](std::string_view name) -> const Value* {
    const auto parameter = model_.find(name);
    if (!parameter) return nullptr;
    if (!tried[*parameter]) {
      for (const std::size_t other : model_.together_with(*parameter)) tried[other] = true;
      choose_block(trial, *parameter, values);
    }
    const auto& value = values[*parameter];
    return value ? &*value : nullptr;
  };
  return complete(Source{space_, seed_, functions_}, trial, given);
}

void TpeSampler::choose_block(TrialId trial, std::size_t parameter, std::vector<std::optional<Value>>& values) {
  const std::vector<std::size_t>& block = model_.together_with(parameter);
  const bool constrained =
      std::any_of(block.begin(), block.end(), [&](std::size_t i) { return space_.constrained(model_.names()[i]); });
  const auto count = static_cast<std::size_t>(options_.n_ei_candidates);
  for (std::size_t round = 0; round < kRoundsWithinConstraints; ++round) {
    const tpe::Candidates candidates = model_.block_of(parameter).candidates(seed_, trial, count, round);
    for (const std::size_t candidate : candidates.best_first()) {
      std::vector<Value> chosen;
      for (std::size_t i = 0; i < block.size(); ++i) {
        chosen.push_back(model_.axis(block[i]).value(candidates.places[i][candidate]));
      }
      if (constrained && !feasible(block, chosen)) continue;
      for (std::size_t i = 0; i < block.size(); ++i) values[block[i]] = std::move(chosen[i]);
      return;
    }
  }
}

bool TpeSampler::feasible(const std::vector<std::size_t>& block, const std::vector<Value>& values) const {
  Assignment point;
  for (const LinearConstraint& constraint : space_.constraints()) {
    for (const LinearConstraint::Term& term : constraint.terms) {
      const auto it =
          std::find_if(block.begin(), block.end(), [&](std::size_t i) { return model_.names()[i] == term.name; });
      if (it != block.end()) {
        point.set(term.name, values[static_cast<std::size_t>(it - block.begin())]);
      } else {  // it has a single value
        point.set(term.name, UnitAxis(space_.find(term.name)->domain).value(0));
      }
    }
  }
  return space_.feasible(point);
}

Value TpeSampler::draw(TrialId trial, std::string_view name, const Domain& domain) {
  if (starting() || !tpe::Axis::tunable(domain)) return keyed_draw(seed_, trial, name, domain);
  tpe::Block& block = model_.block_of_drawn(name, domain);
  const auto count = static_cast<std::size_t>(options_.n_ei_candidates);
  const tpe::Candidates candidates = block.candidates(seed_, trial, count, 0);
  return block.axes().front().value(candidates.places.front()[candidates.best_first().front()]);
}

Value TpeSampler::options() const {
  const auto* gamma =
      std::find_if(kGammas.begin(), kGammas.end(), [&](const auto& named) { return named.second == options_.gamma; });
  Value all{{"n_startup_trials", options_.n_startup_trials},
            {"n_ei_candidates", options_.n_ei_candidates},
            {"multivariate", is_multivariate(options_, history_.goals().size())},
            {"group", options_.group},
            {"constant_liar", options_.constant_liar},
            {"prior_weight", options_.prior_weight},
            {"consider_magic_clip", options_.consider_magic_clip},
            {"consider_endpoints", options_.consider_endpoints},
            {"gamma", gamma->first},
            {"weights", options_.uniform_weights ? "uniform" : "default"}};
  if (options_.compat) all["compat"] = "optuna4";
  return all;
}

std::vector<std::string> TpeSampler::describe() const {
  std::vector<std::string> lines;
  const bool joint = is_multivariate(options_, history_.goals().size());
  if (!joint && !space_.constraints().empty()) {
    lines.emplace_back("the parameters that linear constraints name are chosen together, the others each by itself");
  }
  return lines;
}

}  // namespace

Result<std::unique_ptr<Sampler>> make_tpe(const Value& options, SamplerContext context) {
  OptionReader reader("tpe", options);
  const auto compat = reader.text("compat");
  TpeSampler::Options o = compat ? TpeSampler::Options::optuna4() : TpeSampler::Options{};
  o.n_startup_trials = reader.integer("n_startup_trials", o.n_startup_trials);
  o.n_ei_candidates = reader.integer("n_ei_candidates", o.n_ei_candidates);
  if (const auto multivariate = reader.flag("multivariate")) o.multivariate = multivariate;
  o.group = reader.flag("group").value_or(o.group);
  o.constant_liar = reader.flag("constant_liar").value_or(o.constant_liar);
  o.prior_weight = reader.number("prior_weight").value_or(o.prior_weight);
  o.consider_magic_clip = reader.flag("consider_magic_clip").value_or(o.consider_magic_clip);
  o.consider_endpoints = reader.flag("consider_endpoints").value_or(o.consider_endpoints);
  const auto gamma = reader.text("gamma");
  const std::string weights = reader.text("weights").value_or("default");
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (compat && *compat != "optuna4") return invalid_option("compat", "must be optuna4, got '" + *compat + "'");
  if (gamma) {
    const auto* named = std::find_if(kGammas.begin(), kGammas.end(), [&](const auto& g) { return g.first == *gamma; });
    if (named == kGammas.end()) return invalid_option("gamma", "must be default, capped or hyperopt, got " + *gamma);
    o.gamma = named->second;
  }
  if (weights != "default" && weights != "uniform") {
    return invalid_option("weights", "must be default or uniform, got " + weights);
  }
  o.uniform_weights = weights == "uniform";
  auto made = TpeSampler::make(o, std::move(context));
  if (!made) return fail(std::move(made.error()));
  return std::make_unique<TpeSampler>(std::move(*made));
}

}  // namespace winnow
