/// Which trials a model learns from, in the order in which they ended, and what each counts as.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include <winnow/samplers/detail/history.hpp>
#include <winnow/samplers/gp/types.hpp>

namespace winnow::gp {

/// What stands in for a value that is missing (W&B's `metric.impute`).
enum class Impute {
  latest,  ///< the trial's last finite report
  best,    ///< the best of its reports
  worst,   ///< the worst of all trials that have ended, their reports included
};
std::optional<Impute> impute_by_name(std::string_view name);
std::string_view name_of(Impute impute);

struct Imputing {
  /// For failed trials, and values that aren't finite; then stopped trials count as well, with what they have. Without:
  /// only completed trials with a value for each objective count, infinite ones as the greatest or least finite one.
  std::optional<Impute> ended{};
  /// For running trials: they count with the best of their reports, or if they have none, so. Without: they just run.
  std::optional<Impute> running{};
};

struct Evidence {
  std::vector<Assignment> params{};
  Matrix losses;      ///< a row for each of them, a column for each objective, finite
  Matrix violations;  ///< likewise of the constraints, finite; no columns: there are none
  std::vector<bool> feasible{};
};

class Witness {
public:
  Witness(std::vector<Goal> goals, std::size_t judged, Imputing imputing)
      : history_(std::move(goals), judged), judged_(judged), imputing_(imputing) {}

  void observe(const Observation& observation);
  void suggested(TrialId trial, const Assignment& params) { history_.suggested(trial, params); }

  /// Of how many ended trials there is evidence.
  [[nodiscard]] std::size_t size() const { return ended_.size(); }
  /// Changes whenever evidence of an ended trial is taken back: until then the first n of them stay as they are.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  /// Of the first `count` that ended. `with_running`: and of the running ones that count.
  [[nodiscard]] Evidence evidence(std::size_t count, bool with_running) const;
  /// What runs or waits, without evidence; not `but`. The last `most` of them. Before them the last `unused` of those
  /// that ended without evidence: taken for running, they keep the next trial from going where they went.
  [[nodiscard]] std::vector<Assignment> running(TrialId but, std::size_t most, std::size_t unused) const;

private:
  /// Losses of the judged objective among a trial's finite reports.
  struct Reports {
    double latest, best, worst;
  };
  struct Row {
    const Past* past;
    std::vector<double> losses;
  };
  void retract(TrialId trial);
  [[nodiscard]] bool counts(const Past& past) const;
  /// Of those that ended so, by number, the last `most`.
  [[nodiscard]] std::vector<Assignment> without_evidence(TrialId but, std::size_t most) const;
  /// What runs or waits, by number.
  [[nodiscard]] std::vector<const Past*> open() const;
  /// Of each objective; NaN where there is none.
  [[nodiscard]] std::vector<double> worst(std::size_t count) const;
  [[nodiscard]] double imputed(TrialId trial, std::size_t objective, Impute impute, double worst) const;
  [[nodiscard]] std::optional<Row> row(const Past& past, const std::vector<double>& worst) const;

  History history_;
  std::size_t judged_;
  Imputing imputing_;
  std::map<TrialId, Reports> reports_;
  std::vector<TrialId> ended_;
  std::uint64_t revision_ = 0;
};

}  // namespace winnow::gp
