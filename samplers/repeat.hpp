/// Each point several times, for objectives with noise (Ray Tune's Repeater; docs/semantics.md, "Samplers").
///
/// Of every `times` trials in a row the first gets a new point and the others get it too, also the values that it draws
/// while it runs; each has its own trial seed. The inner sampler knows the group as one trial, of the group's number:
/// it hears of its end when all have ended, with the mean of the values that are finite.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/samplers/wrapper.hpp>

namespace winnow {

class Repeat final : public SamplerWrapper {
public:
  /// `times` >= 1.
  Repeat(int times, std::unique_ptr<Sampler> inner) : SamplerWrapper(std::move(inner)), times_(times) {}

  std::optional<Assignment> propose(TrialId trial) override;
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override;
  void observe(const Observation& observation) override;

private:
  struct Group {
    Assignment params{};                    ///< as the first trial was suggested
    Assignment drawn{};                     ///< by any of its trials
    std::map<TrialId, TrialEnded> ended{};  ///< its trials'
  };
  [[nodiscard]] TrialId group_of(TrialId trial) const { return trial < 0 ? trial : trial / times_; }
  [[nodiscard]] TrialEnded mean(TrialId group, const Group& trials) const;
  void end(const TrialEnded& ended);

  int times_;
  std::map<TrialId, Group> groups_;
};

}  // namespace winnow
