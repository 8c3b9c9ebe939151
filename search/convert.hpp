/// A sweep or a space in the format of another tool.
#pragma once

#include <winnow/search/space_file.hpp>

namespace winnow {

struct Converted {
  OrderedJson json;
  std::vector<std::string> notes;  ///< what has no equal there, or is written otherwise
};

/// W&B's and SigOpt's files hold a whole sweep: metrics, number of trials and so on come along. Optuna's and Ray Tune's
/// hold a space; the rest stands in a program there, which the notes say.
Converted convert(const Input& input, Dialect to);

}  // namespace winnow
