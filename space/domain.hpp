/// The domains a parameter can have. Values, no behaviour: draw.hpp draws from them, dialects/ read and print them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <winnow/core/value.hpp>

namespace winnow {

/// Always the value.
struct Constant {
  Value value;
  bool operator==(const Constant&) const = default;
};

/// One of `values`, uniformly, or by `weights`.
struct Categorical {
  std::vector<Value> values;    ///< at least one; duplicates are allowed
  std::vector<double> weights;  ///< empty: all equal; else one per value, >= 0, their sum > 0
  bool operator==(const Categorical&) const = default;
};

/// low, low+step, … up to high, each equally likely; with `log` the one nearest to exp(U(ln(low-step/2),
/// ln(last+step/2))) (Optuna's rule for step 1); with `floor` besides the last one at or below exp(U(ln low,
/// ln(last+step))) (Ray's rule).
struct Integer {
  std::int64_t low = 0;
  std::int64_t high = 0;  ///< included; >= low
  std::int64_t step = 1;  ///< >= 1
  bool log = false;       ///< needs low >= 1, and low > step/2 if not `floor`
  bool floor = false;     ///< needs log
  bool operator==(const Integer&) const = default;
};

/// How the real number x of a Float is distributed.
enum class Law {
  uniform,          ///< U(a, b), in [a, b]
  log_uniform,      ///< exp(U(ln a, ln b)), in [a, b]; 0 < a
  inv_log_uniform,  ///< 1/exp(U(ln 1/b, ln 1/a)), in [a, b]; 0 < a: W&B's spelling of the same law from the other end
  normal,           ///< N(a, b), unbounded
  log_normal,       ///< exp(N(a, b)), > 0
  beta,             ///< Beta(a, b), in [0, 1]
};

struct Interval {
  double low = 0;
  double high = 1;  ///< > low
  bool operator==(const Interval&) const = default;
};

struct Float {
  Law law = Law::uniform;
  double a = 0;               ///< min | mu | alpha
  double b = 1;               ///< max | sigma | beta
  std::optional<double> q{};  ///< > 0: round half to even(x / q) · q, at most q/2 outside the bounds of x (W&B's rule)
  bool clip = false;          ///< needs q and bounds: what was rounded past them is pulled back to them (NNI's rule)
  /// > 0: a, a+step, … up to b. Uniform: each equally likely (Optuna's rule); log-uniform: the one nearest to
  /// exp(U(ln(a-step/2), ln(last+step/2))), needs a > step/2.
  std::optional<double> step{};
  bool integral = false;  ///< the result is an integer (W&B: q given as an integer)
  /// Normal: cut off outside, a lies inside; beta: stretched from [0, 1] to it (SigOpt's priors). Without q.
  std::optional<Interval> range{};
  /// With q or step: points are computed in decimals, 0.3 for three times 0.1. False in sweeps that were recorded
  /// before this was so: their points are products of doubles, 0.30000000000000004.
  bool decimal = true;
  bool operator==(const Float&) const = default;
};

/// The value of a function that the program gives by name (SpaceFunctions), of the trial's other parameters: Ray Tune's
/// `sample_from`. A sweep file can name one; only a program that has it can draw.
struct Computed {
  std::string function;
  bool operator==(const Computed&) const = default;
};

using Domain = std::variant<Constant, Categorical, Integer, Float, Computed>;

}  // namespace winnow
