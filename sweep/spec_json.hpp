/// A spec as a sweep file: for sweeps that are put together in a program, so that their run directories hold a file
/// like any other.
#pragma once

#include <winnow/sweep/spec.hpp>

namespace winnow {

/// Reading it gives the same spec (parse_spec). Not expressible, and left out: `stopped_are_eligible`, which follows
/// from the form of a W&B file.
OrderedJson sweep_file(const SweepSpec& spec);

}  // namespace winnow
