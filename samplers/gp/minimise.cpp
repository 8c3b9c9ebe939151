#include <winnow/samplers/gp/minimise.hpp>

#include <LBFGSB.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace winnow::gp {

Minimum minimise(const Function& function, Vector start, const Box& box, double tolerance, int max_iterations) {
  Minimum best{start, std::numeric_limits<double>::infinity()};
  const auto watched = [&](const Vector& x, Vector& gradient) {
    const double value = function(x, gradient);
    if (!std::isfinite(value) || !gradient.allFinite()) throw std::runtime_error("not finite");
    if (value < best.value) best = {x, value};
    return value;
  };
  LBFGSpp::LBFGSBParam<double> settings;
  settings.m = 10;
  settings.epsilon = tolerance;
  settings.epsilon_rel = 0;
  settings.past = 1;
  settings.delta = 2e-9;
  settings.max_iterations = max_iterations;
  settings.max_linesearch = 20;
  try {
    LBFGSpp::LBFGSBSolver<double> solver(settings);
    double value = 0;
    solver.minimize(watched, start, value, box.low, box.high);
  } catch (const std::exception&) {  // the library's way to end: what was found so far stands
  }
  return best;
}

}  // namespace winnow::gp
