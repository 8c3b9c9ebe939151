/// What the command line says of a sweep: what a bare space lacks, or in place of what a sweep file says
/// (`winnow run sweep.yaml --method random --trials 20`).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <winnow/core/goal.hpp>
#include <winnow/space/document.hpp>

namespace winnow {

/// Empty: not given.
struct SpaceOptions {
  std::string command{};               ///< words as in a shell, with W&B's macros
  std::vector<std::string> metrics{};  ///< `loss:minimize`
  std::vector<Goal> goals{};           ///< of metrics that name none: those of the file
  std::optional<std::int64_t> trials{};
  std::string method{};
  std::string scheduler{};    ///< `asha,max_t=27,grace_period=3`
  bool needs_command = true;  ///< false: ask/tell

  [[nodiscard]] bool empty() const {
    return command.empty() && metrics.empty() && !trials && method.empty() && scheduler.empty();
  }
};

/// The same as keys of a sweep file. Fails with `invalid_input`: a line for each option that is wrong.
Result<OrderedJson> keys_of(const SpaceOptions& options);

/// Puts them in the place of what the sweep file says of the same. A metric of another name begins anew, else its
/// target, scope and the like stay; a command takes the trainer's place. Fails as `keys_of`.
Result<void> override_keys(Document& file, const SpaceOptions& options);

}  // namespace winnow
