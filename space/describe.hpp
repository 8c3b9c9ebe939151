/// A domain in words, for people: `log-uniform in [0.0001, 0.1]`.
#pragma once

#include <string>

#include <winnow/space/domain.hpp>

namespace winnow {

std::string describe(const Domain& domain);

}  // namespace winnow
