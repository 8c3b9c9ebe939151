#include <winnow/samplers/tpe/block.hpp>

#include <algorithm>
#include <numeric>

#include <winnow/core/random.hpp>

namespace winnow::tpe {
namespace {

/// Which kernel the quantile `u` falls into.
std::size_t kernel_at(const std::vector<double>& cumulated, double u) {
  const auto it = std::upper_bound(cumulated.begin(), cumulated.end(), u * cumulated.back());
  return std::min(static_cast<std::size_t>(it - cumulated.begin()), cumulated.size() - 1);
}

}  // namespace

std::vector<std::size_t> Candidates::best_first() const {
  std::vector<std::size_t> order(acquisition.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return acquisition[a] > acquisition[b]; });
  return order;
}

Block::Block(std::vector<std::string> names, std::vector<Axis> axes, Rules below, Rules above)
    : names_(std::move(names)), axes_(std::move(axes)), below_(axes_, below), above_(axes_, above) {}

void Block::insert(Side side, TrialId trial, const std::vector<double>& point) {
  if (side == Side::below) below_.insert(trial, point);
  if (side == Side::above) above_.insert(trial, point);
}

void Block::erase(Side side, TrialId trial) {
  Parzen& estimator = side == Side::below ? below_ : above_;
  if (side != Side::none && estimator.contains(trial)) estimator.erase(trial);
}

Columns Block::draw(std::uint64_t seed, TrialId trial, std::size_t count, std::size_t round) const {
  const std::string key = "/tpe" + (round == 0 ? "" : "#" + std::to_string(round));
  std::vector<double> cumulated = below_.weights();
  std::partial_sum(cumulated.begin(), cumulated.end(), cumulated.begin());
  Rng kernel_rng = keyed_rng(seed, trial, names_.front() + key + "/kernel");
  std::vector<std::size_t> kernels(count);
  for (std::size_t& kernel : kernels) kernel = kernel_at(cumulated, uniform01(kernel_rng));
  Columns columns(axes_.size());
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    Rng rng = keyed_rng(seed, trial, names_[axis] + key);
    for (const std::size_t kernel : kernels) columns[axis].push_back(below_.sample(axis, kernel, uniform01(rng)));
  }
  return columns;
}

std::vector<double> Block::acquisition(const Columns& points) {
  below_.settle();
  above_.settle();
  std::vector<double> acquisition = below_.log_density(points);
  const std::vector<double> above = above_.log_density(points);
  for (std::size_t i = 0; i < acquisition.size(); ++i) {
    // Where neither has any density there is nothing to choose between: NaN would compare with nothing.
    acquisition[i] = acquisition[i] == above[i] ? 0 : acquisition[i] - above[i];
  }
  return acquisition;
}

Candidates Block::candidates(std::uint64_t seed, TrialId trial, std::size_t count, std::size_t round) {
  const bool itself = above_.contains(trial);
  const std::vector<double> own = itself ? above_.point(trial) : std::vector<double>();
  if (itself) above_.erase(trial);
  Candidates candidates{draw(seed, trial, count, round), {}};
  candidates.acquisition = acquisition(candidates.places);
  if (itself) above_.insert(trial, own);
  return candidates;
}

}  // namespace winnow::tpe
