#include <winnow/samplers/tpe/line_density.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include <winnow/samplers/tpe/distances.hpp>
#include <winnow/samplers/tpe/log_sum.hpp>

namespace winnow::tpe {
namespace {

constexpr std::size_t kCells = 128;
constexpr std::size_t kNeighbours = LogSum::kMost;

/// Kernels by the cell of their place; within a cell as they were.
struct Ordered {
  explicit Ordered(const LineKernels& kernels)
      : place(kernels.place.size()), narrow(place.size()), log_scale(place.size()), weight(place.size()) {
    std::vector<std::uint8_t> cell(place.size());
    std::array<std::size_t, kCells + 1> next{};  // the row that the next kernel of a cell takes
    for (std::size_t k = 0; k < place.size(); ++k) {
      cell[k] = static_cast<std::uint8_t>(std::clamp(kernels.place[k] * kCells, 0.0, kCells - 1.0));
      ++next[cell[k] + 1];
    }
    std::partial_sum(next.begin(), next.end(), next.begin());
    for (std::size_t k = 0; k < place.size(); ++k) {
      const std::size_t row = next[cell[k]]++;
      place[row] = kernels.place[k];
      narrow[row] = kernels.narrow[k];
      log_scale[row] = kernels.log_scale[k];
      weight[row] = kernels.weight[k];
    }
  }
  std::vector<double> place, narrow, log_scale, weight;
};

/// Some neighbours, and bounds of them.
struct Chunk {
  Chunk(const Ordered& kernels, std::size_t from)
      : begin(from), size(std::min(kNeighbours, kernels.place.size() - from)) {
    const auto of = [&](const std::vector<double>& list) {
      return Eigen::Map<const Eigen::ArrayXd>(list.data() + begin, static_cast<Eigen::Index>(size));
    };
    left = of(kernels.place).minCoeff();
    right = of(kernels.place).maxCoeff();
    narrow = of(kernels.narrow).minCoeff();
    log_scale = of(kernels.log_scale).maxCoeff();
  }
  /// No kernel's logarithm is greater at x.
  [[nodiscard]] double most(double x) const {
    const double z = std::max({left - x, x - right, 0.0}) * narrow;
    return log_scale - z * z;
  }
  std::size_t begin, size;
  double left, right, narrow, log_scale;
};

}  // namespace

std::vector<double> line_density(const LineKernels& kernels, const std::vector<double>& points,
                                 const std::vector<double>& firsts) {
  const Ordered ordered(kernels);
  std::vector<LogSum> sums(firsts.begin(), firsts.end());
  std::array<double, kNeighbours> logs{};
  for (std::size_t begin = 0; begin < kernels.place.size(); begin += kNeighbours) {
    const Chunk chunk(ordered, begin);
    for (std::size_t j = 0; j < points.size(); ++j) {
      const double least = sums[j].least();
      if (!(chunk.most(points[j]) > least)) continue;
      std::copy_n(ordered.log_scale.data() + begin, chunk.size, logs.data());
      const Distances distances{ordered.place.data() + begin, ordered.narrow.data() + begin, points[j]};
      if (subtract_squares(&distances, 1, logs.data(), chunk.size, least)) {
        sums[j].add(logs.data(), ordered.weight.data() + begin, chunk.size);
      }
    }
  }
  std::vector<double> densities;
  for (const LogSum& sum : sums) densities.push_back(sum.value());
  return densities;
}

}  // namespace winnow::tpe
