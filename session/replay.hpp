/// `winnow replay`: the recorded inputs are fed to fresh policies, each with exactly the prefix that it had seen, and
/// every suggestion, verdict and start is compared with what the ledger holds (docs/semantics.md, "Events and replay").
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include <winnow/core/result.hpp>

namespace winnow {

struct Difference {
  std::int64_t seq = 0;
  std::string what;  ///< `verdict of trial 3 at step 9`
  std::string recorded;
  std::string replayed;
};

struct ReplayOutcome {
  std::int64_t events = 0;
  std::int64_t decisions = 0;            ///< compared
  std::optional<Difference> difference;  ///< the first one
};

Result<ReplayOutcome> replay(const std::filesystem::path& root);

}  // namespace winnow
