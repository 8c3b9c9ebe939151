/// Optuna's distributions from their numbers, by its rules: shared by the file reader and the C++ values. Not part of
/// the interface.
#pragma once

#include <winnow/space/dialects/optuna.hpp>

namespace winnow::optuna {

struct Made {
  Domain domain;
  std::string warning{};  ///< empty, or what Optuna warns about
};

Result<Made> make_float(double low, double high, const FloatOptions& options);
Result<Made> make_int(std::int64_t low, std::int64_t high, const IntOptions& options);
Result<Made> make_categorical(std::vector<Value> choices);

}  // namespace winnow::optuna
