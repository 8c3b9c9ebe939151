/// A domain in words, for people: `log-uniform in [0.0001, 0.1]`.
#pragma once

#include <string>

#include <winnow/space/domain.hpp>
#include <winnow/space/space.hpp>

namespace winnow {

std::string describe(const Domain& domain);
/// `a + 2·b <= 1`
std::string describe(const LinearConstraint& constraint);

}  // namespace winnow
