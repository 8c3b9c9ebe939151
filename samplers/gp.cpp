#include <winnow/samplers/gp.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <optional>
#include <utility>

#include <winnow/core/options.hpp>
#include <winnow/samplers/detail/keyed.hpp>
#include <winnow/samplers/gp/boxes.hpp>
#include <winnow/samplers/gp/evidence.hpp>
#include <winnow/samplers/gp/fit.hpp>
#include <winnow/samplers/gp/samples.hpp>
#include <winnow/samplers/gp/search.hpp>

namespace winnow {
namespace gp {
namespace {

/// Samples of running trials' values, and of several objectives'.
constexpr Index kSamples = 128;
/// Of running trials: the covariances of more are costly, and the last ones are the likeliest to be where the next
/// goes.
constexpr std::size_t kMostRunning = 128;
/// Likewise of stopped and failed trials.
constexpr std::size_t kMostUnused = 32;
/// Hyperparameters are fitted to no more trials than these: they need few, and a fit is O(n³).
constexpr std::size_t kMostFitted = 128;
/// Of a front, how many points are searched from.
constexpr Index kMostKnown = 5;

struct Options {
  int n_startup_trials = 10;
  bool deterministic_objective = false;
  Imputing imputing{};
};

/// The greatest of 1, 2, …, 40, 42, … (each a twentieth more than the one before) that isn't above `count`.
std::size_t last_fit(std::size_t count) {
  std::size_t at = 1;
  while (at + std::max<std::size_t>(1, at / 20) <= count) at += std::max<std::size_t>(1, at / 20);
  return at;
}

/// Maximised, with mean 0 and variance 1; and where a loss of 0 lies then.
struct Standard {
  Matrix values;
  std::vector<double> zero;

  explicit Standard(const Matrix& losses) : values(-losses) {
    for (auto column : values.colwise()) {
      const double mean = column.mean();
      const double deviation = std::max(std::sqrt((column.array() - mean).square().mean()), 1e-10);
      column = (column.array() - mean) / deviation;
      zero.push_back(-mean / deviation);
    }
  }
};

Matrix rows_of(const Matrix& all, const std::vector<Index>& which) {
  Matrix rows(std::ssize(which), all.cols());
  for (Index i = 0; i < rows.rows(); ++i) rows.row(i) = all.row(which[static_cast<std::size_t>(i)]);
  return rows;
}

Matrix coordinates_of(const Axes& axes, const std::vector<Assignment>& params) {
  Matrix rows(std::ssize(params), axes.size());
  for (Index i = 0; i < rows.rows(); ++i) {
    rows.row(i) = axes.coordinates(params[static_cast<std::size_t>(i)]).transpose();
  }
  return rows;
}

/// Objectives, then constraints.
Matrix targets(const Evidence& evidence) {
  Matrix all(evidence.losses.rows(), evidence.losses.cols() + evidence.violations.cols());
  all << evidence.losses, evidence.violations;
  return all;
}

class GpSampler final : public Sampler {
public:
  GpSampler(const SamplerContext& given, const Options& options)
      : axes_(given.space),
        seed_(given.seed),
        functions_(given.functions),
        options_(options),
        witness_(given.goals, given.judged, options.imputing) {}

  std::optional<Assignment> propose(TrialId trial) override {
    const std::optional<Assignment> modelled = choose(trial);
    const auto given = [&](std::string_view name) { return modelled ? modelled->find(name) : nullptr; };
    auto params = complete(Source{axes_.space(), seed_, functions_}, trial, given);
    if (params) witness_.suggested(trial, *params);
    return params;
  }
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override {
    return keyed_draw(seed_, trial, name, domain);
  }
  void observe(const Observation& observation) override { witness_.observe(observation); }
  [[nodiscard]] bool learns() const override { return true; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;

private:
  struct Fitted {
    std::size_t count = 0;
    std::uint64_t revision = 0;
    std::vector<Hyperparameters> of{};  ///< of each objective, then of each constraint
  };

  /// nullopt where nothing can be said yet, or a model is hopeless: then the trial is drawn.
  std::optional<Assignment> choose(TrialId trial) {
    const auto startup = static_cast<std::size_t>(std::max(options_.n_startup_trials, 1));
    if (axes_.size() == 0 || witness_.size() < startup) return std::nullopt;
    try {
      return modelled(trial);
    } catch (const std::exception&) {
      return std::nullopt;
    }
  }

  std::optional<Assignment> modelled(TrialId trial) {
    const Evidence evidence = witness_.evidence(witness_.size(), true);
    if (evidence.params.empty()) return std::nullopt;
    const Matrix coordinates = coordinates_of(axes_, evidence.params);
    const Standard standard(targets(evidence));
    const auto surrogates = model(trial, coordinates, standard.values, evidence.losses.cols());
    if (!surrogates) return std::nullopt;
    std::vector<Index> feasible;
    for (std::size_t i = 0; i < evidence.feasible.size(); ++i) {
      if (evidence.feasible[i]) feasible.push_back(static_cast<Index>(i));
    }
    Known known{.values = rows_of(standard.values, feasible).leftCols(evidence.losses.cols()),
                .at_least = {standard.zero.begin() + evidence.losses.cols(), standard.zero.end()}};
    Rng rng = keyed_rng(seed_, trial, "gp: search");
    const Matrix from = starts(rows_of(coordinates, feasible), known.values, rng);
    const Acquisition acquisition(axes_, *surrogates, std::move(known));
    const auto found = search(acquisition, from, rng);
    return found ? std::optional(axes_.assignment(*found)) : std::nullopt;
  }

  std::optional<std::vector<Surrogate>> model(TrialId trial, const Matrix& coordinates, const Matrix& values,
                                              Index objectives) {
    const Inputs inputs{axes_.features(coordinates), axes_.owners()};
    const Matrix running = axes_.features(coordinates_of(axes_, witness_.running(trial, kMostRunning, kMostUnused)));
    const std::vector<Hyperparameters> fitted = hyperparameters(static_cast<std::size_t>(values.cols()));
    Rng rng = keyed_rng(seed_, trial, "gp: samples");
    const bool sampled = running.rows() > 0 || objectives > 1;
    const Matrix shared = normal_samples(sampled ? kSamples : 0, objectives, rng);
    std::vector<Surrogate> surrogates;
    for (Index j = 0; j < values.cols(); ++j) {
      auto regressor = Regressor::make(inputs, values.col(j), fitted[static_cast<std::size_t>(j)]);
      if (!regressor) return std::nullopt;
      const Matrix normals = running.rows() > 0 ? normal_samples(kSamples, running.rows() + 1, rng)
                                                : Matrix(shared.col(std::min(j, objectives - 1)));
      auto surrogate = Surrogate::make(std::move(*regressor), running, normals);
      if (!surrogate) return std::nullopt;
      surrogates.push_back(std::move(*surrogate));
    }
    return surrogates;
  }

  /// As of the last fit that is due; for what there was nothing to fit to then, where a fit starts.
  std::vector<Hyperparameters> hyperparameters(std::size_t models) {
    const std::size_t due = last_fit(witness_.size());
    if (fitted_.of.empty() || fitted_.count != due || fitted_.revision != witness_.revision()) {
      fitted_ = {due, witness_.revision(), fit_to(witness_.evidence(due, false))};
    }
    std::vector<Hyperparameters> fitted = fitted_.of;
    fitted.resize(models, Hyperparameters::initial(axes_.size()));
    return fitted;
  }

  [[nodiscard]] std::vector<Hyperparameters> fit_to(const Evidence& evidence) const {
    std::vector<Index> chosen;
    const std::size_t count = std::min(evidence.params.size(), kMostFitted);
    for (std::size_t i = 1; i <= count; ++i) {  // evenly over time, the last one among them
      chosen.push_back(static_cast<Index>(i * evidence.params.size() / count) - 1);
    }
    const Inputs inputs{axes_.features(rows_of(coordinates_of(axes_, evidence.params), chosen)), axes_.owners()};
    const Standard standard(rows_of(targets(evidence), chosen));
    std::vector<Hyperparameters> fitted;
    for (Index j = 0; j < standard.values.cols(); ++j) {
      fitted.push_back(fit(inputs, standard.values.col(j), options_.deterministic_objective,
                           Hyperparameters::initial(axes_.size())));
    }
    return fitted;
  }

  /// The best trial, or some of the front.
  static Matrix starts(const Matrix& coordinates, const Matrix& values, Rng& rng) {
    if (values.rows() == 0) return Matrix(0, coordinates.cols());
    std::vector<Index> best = front(values);
    const auto keep = std::min<std::size_t>(best.size(), kMostKnown);
    for (std::size_t i = 0; i < keep; ++i)
      std::swap(best[i], best[i + rng(static_cast<std::uint64_t>(best.size() - i))]);
    best.resize(keep);
    return rows_of(coordinates, best);
  }

  Axes axes_;
  std::uint64_t seed_;
  SpaceFunctions functions_;
  Options options_;
  Witness witness_;
  Fitted fitted_;  ///< what the last fit found: it can be had again
};

Value GpSampler::options() const {
  Value options = {{"n_startup_trials", options_.n_startup_trials},
                   {"deterministic_objective", options_.deterministic_objective}};
  if (options_.imputing.ended) options["impute"] = name_of(*options_.imputing.ended);
  if (options_.imputing.running) options["impute_while_running"] = name_of(*options_.imputing.running);
  return options;
}

std::vector<std::string> GpSampler::describe() const {
  std::vector<std::string> lines{"trials are drawn at random until " +
                                 std::to_string(std::max(options_.n_startup_trials, 1)) +
                                 (options_.imputing.ended ? " have ended" : " have completed") +
                                 "; then each goes to where a Gaussian process expects it to improve most"};
  if (axes_.size() == 0) lines.emplace_back("no parameter of the space has two values: all trials are drawn");
  return lines;
}

Result<std::optional<Impute>> read_impute(OptionReader& reader, std::string_view key) {
  const auto name = reader.text(key);
  if (!name) return std::nullopt;
  const auto impute = impute_by_name(*name);
  if (!impute) return invalid_option(key, "must be latest, best or worst, got " + *name);
  return impute;
}

}  // namespace
}  // namespace gp

namespace {

Result<std::unique_ptr<Sampler>> make(std::string_view name, const Value& options, const SamplerContext& context) {
  OptionReader reader(name, options);
  gp::Options read;
  read.n_startup_trials = reader.integer("n_startup_trials", read.n_startup_trials);
  read.deterministic_objective = reader.flag("deterministic_objective").value_or(read.deterministic_objective);
  auto ended = gp::read_impute(reader, "impute");
  auto running = gp::read_impute(reader, "impute_while_running");
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (!ended) return fail(std::move(ended.error()));
  if (!running) return fail(std::move(running.error()));
  if (read.n_startup_trials < 0) {
    return invalid_option("n_startup_trials", "must be at least 0, got " + std::to_string(read.n_startup_trials));
  }
  read.imputing = {*ended, *running};
  return std::make_unique<gp::GpSampler>(context, read);
}

}  // namespace

Result<std::unique_ptr<Sampler>> make_gp(const Value& options, SamplerContext context) {
  return make("gp", options, context);
}

Result<std::unique_ptr<Sampler>> make_bayes(const Value& options, SamplerContext context) {
  Value with_impute = options;
  if (options.is_object() && !options.contains("impute")) with_impute["impute"] = "worst";
  return make("bayes", with_impute, context);
}

}  // namespace winnow
