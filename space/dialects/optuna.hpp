/// Optuna's search spaces. Compared with optuna 5.0.0, and 2.10.1 for the names of old.
///
/// A file maps each parameter's name to its distribution, spelled in one of these ways:
///
///   {"name": "FloatDistribution", "attributes": {"low": 1e-5, "high": 0.1, "log": true, "step": null}}
///   the JSON text of that, as optuna.distributions.distribution_to_json writes it
///   {"type": "float", "low": 1e-5, "high": 0.1, "log": true}         Optuna's short form: float, int, categorical
///   trial.suggest_float(1e-5, 1e-1, log=True)                        or with the name first, which must be the key
///   FloatDistribution(1e-5, 1e-1, log=True)
///
/// or it is a list of suggest calls that hold their names. The names of before version 3 are read as well:
/// Uniform-, LogUniform-, DiscreteUniform-, IntUniform- and IntLogUniformDistribution; suggest_uniform,
/// suggest_loguniform, suggest_discrete_uniform.
///
/// The laws are those of Optuna's RandomSampler: bounds are included; with a step each of low, low+step, … is equally
/// likely and `high` is lowered to the last of them, with a warning; an integer with log is exp(U(ln(low-½),
/// ln(high+½))) rounded. Step and log exclude each other. low = high is allowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <winnow/space/dialects/printed.hpp>
#include <winnow/space/reader.hpp>
#include <winnow/space/space.hpp>

namespace winnow::optuna {

// --- files

/// `node` is the mapping or the list; `path` is where it stands, for messages. An empty space if `diagnostics` has an
/// error afterwards.
Space read_space(const Node& node, Diagnostics& diagnostics, std::string path = "");

/// True if a file of this shape can be meant for Optuna only.
bool looks_like(const Node& root);

/// The distributions, as distribution_to_json writes them. Reading a space that was read here gives it again.
PrintedSpace print(const Space& space);

/// One distribution: an object, its JSON text, or a call. Fails with `invalid_input` and `distribution: what`.
Result<Domain> parse_distribution(const Value& json);

// --- C++ values

struct FloatOptions {
  std::optional<double> step{};  ///< > 0; not with log
  bool log = false;              ///< needs low > 0
};

struct IntOptions {
  std::int64_t step = 1;  ///< >= 1; 1 with log
  bool log = false;       ///< needs low >= 1
};

/// These fail with `invalid_input` and e.g. `low (2) must be at most high (1)`.
Result<Domain> float_distribution(double low, double high, FloatOptions options = {});
Result<Domain> int_distribution(std::int64_t low, std::int64_t high, IntOptions options = {});
Result<Domain> categorical_distribution(std::vector<Value> choices);

/// `space({{"lr", float_distribution(1e-5, 1e-1, {.log = true})}, …})`. Fails with `invalid_input` and `name: what`.
Result<Space> space(const std::vector<std::pair<std::string, Result<Domain>>>& distributions);

}  // namespace winnow::optuna
