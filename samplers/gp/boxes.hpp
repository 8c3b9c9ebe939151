/// The part of objective space that a front doesn't dominate, in boxes that don't overlap (Lacour, Klamroth and
/// Fonseca, "A Box Decomposition Algorithm to Compute the Hypervolume Indicator", Computers & Operations Research 2017,
/// algorithm 2 and equation 2). All values are maximised.
#pragma once

#include <vector>

#include <winnow/samplers/gp/types.hpp>

namespace winnow::gp {

/// The rows that no other dominates; of equal ones the first.
std::vector<Index> front(const Matrix& values);

/// A tenth beyond the worst of each objective, as Optuna has it: what a hypervolume is measured from.
Vector reference_point(const Matrix& values);

struct Boxes {
  Matrix low;    ///< a row each
  Matrix width;  ///< > 0, maybe infinite
};
/// Of the part above `reference` that the rows don't dominate. Beyond 20,000 boxes the rest of the front is left out.
Boxes free_boxes(const Matrix& values, const Vector& reference);

}  // namespace winnow::gp
