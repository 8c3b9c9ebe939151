#include <winnow/samplers/bohb.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <winnow/core/options.hpp>
#include <winnow/samplers/bohb/budgets.hpp>
#include <winnow/samplers/bohb/encoding.hpp>
#include <winnow/samplers/detail/history.hpp>
#include <winnow/samplers/detail/keyed.hpp>

namespace winnow {
namespace {

using bohb::Encoding;
using bohb::Model;

struct BohbOptions {
  std::optional<int> min_points_in_model{};  ///< at least d + 1, for d parameters that aren't fixed
  int top_n_percent = 15;                    ///< 0 to 100
  int num_samples = 64;                      ///< >= 1
  double random_fraction = 1.0 / 3;          ///< 0 to 1
  double bandwidth_factor = 3;               ///< > 0
  double min_bandwidth = 1e-3;               ///< > 0
};

class Bohb final : public Sampler {
public:
  Bohb(SamplerContext context, const BohbOptions& options)
      : context_(std::move(context)),
        options_(options),
        encoding_(context_.space),
        history_(context_.goals, context_.judged),
        model_options_{.min_points_in_model =
                           std::max(options.min_points_in_model.value_or(0), static_cast<int>(encoding_.size()) + 1),
                       .top_n_percent = options.top_n_percent,
                       .min_bandwidth = options.min_bandwidth} {}

  std::optional<Assignment> propose(TrialId trial) override;
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override {
    return keyed_draw(context_.seed, trial, name, domain);
  }
  void observe(const Observation& observation) override;
  [[nodiscard]] bool learns() const override { return true; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;

private:
  [[nodiscard]] Source source() const { return {context_.space, context_.seed, context_.functions}; }
  [[nodiscard]] std::optional<Assignment> given(TrialId trial, const Eigen::VectorXd* x) const;
  [[nodiscard]] bool feasible(const Eigen::VectorXd& x) const;
  [[nodiscard]] std::optional<Eigen::VectorXd> best_of(const Model& model, Rng& rng) const;
  void ended(const Past& past);

  SamplerContext context_;
  BohbOptions options_;
  Encoding encoding_;
  History history_;
  bohb::ModelOptions model_options_;
  bohb::Budgets budgets_;
};

std::optional<Assignment> Bohb::propose(TrialId trial) {
  Rng rng = keyed_rng(context_.seed, trial, "bohb");
  const auto model =
      encoding_.size() == 0 ? nullptr : budgets_.model(encoding_.levels(), model_options_, context_.seed);
  if (!model || uniform01(rng) < options_.random_fraction) return given(trial, nullptr);
  const auto best = best_of(*model, rng);
  return given(trial, best ? &*best : nullptr);
}

/// What is drawn by the model, and by key what isn't.
std::optional<Assignment> Bohb::given(TrialId trial, const Eigen::VectorXd* x) const {
  std::vector<Value> values;
  for (Eigen::Index i = 0; x != nullptr && i < x->size(); ++i) values.push_back(encoding_.value(i, (*x)(i)));
  return complete(source(), trial, [&](std::string_view name) -> const Value* {
    const Eigen::Index i = x == nullptr ? -1 : encoding_.find(name);
    return i < 0 ? nullptr : &values[static_cast<std::size_t>(i)];
  });
}

bool Bohb::feasible(const Eigen::VectorXd& x) const {
  Assignment point;
  for (const LinearConstraint& constraint : context_.space.constraints()) {
    for (const LinearConstraint::Term& term : constraint.terms) {
      const Eigen::Index i = encoding_.find(term.name);
      const Domain& domain = context_.space.find(term.name)->domain;
      point.set(term.name, i >= 0 ? encoding_.value(i, x(i)) : keyed_draw(context_.seed, 0, term.name, domain));
    }
  }
  return context_.space.feasible(point);
}

/// Of num_samples draws the one that is the likeliest to be good; nullopt if linear constraints refuse all of them.
std::optional<Eigen::VectorXd> Bohb::best_of(const Model& model, Rng& rng) const {
  std::optional<Eigen::VectorXd> best;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < options_.num_samples; ++i) {
    Eigen::VectorXd x = model.good.draw(options_.bandwidth_factor, encoding_.choices(), rng);
    if (!context_.space.constraints().empty() && !feasible(x)) continue;
    const double ratio = model.ratio(x);
    if (best && !(ratio < least)) continue;
    least = ratio;
    best = std::move(x);
  }
  return best;
}

void Bohb::observe(const Observation& observation) {
  const Past& past = history_.observe(observation);
  if (const auto* report = std::get_if<TrialReported>(&observation)) {
    if (report->rung < 0) return;
    budgets_.add(report->resource,
                 {past.trial, encoding_.point(past.params), -merit(context_.goals.front(), report->value)});
  } else if (std::holds_alternative<TrialResumed>(observation) || std::holds_alternative<TrialChanged>(observation)) {
    budgets_.resumed(past.trial);
  } else if (std::holds_alternative<TrialEnded>(observation)) {
    ended(past);
  }
}

/// One that was stopped has been seen at its rungs; what it would have come to isn't known.
void Bohb::ended(const Past& past) {
  if (past.state == TrialState::failed) budgets_.failed(past.trial, encoding_.point(past.params));
  if (past.state != TrialState::completed) return;
  const double loss = past.losses.empty() ? std::numeric_limits<double>::quiet_NaN() : past.losses.front();
  budgets_.add(bohb::kEnd, {past.trial, encoding_.point(past.params), -merit(Goal::minimize, loss)});
}

Value Bohb::options() const {
  return {{"min_points_in_model", model_options_.min_points_in_model},
          {"top_n_percent", options_.top_n_percent},
          {"num_samples", options_.num_samples},
          {"random_fraction", options_.random_fraction},
          {"bandwidth_factor", options_.bandwidth_factor},
          {"min_bandwidth", options_.min_bandwidth}};
}

std::vector<std::string> Bohb::describe() const {
  if (encoding_.size() == 0) return {"nothing to choose: all is drawn at random"};
  const auto least = std::max(model_options_.min_points_in_model, 1);
  return {"at random until " + std::to_string(least + encoding_.size() + 1) +
          " trials have come to a rung, or to their end; later of the largest such budget"};
}

Result<void> check(const BohbOptions& options, std::size_t objectives) {
  if (objectives != 1) {
    return invalid_option("method", "bohb is for one objective, this sweep has " + std::to_string(objectives));
  }
  if (options.min_points_in_model.value_or(1) < 1) {
    return invalid_option("min_points_in_model",
                          "must be at least 1, got " + std::to_string(*options.min_points_in_model));
  }
  if (options.top_n_percent < 0 || options.top_n_percent > 100) {
    return invalid_option("top_n_percent", "must be from 0 to 100, got " + std::to_string(options.top_n_percent));
  }
  if (options.num_samples < 1) {
    return invalid_option("num_samples", "must be at least 1, got " + std::to_string(options.num_samples));
  }
  if (!(options.random_fraction >= 0 && options.random_fraction <= 1)) {
    return invalid_option("random_fraction", "must be from 0 to 1, got " + format_double(options.random_fraction));
  }
  if (!(options.bandwidth_factor > 0)) {
    return invalid_option("bandwidth_factor", "must be above 0, got " + format_double(options.bandwidth_factor));
  }
  if (!(options.min_bandwidth > 0)) {
    return invalid_option("min_bandwidth", "must be above 0, got " + format_double(options.min_bandwidth));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Sampler>> make_bohb(const Value& options, SamplerContext context) {
  OptionReader reader("bohb", options);
  BohbOptions read;
  read.min_points_in_model = reader.integer("min_points_in_model");
  read.top_n_percent = reader.integer("top_n_percent", read.top_n_percent);
  read.num_samples = reader.integer("num_samples", read.num_samples);
  read.random_fraction = reader.number("random_fraction").value_or(read.random_fraction);
  read.bandwidth_factor = reader.number("bandwidth_factor").value_or(read.bandwidth_factor);
  read.min_bandwidth = reader.number("min_bandwidth").value_or(read.min_bandwidth);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (auto valid = check(read, context.goals.size()); !valid) return fail(std::move(valid.error()));
  return std::make_unique<Bohb>(std::move(context), read);
}

}  // namespace winnow
