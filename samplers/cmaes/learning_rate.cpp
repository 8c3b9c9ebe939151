#include <winnow/samplers/cmaes/learning_rate.hpp>

#include <algorithm>
#include <cmath>

namespace winnow::cmaes {
namespace {

constexpr double kAlpha = 1.4;  // the signal-to-noise ratio that is aimed at, per learning rate
constexpr double kGamma = 0.1;  // the largest relative change of the rate, per learning rate

}  // namespace

double LearningRate::observe(const Eigen::VectorXd& update) {
  if (mean_.size() == 0) mean_ = Eigen::VectorXd::Zero(update.size());
  mean_ = (1 - forget_) * mean_ + forget_ * update;
  square_ = (1 - forget_) * square_ + forget_ * update.squaredNorm();
  const double signal = mean_.squaredNorm();
  const double ratio = (signal - forget_ / (2 - forget_) * square_) / (square_ - signal);
  const double excess = ratio / kAlpha / rate_ - 1;
  if (std::isnan(excess)) return rate_;  // nothing has moved yet
  rate_ = std::min(1.0, rate_ * std::exp(std::min(kGamma * rate_, forget_) * std::clamp(excess, -1.0, 1.0)));
  return rate_;
}

}  // namespace winnow::cmaes
