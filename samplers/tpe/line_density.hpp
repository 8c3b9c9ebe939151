/// The density of a mixture of normals along one continuous axis.
///
/// Kernels are brought roughly into order, so that those too far from a point to count are passed over many at a time.
#pragma once

#include <vector>

namespace winnow::tpe {

/// Of each kernel: its place in [0, 1], 1/(sigma · sqrt 2), the logarithm of what it is multiplied by to make a density
/// of it, and its weight. All as long as there are kernels.
struct LineKernels {
  const std::vector<double>& place;
  const std::vector<double>& narrow;
  const std::vector<double>& log_scale;
  const std::vector<double>& weight;
};

/// For each point ln(e^first + Σ weight · e^(log_scale - ((x - place) · narrow)²)).
std::vector<double> line_density(const LineKernels& kernels, const std::vector<double>& points,
                                 const std::vector<double>& firsts);

}  // namespace winnow::tpe
