/// What suggests trials (docs/semantics.md, "Samplers"). Pure: no clock, no threads; every draw is keyed by (seed,
/// trial, name).
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include <winnow/core/assignment.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/report.hpp>
#include <winnow/space/space.hpp>

namespace winnow {

/// What a learning sampler hears, in the order of the ledger.
struct TrialSuggested {
  TrialId trial;
  Assignment params;
};
struct TrialReported {
  TrialId trial;
  Step step;
  double value;  ///< the objective, maybe non-finite
};
struct TrialEnded {
  TrialId trial;
  bool failed;
};
using Observation = std::variant<TrialSuggested, TrialReported, TrialEnded>;

/// Used by one thread at a time; that need not be the one that made it.
class Sampler {
public:
  virtual ~Sampler() = default;
  /// A joint suggestion for trial `trial` over the known space; nullopt: there is nothing left to suggest (grid).
  virtual std::optional<Assignment> propose(TrialId trial) = 0;
  /// One value for a parameter that turns up while the trial runs (define-by-run, conditional branches).
  virtual Value draw(TrialId trial, std::string_view name, const Domain& domain) = 0;
  virtual void observe(const Observation&) {}
  /// False: `observe` is nothing to it, and it may be asked ahead of free slots.
  [[nodiscard]] virtual bool learns() const { return false; }
};

}  // namespace winnow
