/// Suggests the points of a sequence that fills the unit cube evenly: point n for trial n, so that neither the order of
/// asking nor what was observed changes anything.
///
/// Trials that take points that people gave come first, and the sequence begins behind them. A point that the linear
/// constraints refuse is replaced by the one that stands 2^32 further on, and so on; after a thousand of these the
/// parameters are drawn at random, as random search would.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/samplers/context.hpp>
#include <winnow/samplers/detail/unit_cube.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

class PointSequence {
public:
  virtual ~PointSequence() = default;
  /// One coordinate in [0, 1) for each dimension.
  virtual std::vector<double> point(std::uint64_t index) = 0;
};

class SequenceSampler final : public Sampler {
public:
  /// The sequence has as many dimensions as the cube of the context's space.
  SequenceSampler(SamplerContext context, UnitCube cube, std::unique_ptr<PointSequence> sequence, Value options,
                  std::vector<std::string> description);

  std::optional<Assignment> propose(TrialId trial) override;
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override;
  [[nodiscard]] Value options() const override { return options_; }
  [[nodiscard]] std::vector<std::string> describe() const override { return description_; }

private:
  [[nodiscard]] std::optional<std::vector<Value>> feasible_values(std::uint64_t index);

  SamplerContext context_;
  UnitCube cube_;
  std::unique_ptr<PointSequence> sequence_;
  Value options_;
  std::vector<std::string> description_;
};

}  // namespace winnow
