/// What all evaluators of importance begin and end with.
#pragma once

#include <cstddef>

#include <winnow/core/result.hpp>
#include <winnow/sweep/parameter_importance.hpp>

namespace winnow::importance {

/// Fails with `invalid_input` for less than two.
Result<void> check_enough(std::size_t trials);

/// From scores the importances, and the most important first; of scores that are all 0 each importance is 0. Fails with
/// `invalid_input` where there is no parameter.
Result<void> rank(Importance& importance);

}  // namespace winnow::importance
