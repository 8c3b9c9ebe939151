/// How a child's parameters are made from those of parents (optuna/samplers/nsgaii/_child_generation_strategy.py and
/// _crossover.py, 5.0.0).
///
/// With `crossover_prob` parents are chosen, each the winner of two drawn at random (the second one, unless the first
/// dominates it), and crossed: numbers by the crossover, along their axes; choices each from the first or the last
/// parent, by `swapping_prob`. A child outside of a continuous axis is discarded, and the parents are drawn anew; after
/// a hundred it is clamped. Otherwise it is a copy of one parent drawn at random. Then each parameter mutates with
/// `mutation_prob`: a number by polynomial mutation, if that is chosen, else by a new draw from its domain.
///
/// A child has the parameters that all of its parents have.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/options.hpp>
#include <winnow/samplers/evolution/chance.hpp>
#include <winnow/samplers/evolution/crossover.hpp>
#include <winnow/samplers/evolution/individual.hpp>

namespace winnow::evolution {

struct Breeding {
  Crossover crossover{};
  double crossover_prob = 0.9;                  ///< in [0, 1]
  double swapping_prob = 0.5;                   ///< in [0, 1]
  std::optional<double> mutation_prob{};        ///< in [0, 1]; by default 1 / number of the child's parameters
  std::optional<double> polynomial_mutation{};  ///< its eta, >= 0
  int population_size = 50;                     ///< >= 2, and >= the parents that the crossover takes
  bool several_objectives = false;              ///< not an option: known from the sweep

  /// Reads the keys of these names (`mutation` for the polynomial one); fails with `invalid_option`.
  static Result<Breeding> read(OptionReader& reader);
  [[nodiscard]] Value to_value() const;
};

struct Child {
  std::vector<std::optional<Value>> sides;  ///< of the cube
  struct Drawn {
    std::string name;
    Domain domain;
    Value value;
  };
  std::vector<Drawn> drawn;
};

/// At least as many parents as the crossover takes, all with genes for the cube's sides.
Child breed(const Breeding& breeding, const Parents& parents, const UnitCube& cube, Chance& chance);

}  // namespace winnow::evolution
