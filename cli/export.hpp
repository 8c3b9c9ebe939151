/// `winnow export`: the trials or the reports of a run as CSV or JSON, for spreadsheets and scripts.
#pragma once

#include <string>

namespace winnow::cli {

struct ExportArgs {
  std::string dir;
  bool csv = false;
  bool json = false;
  bool reports = false;  ///< one row a metric of a report, instead of one a trial
  std::string output;    ///< empty: standard output
};
int export_run(const ExportArgs& args);

}  // namespace winnow::cli
