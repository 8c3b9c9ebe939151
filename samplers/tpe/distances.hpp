/// The squared distances between a point and many kernels: where tpe spends its time.
#pragma once

#include <cstddef>

namespace winnow::tpe {

/// Along one axis: a place, and 1/(sigma · sqrt 2), of each kernel; and the point's place.
struct Distances {
  const double* place;
  const double* narrow;
  double x;
};

/// logs[k] -= the sum of ((x - place[k]) · narrow[k])² over up to 3 axes, for k < kernels. True if any of them is above
/// `least` then.
///
/// With wider registers where the processor has them. Nothing is fused or reordered: the results are the same
/// everywhere.
bool subtract_squares(const Distances* axes, std::size_t count, double* logs, std::size_t kernels, double least);

}  // namespace winnow::tpe
