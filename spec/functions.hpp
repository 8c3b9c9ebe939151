/// The functions of a program that a sweep names: it can only be run where they are.
#pragma once

#include <string>
#include <vector>

#include <winnow/spec/spec.hpp>

namespace winnow {

/// Those that a scheduler names: pbt's custom_explore_fn, also of one within another.
std::vector<std::string> explore_functions(const SweepSpec& spec);

/// Fails with `invalid_input` if one of a computed parameter or of the scheduler isn't among them.
Result<void> check_functions(const SweepSpec& spec, const SpaceFunctions& functions);

}  // namespace winnow
