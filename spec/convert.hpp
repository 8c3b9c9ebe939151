/// A sweep or a space in the format of another tool.
#pragma once

#include <winnow/spec/space_file.hpp>

namespace winnow {

/// W&B's and SigOpt's files hold a whole sweep: metrics, number of trials and so on come along. Optuna's and Ray Tune's
/// hold a space; the rest stands in a program there, which the notes say.
PrintedSpace convert(const Input& input, Dialect to);

}  // namespace winnow
