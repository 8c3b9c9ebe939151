#include <winnow/samplers/cmaes.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

#include <winnow/core/nearest.hpp>
#include <winnow/core/options.hpp>
#include <winnow/samplers/cmaes/search.hpp>
#include <winnow/samplers/detail/keyed.hpp>

namespace winnow {
namespace {

using cmaes::RestartStrategy;
using cmaes::Search;

constexpr std::pair<std::string_view, RestartStrategy> kRestartStrategies[] = {
    {"none", RestartStrategy::none}, {"ipop", RestartStrategy::ipop}, {"bipop", RestartStrategy::bipop}};

std::string_view name_of(RestartStrategy strategy) {
  for (const auto& [name, value] : kRestartStrategies) {
    if (value == strategy) return name;
  }
  return "none";
}

class CmaEsSampler final : public Sampler {
public:
  CmaEsSampler(SamplerContext context, cmaes::Options options)
      : context_(std::move(context)),
        options_(std::move(options)),
        search_(context_.space, context_.seed, options_),
        first_popsize_(search_.popsize()) {}

  std::optional<Assignment> propose(TrialId trial) override {
    const auto drawn = searches() ? search_.draw(trial) : std::nullopt;
    return complete(Source{context_.space, context_.seed, context_.functions}, trial,
                    [&](std::string_view name) -> const Value* {
                      const Eigen::Index i = drawn ? search_.coordinates().find(name) : -1;
                      return i < 0 ? nullptr : &drawn->values[static_cast<std::size_t>(i)];
                    });
  }
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override {
    return keyed_draw(context_.seed, trial, name, domain);
  }
  void observe(const Observation& observation) override;
  [[nodiscard]] bool learns() const override { return true; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;

private:
  /// False: trials are drawn at random.
  [[nodiscard]] bool searches() const {
    return finished_ >= options_.n_startup_trials && search_.coordinates().size() > 0;
  }
  void suggested(const TrialSuggested& news);
  void ended(const TrialEnded& news);

  SamplerContext context_;
  cmaes::Options options_;
  Search search_;
  int first_popsize_;
  int finished_ = 0;                               ///< trials whose values count
  std::map<TrialId, Eigen::VectorXd> generation_;  ///< trials drawn from the present one that haven't ended
  std::vector<cmaes::Solution> solutions_;         ///< of it, that have
};

void CmaEsSampler::observe(const Observation& observation) {
  if (const auto* suggestion = std::get_if<TrialSuggested>(&observation)) suggested(*suggestion);
  // It goes on as something else than what was drawn.
  if (const auto* changed = std::get_if<TrialChanged>(&observation)) generation_.erase(changed->trial);
  if (const auto* end = std::get_if<TrialEnded>(&observation)) ended(*end);
}

/// A suggestion may come late, when its generation is over; and some aren't from here at all. Only one that would be
/// given now is of this generation: so the fold of the ledger alone says so, whenever it was computed.
void CmaEsSampler::suggested(const TrialSuggested& news) {
  generation_.erase(news.trial);
  if (!searches()) return;
  if (auto x = search_.recognise(news.trial, news.params)) generation_.emplace(news.trial, std::move(*x));
}

void CmaEsSampler::ended(const TrialEnded& news) {
  const double value = news.values.empty() ? std::numeric_limits<double>::quiet_NaN() : news.values.front();
  const bool counts = news.state == TrialState::completed ||
                      (news.state == TrialState::stopped && options_.consider_pruned_trials && !std::isnan(value));
  if (!counts) return;
  ++finished_;
  auto own = generation_.extract(news.trial);
  if (own.empty()) return;
  solutions_.push_back({std::move(own.mapped()), -merit(context_.goals.front(), value)});
  if (static_cast<int>(solutions_.size()) < search_.popsize()) return;
  search_.tell(std::exchange(solutions_, {}));
  generation_.clear();
}

Value CmaEsSampler::options() const {
  Value x0 = Value::object();
  for (const auto& [name, value] : options_.x0.entries()) x0[name] = value;
  return {{"x0", std::move(x0)},
          {"sigma0", options_.sigma0},
          {"n_startup_trials", options_.n_startup_trials},
          {"popsize", first_popsize_},
          {"restart_strategy", name_of(options_.restart_strategy)},
          {"inc_popsize", options_.inc_popsize},
          {"use_separable_cma", options_.use_separable_cma},
          {"with_margin", options_.with_margin},
          {"lr_adapt", options_.lr_adapt},
          {"consider_pruned_trials", options_.consider_pruned_trials}};
}

std::vector<std::string> CmaEsSampler::describe() const {
  std::string beside;
  for (const Parameter& parameter : context_.space.parameters()) {
    const UnitAxis::Kind kind = UnitAxis(parameter.domain).kind();
    if (kind == UnitAxis::Kind::fixed || search_.coordinates().find(parameter.name()) >= 0) continue;
    beside += (beside.empty() ? "" : ", ") + parameter.name();
  }
  if (search_.coordinates().size() == 0) return {"no number without conditions to search: all is drawn at random"};
  std::vector<std::string> lines{std::to_string(options_.n_startup_trials) + " at random, then generations of " +
                                 std::to_string(first_popsize_)};
  if (!beside.empty()) lines.push_back(beside + ": drawn at random beside cmaes");
  return lines;
}

/// By full names, flat or nested.
Result<Assignment> read_x0(const Value* given, const Space& space) {
  if (given == nullptr || given->is_null()) return Assignment();
  if (!given->is_object()) return invalid_option("x0", "must be parameters with values, got " + given->dump());
  const cmaes::Coordinates coordinates(space, false);
  Assignment x0;
  for (const auto& [name, value] : given->items()) {
    const Eigen::Index i = coordinates.find(name);
    if (i < 0) {
      std::vector<std::string> known;
      for (Eigen::Index k = 0; k < coordinates.size(); ++k) known.push_back(coordinates.name(k));
      return invalid_option("x0." + name, "no numeric parameter without conditions" + did_you_mean(name, known));
    }
    if (!contains(coordinates.domain(i), value)) {
      return invalid_option("x0." + name, value.dump() + " is no value of this parameter");
    }
    x0.set(name, value);
  }
  return x0;
}

Result<void> check(const cmaes::Options& options, std::size_t objectives) {
  if (objectives != 1) {
    return invalid_option("method", "cmaes is for one objective, this sweep has " + std::to_string(objectives));
  }
  if (!(options.sigma0 > 0)) return invalid_option("sigma0", "must be above 0, got " + format_double(options.sigma0));
  if (options.n_startup_trials < 0) {
    return invalid_option("n_startup_trials", "must be at least 0, got " + std::to_string(options.n_startup_trials));
  }
  if (const int popsize = options.popsize.value_or(2); popsize < 2 || popsize > cmaes::kMostPopsize) {
    return invalid_option(
        "popsize", "must be from 2 to " + std::to_string(cmaes::kMostPopsize) + ", got " + std::to_string(popsize));
  }
  if (options.inc_popsize < 1) {
    return invalid_option("inc_popsize", "must be at least 1, got " + std::to_string(options.inc_popsize));
  }
  if (options.lr_adapt && (options.use_separable_cma || options.with_margin)) {
    return invalid_option("lr_adapt", "doesn't go with use_separable_cma or with_margin");
  }
  if (options.use_separable_cma && options.with_margin) {
    return invalid_option("with_margin", "doesn't go with use_separable_cma");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Sampler>> make_cmaes(const Value& options, SamplerContext context) {
  OptionReader reader("cmaes", options);
  cmaes::Options read;
  auto x0 = read_x0(reader.value("x0"), context.space);
  read.sigma0 = reader.number("sigma0").value_or(read.sigma0);
  read.n_startup_trials = reader.integer("n_startup_trials", read.n_startup_trials);
  read.popsize = reader.integer("popsize");
  const std::string restart = reader.text("restart_strategy").value_or("none");
  read.inc_popsize = reader.integer("inc_popsize", read.inc_popsize);
  read.use_separable_cma = reader.flag("use_separable_cma").value_or(false);
  read.with_margin = reader.flag("with_margin").value_or(false);
  read.lr_adapt = reader.flag("lr_adapt").value_or(false);
  read.consider_pruned_trials = reader.flag("consider_pruned_trials").value_or(false);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (!x0) return fail(std::move(x0.error()));
  read.x0 = std::move(*x0);
  const auto* found = std::find_if(std::begin(kRestartStrategies), std::end(kRestartStrategies),
                                   [&](const auto& one) { return one.first == restart; });
  if (found == std::end(kRestartStrategies)) {
    return invalid_option("restart_strategy", "must be none, ipop or bipop, got '" + restart + "'");
  }
  read.restart_strategy = found->second;
  if (auto valid = check(read, context.goals.size()); !valid) return fail(std::move(valid.error()));
  return std::make_unique<CmaEsSampler>(std::move(context), std::move(read));
}

}  // namespace winnow
