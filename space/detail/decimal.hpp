/// Arithmetic as a person does it, in decimals: three steps of 0.1 are 0.3, not 0.30000000000000004. Exact, then
/// rounded once to a double (docs/semantics.md, "Numbers and texts"). Not part of the interface.
#pragma once

namespace winnow::decimal {

/// origin + index · spacing, of the shortest decimals that read as `origin` and `spacing`; `index` is a whole number
/// below 2^53 (either sign), and the result at most the largest double.
double point(double origin, double index, double spacing);

}  // namespace winnow::decimal
