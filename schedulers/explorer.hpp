/// How a trial that goes on from another one's state gets its parameters: in this `pbt` and `pb2` differ, and in no
/// more (pbt.hpp).
///
/// What it goes by is folded: recovery calls `scored`, `exploited` and `ended` as the sweep did, and never `explore`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <winnow/core/assignment.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/random.hpp>
#include <winnow/core/value.hpp>

namespace winnow {

class Explorer {
public:
  virtual ~Explorer() = default;

  /// The trial has come to its interval with these parameters. A merit may be -infinity: a value that isn't finite.
  virtual void scored(TrialId, const Assignment& /*params*/, double /*time*/, double /*merit*/) {}
  /// The trial goes on with these parameters from a state of that time and merit (nullopt: not known).
  virtual void exploited(TrialId, const Assignment& /*params*/, double /*time*/, std::optional<double> /*merit*/) {}
  /// The trial completed, was stopped or failed; it may come back.
  virtual void ended(TrialId) {}

  /// All parameters of who takes over from the donor, which has these.
  [[nodiscard]] virtual Assignment explore(TrialId donor, const Assignment& params, Rng& rng) const = 0;

  /// The policy's name, which keys its draws.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Its part of the policy's options.
  [[nodiscard]] virtual Value options() const = 0;
  /// A line for `winnow check`.
  [[nodiscard]] virtual std::string describe() const = 0;
};

}  // namespace winnow
