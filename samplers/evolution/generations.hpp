/// Generations, as Optuna keeps them (optuna/samplers/_ga/_base.py, 5.0.0), by the order of what was observed alone.
///
/// A trial belongs to the generation that is current when it is suggested. Once `population_size` trials of it have
/// completed, they and their parents are the pool from which the next generation's parents are selected. Trials of an
/// earlier generation that complete later join the next pool; Optuna forgets them.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include <winnow/samplers/evolution/individual.hpp>

namespace winnow::evolution {

class Generations {
public:
  struct Birth {
    int generation = 0;
    std::shared_ptr<const Parents> parents;  ///< none in generation 0
  };
  /// Which of the pool survive; `generation` counts those that were selected so far.
  using Select = std::function<std::vector<std::size_t>(const std::vector<Fitness>& pool, int generation)>;

  Generations(std::size_t population_size, Select select)
      : population_size_(population_size), select_(std::move(select)), current_{0, std::make_shared<Parents>()} {}

  [[nodiscard]] const Birth& current() const { return current_; }

  void completed(std::shared_ptr<const Individual> individual, int generation) {
    pool_.push_back(std::move(individual));
    completed_ += generation == current_.generation ? 1 : 0;
    if (completed_ == population_size_) begin_next();
  }

private:
  void begin_next() {
    pool_.insert(pool_.end(), current_.parents->begin(), current_.parents->end());
    std::vector<Fitness> fitness;
    for (const auto& individual : pool_) fitness.push_back(individual->fitness);
    auto parents = std::make_shared<Parents>();
    for (const std::size_t survivor : select_(fitness, current_.generation)) parents->push_back(pool_[survivor]);
    current_ = {current_.generation + 1, std::move(parents)};
    pool_.clear();
    completed_ = 0;
  }

  std::size_t population_size_;
  Select select_;
  Birth current_;
  Parents pool_;               ///< completed since the generation began
  std::size_t completed_ = 0;  ///< those of them that belong to it
};

}  // namespace winnow::evolution
