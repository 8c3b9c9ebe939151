#include <winnow/samplers/cmaes/restarts.hpp>

#include <algorithm>
#include <cmath>

namespace winnow::cmaes {
namespace {

int population(double size) {
  return static_cast<int>(std::min(std::floor(size), static_cast<double>(kMostPopsize)));
}

}  // namespace

Restarts::Restarts(RestartStrategy strategy, int popsize, int inc_popsize)
    : strategy_(strategy), first_popsize_(popsize), inc_popsize_(inc_popsize), popsize_(popsize) {}

double Restarts::large_factor() const {
  return std::pow(inc_popsize_, large_runs_);
}

int Restarts::next_popsize(int generations, double u) {
  ++count_;
  if (strategy_ == RestartStrategy::ipop) {
    popsize_ = population(static_cast<double>(popsize_) * inc_popsize_);
    return popsize_;
  }
  (is_large_ ? large_evaluations_ : small_evaluations_) += static_cast<std::int64_t>(popsize_) * generations;
  is_large_ = small_evaluations_ >= large_evaluations_;
  if (is_large_) {
    ++large_runs_;
    popsize_ = population(first_popsize_ * large_factor());
  } else {
    popsize_ = population(first_popsize_ * std::pow(large_factor(), u * u));
  }
  return popsize_;
}

}  // namespace winnow::cmaes
