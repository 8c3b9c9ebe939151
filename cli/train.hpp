/// `winnow train`: one trial of a run, trained again in a run directory of its own.
#pragma once

#include <optional>
#include <string>

#include <winnow/core/ids.hpp>

namespace winnow::cli {

struct TrainArgs {
  std::string dir;               ///< the run
  std::optional<TrialId> trial;  ///< none: the best
  std::string into;              ///< empty: runs/<name>-trial-<N>-<time>
  bool json = false;
  bool quiet = false;
};
int train(const TrainArgs& args);

}  // namespace winnow::cli
