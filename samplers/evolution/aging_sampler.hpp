/// samplers/regularized_evolution.hpp says by which rule.
///
/// Of several objectives the best is one that no other of the sample beats (beats, selection.hpp), the first of these;
/// and so with one. A copy that the linear constraints refuse is mutated differently; after a thousand tries the trial
/// is drawn at random.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string_view>

#include <winnow/samplers/context.hpp>
#include <winnow/samplers/evolution/breeding.hpp>
#include <winnow/samplers/evolution/genomes.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow::evolution {

class AgingSampler final : public Sampler {
public:
  struct Options {
    int population_size = 100;  ///< >= 1
    int sample_size = 10;       ///< >= 1
  };

  AgingSampler(SamplerContext context, Options options)
      : context_(std::move(context)), cube_(context_.space), options_(options) {}

  std::optional<Assignment> propose(TrialId trial) override;
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override;
  void observe(const Observation& observation) override;
  [[nodiscard]] bool learns() const override { return true; }
  [[nodiscard]] Value options() const override {
    return {{"population_size", options_.population_size}, {"sample_size", options_.sample_size}};
  }

private:
  using Birth = std::shared_ptr<const Individual>;  ///< the parent; null: drawn at random

  [[nodiscard]] Birth parent_for(TrialId trial) const;
  [[nodiscard]] Child child_of(TrialId trial, const Individual* parent) const;

  SamplerContext context_;
  UnitCube cube_;
  Options options_;
  std::deque<Birth> population_;  ///< the oldest first
  Genomes<Birth> genomes_;
};

}  // namespace winnow::evolution
