/// `winnow report`: from inside a program that is a trial, a shell script above all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace winnow::cli {

struct ReportArgs {
  std::vector<std::string> metrics;  ///< `loss=0.3`
  std::optional<std::int64_t> step;  ///< none: the last + 1
  bool json = false;
};
/// Sends one report, waits for the verdict and prints it. 0: go on; 1: stop or pause, or the trial is
/// over and the report is not recorded; 2: wrong usage, or no trial.
int report(const ReportArgs& args);

}  // namespace winnow::cli
