/// The explorer of `pbt`: a little change at random (explore.hpp), whatever was seen before.
#pragma once

#include <memory>

#include <winnow/core/result.hpp>
#include <winnow/schedulers/explore.hpp>
#include <winnow/schedulers/explorer.hpp>

namespace winnow {

class Perturbation final : public Explorer {
public:
  /// Fails with `invalid_option`: the option's name, its range, and what was given. Null: nothing is known of the
  /// space, and nothing changes.
  static Result<std::unique_ptr<Explorer>> make(ExploreOptions options, const Space* space);

  [[nodiscard]] Assignment explore(TrialId donor, const Assignment& params, Rng& rng) const override;
  [[nodiscard]] std::string_view name() const override { return "pbt"; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::string describe() const override;

private:
  Perturbation(ExploreOptions options, Space space) : options_(std::move(options)), space_(std::move(space)) {}

  ExploreOptions options_;
  Space space_;
};

}  // namespace winnow
