/// A trial's context as a value, for a process that trains along.
#pragma once

#include <winnow/core/value.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow {

/// Without `suggest`, which can't travel.
Value to_value(const TrialContext& context);
/// Throws Value::exception for what to_value can't have given.
TrialContext context_of(const Value& value);

}  // namespace winnow
