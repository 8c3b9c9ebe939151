/// What trials came to at each budget: the resource of a rung that judged them, or the end (which counts as the largest
/// budget).
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include <winnow/samplers/bohb/model.hpp>

namespace winnow::bohb {

inline constexpr double kEnd = std::numeric_limits<double>::infinity();

class Budgets {
public:
  /// A trial that comes to a budget again counts with what is newest.
  void add(double budget, Outcome outcome);
  /// It counts as the worst at every budget that it hadn't come to.
  void failed(TrialId trial, Eigen::VectorXd point);
  /// It is tried again.
  void resumed(TrialId trial);
  /// That of the largest budget that has enough trials; null if none has.
  std::shared_ptr<const Model> model(const Levels& levels, const ModelOptions& options, std::uint64_t seed);

private:
  struct Budget {
    std::vector<Outcome> outcomes;
    std::unordered_map<TrialId, std::size_t> places;  ///< of the trials among them
    bool is_current = false;                          ///< false: something came since `model` was made
    std::shared_ptr<const Model> model;               ///< null: too few
  };
  [[nodiscard]] std::vector<Outcome> with_failed(const Budget& budget) const;
  void changed();

  std::map<double, Budget, std::greater<>> budgets_;
  std::map<TrialId, Eigen::VectorXd> failed_;
};

}  // namespace winnow::bohb
