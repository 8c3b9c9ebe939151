/// No point twice while there are untried ones, in a space of finitely many points (what Optuna's users ask for in its
/// issues 2021, 2915 and 5440; docs/semantics.md, "Samplers").
///
/// A point that was suggested before, whatever came of it, gives way to an untried one near it: with another value of
/// one parameter, else the next one in a random order of all. When none is left, points come again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include <winnow/samplers/brute_force/combinations.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/detail/wrapper.hpp>

namespace winnow {

class Distinct final : public SamplerWrapper {
public:
  /// `inner` itself if there is nothing to do: points without number, or none at all.
  static std::unique_ptr<Sampler> around(std::unique_ptr<Sampler> inner, SamplerContext context);

  std::optional<Assignment> propose(TrialId trial) override;
  void observe(const Observation& observation) override;
  /// It does so where the inner one doesn't.
  [[nodiscard]] bool learns() const override { return true; }

private:
  Distinct(std::unique_ptr<Sampler> inner, SamplerContext context, brute_force::Combinations points);
  [[nodiscard]] std::optional<std::uint64_t> untried_near(TrialId trial, const Assignment& point) const;
  [[nodiscard]] std::optional<std::uint64_t> next_untried(TrialId trial) const;
  /// The point of this number, with what isn't numbered: computed parameters.
  [[nodiscard]] std::optional<Assignment> complete_point(TrialId trial, std::uint64_t number) const;

  SamplerContext context_;
  brute_force::Combinations points_;
  std::unordered_set<std::uint64_t> tried_;
};

}  // namespace winnow
