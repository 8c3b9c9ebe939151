/// A trial that ended, as what evolutions breed from: its genes are the parameters that vary, as positions along their
/// axes.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/goal.hpp>
#include <winnow/samplers/detail/unit_cube.hpp>
#include <winnow/samplers/evolution/selection.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow::evolution {

struct Gene {
  double position = 0;  ///< in [0, 1]; NaN: the trial didn't have it, or not within its domain
  Value value{};
};

/// Of a parameter that turned up while the trial ran.
struct DrawnGene {
  std::string name;
  UnitAxis axis;
  Gene gene;
};

struct Individual {
  TrialId trial = 0;
  std::vector<Gene> sides;       ///< one for each side of the space's cube
  std::vector<DrawnGene> drawn;  ///< in the order in which they were drawn
  Fitness fitness;
};

using Parents = std::vector<std::shared_ptr<const Individual>>;

/// What the trial was given.
struct Genome {
  Assignment params;
  std::vector<std::pair<std::string, Domain>> drawn;
};

/// Null unless it completed with as many values as there are goals, none of them NaN.
std::shared_ptr<const Individual> individual_of(const TrialEnded& ended, const Genome& genome, const UnitCube& cube,
                                                const std::vector<Goal>& goals);

}  // namespace winnow::evolution
