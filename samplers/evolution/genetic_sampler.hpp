/// What nsga2 and nsga3 share: all but the selection.
///
/// The trials of generation 0 are drawn at random. Those of a later one are bred from the parents that the generation
/// began with (Generations, breed). Parameters that a child lacks, conditional ones that one of its parents lacked, are
/// drawn at random, by key. A child that the linear constraints refuse is bred again; after a hundred, the parameters
/// that they name are drawn.
///
/// What turns up while trials run is bred as well, from the same parents, if those have it with the same domain.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <winnow/samplers/context.hpp>
#include <winnow/samplers/evolution/breeding.hpp>
#include <winnow/samplers/evolution/generations.hpp>
#include <winnow/samplers/evolution/genomes.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow::evolution {

class GeneticSampler final : public Sampler {
public:
  /// `name`: of the sampler, in the keys of what it draws.
  GeneticSampler(std::string name, SamplerContext context, Breeding breeding, Generations::Select select,
                 Value options);

  std::optional<Assignment> propose(TrialId trial) override;
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override;
  void observe(const Observation& observation) override;
  [[nodiscard]] bool learns() const override { return true; }
  [[nodiscard]] Value options() const override { return options_; }

private:
  [[nodiscard]] Child child_of(TrialId trial, const Parents& parents) const;
  void ended(const TrialEnded& news);

  std::string name_;
  SamplerContext context_;
  UnitCube cube_;
  Breeding breeding_;
  Value options_;
  Generations generations_;
  Genomes<Generations::Birth> genomes_;
};

}  // namespace winnow::evolution
