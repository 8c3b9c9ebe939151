/// A spec as a sweep file: for sweeps that are put together in a program, so that their run directories hold a file
/// like any other.
#pragma once

#include <winnow/spec/spec.hpp>

namespace winnow {

/// Reading it gives the same spec (parse_spec). With other than one metric `stopped_are_eligible` has no place in it.
OrderedJson sweep_file(const SweepSpec& spec);

}  // namespace winnow
