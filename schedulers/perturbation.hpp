/// The explorer of `pbt`: a little change at random (explore.hpp), whatever was seen before; then, if there is one,
/// what a function of the program makes of it (Ray Tune's `custom_explore_fn`).
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <winnow/core/result.hpp>
#include <winnow/schedulers/explore.hpp>
#include <winnow/schedulers/explorer.hpp>

namespace winnow {

/// The function gets all parameters after the change, and gives an object of those that it changes in turn. A number
/// that the domain doesn't hold becomes the closest one that it does; any other such value is passed over.
struct CustomExplore {
  std::string name{};        ///< empty: there is none
  SpaceFunction function{};  ///< may be null
};

class Perturbation final : public Explorer {
public:
  /// Fails with `invalid_option`: the option's name, its range, and what was given. Null: nothing is known of the
  /// space, and nothing changes.
  static Result<std::unique_ptr<Explorer>> make(ExploreOptions options, const Space* space, CustomExplore custom = {});

  [[nodiscard]] Assignment explore(TrialId donor, const Assignment& params, Rng& rng) const override;
  [[nodiscard]] std::string_view name() const override { return "pbt"; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::string describe() const override;

private:
  Perturbation(ExploreOptions options, Space space, CustomExplore custom)
      : options_(std::move(options)), space_(std::move(space)), custom_(std::move(custom)) {}

  ExploreOptions options_;
  Space space_;
  CustomExplore custom_;
};

}  // namespace winnow
