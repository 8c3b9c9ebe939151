/// Vectors and matrices of doubles. A matrix of points has one in each row.
#pragma once

#include <Eigen/Core>

namespace winnow::gp {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;
using Index = Eigen::Index;

}  // namespace winnow::gp
