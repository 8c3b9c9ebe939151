/// Descent by L-BFGS-B (Byrd, Lu, Nocedal and Zhu, "A Limited Memory Algorithm for Bound Constrained Optimization",
/// SIAM J. Sci. Comput. 1995) that never fails.
#pragma once

#include <functional>

#include <winnow/samplers/gp/types.hpp>

namespace winnow::gp {

/// The value at x; writes the gradient.
using Function = std::function<double(const Vector& x, Vector& gradient)>;

struct Box {
  Vector low, high;
};

struct Minimum {
  Vector x;
  double value;
};

/// The best of all points looked at, from `start` on, which must lie in the box. Ends when no component of the
/// projected gradient exceeds `tolerance`, after `max_iterations`, where a step can't be found, or at a value that
/// isn't finite.
Minimum minimise(const Function& function, Vector start, const Box& box, double tolerance, int max_iterations);

}  // namespace winnow::gp
