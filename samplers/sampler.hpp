/// What suggests trials (docs/semantics.md, "Samplers"). Pure: no clock, no threads; every draw is keyed by (seed,
/// trial, name).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/trial_state.hpp>
#include <winnow/core/value.hpp>
#include <winnow/space/space.hpp>

namespace winnow {

/// What a learning sampler hears, in the order of the ledger.
struct TrialSuggested {
  TrialId trial = 0;
  Assignment params{};
};
/// A value that the trial asked for while it ran.
struct ParameterDrawn {
  TrialId trial = 0;
  std::string name{};
  Domain domain{};
  Value value{};
};
/// A judged report.
struct TrialReported {
  TrialId trial = 0;
  Step step = 0;
  double resource = 0;     ///< as the scheduler measures it
  std::int32_t rung = -1;  ///< that judged it, counted from 0; -1: none
  double value = 0;        ///< of the judged objective, maybe non-finite
};
/// The trial waits, with a checkpoint, for the scheduler or for someone to let it go on.
struct TrialPaused {
  TrialId trial = 0;
};
/// It goes on: promoted, resumed, or (once failed) tried again.
struct TrialResumed {
  TrialId trial = 0;
};
/// It goes on with other parameters, these, and another trial's state (population-based training).
struct TrialChanged {
  TrialId trial = 0;
  Assignment params{};
};
/// Completed, stopped or failed. One that failed may be resumed.
struct TrialEnded {
  TrialId trial = 0;
  TrialState state = TrialState::completed;
  /// One for each objective, in the sweep's order, maybe non-finite; NaN where there is none.
  std::vector<double> values{};
  /// One for each constraint, by how much it is missed: <= 0 is within; NaN where its metric is missing.
  std::vector<double> violations{};
};
using Observation =
    std::variant<TrialSuggested, ParameterDrawn, TrialReported, TrialPaused, TrialResumed, TrialChanged, TrialEnded>;

/// Used by one thread at a time; that need not be the one that made it.
///
/// What it gives depends on its options, what it has observed, and the trials that it has suggested since: those count
/// as running from then on, observed or not. A draw changes nothing until it is observed.
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
  /// The same point again is meant so, as it is to have another budget.
  [[nodiscard]] virtual bool repeats() const { return false; }
  /// The options that it was made with, those by default as well: what makes the same sampler whatever the defaults
  /// are.
  [[nodiscard]] virtual Value options() const { return Value::object(); }
  /// Lines for `winnow check`: what it does with this space that people might not expect.
  [[nodiscard]] virtual std::vector<std::string> describe() const { return {}; }
};

}  // namespace winnow
