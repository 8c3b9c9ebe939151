/// Which parameters are modelled together: a partition of them, which only gets finer as trials end.
///
/// Independent: each by itself. Joint: those that every ended trial has, and each of the others by itself (Optuna's
/// intersection search space). By group: the largest sets of which every ended trial has all or none (Optuna's
/// _GroupDecomposedSearchSpace); those of no trial each by itself. Parameters that linear constraints name stay
/// together.
#pragma once

#include <cstddef>
#include <vector>

namespace winnow::tpe {

enum class Together { none, joint, group };

class Subspaces {
public:
  /// Parameters are numbers below `count`; `constrained` ones are in every trial.
  Subspaces(Together together, std::size_t count, std::vector<std::size_t> constrained);

  /// The parameters of a trial that has ended, by number; true if the partition is another one now.
  bool add(const std::vector<bool>& present);
  /// Each in ascending order.
  [[nodiscard]] const std::vector<std::vector<std::size_t>>& sets() const { return sets_; }

private:
  using Sets = std::vector<std::vector<std::size_t>>;
  [[nodiscard]] Sets joint(const std::vector<bool>& present) const;
  [[nodiscard]] Sets grouped(const std::vector<bool>& present) const;

  Together together_;
  Sets sets_;
  std::vector<bool> seen_;  ///< in a trial that has ended
  bool any_ = false;
};

}  // namespace winnow::tpe
