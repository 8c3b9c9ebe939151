/// The domains a parameter can have. Values, no behaviour: draw.hpp draws from them, dialects/ read and print them.
#pragma once

#include <cstdint>
#include <optional>
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

/// low, low+step, … up to high, each equally likely; with `log` exp(U(ln(low-½), ln(high+½))), rounded and kept inside.
struct Integer {
  std::int64_t low = 0;
  std::int64_t high = 0;  ///< included; >= low
  std::int64_t step = 1;  ///< >= 1
  bool log = false;       ///< needs low >= 1 and step 1
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

struct Float {
  Law law = Law::uniform;
  double a = 0;             ///< min | mu | alpha
  double b = 1;             ///< max | sigma | beta
  std::optional<double> q;  ///< > 0: round half to even(x / q) · q, at most q/2 outside the bounds of x (W&B's rule)
  std::optional<double> step;  ///< > 0, uniform only: a, a+step, … up to b, each equally likely (Optuna's rule)
  bool integral = false;       ///< the result is an integer (W&B: q given as an integer)
  bool operator==(const Float&) const = default;
};

using Domain = std::variant<Constant, Categorical, Integer, Float>;

}  // namespace winnow
