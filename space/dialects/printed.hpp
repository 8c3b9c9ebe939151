/// What a dialect makes of a space.
#pragma once

#include <string>
#include <vector>

#include <winnow/core/value.hpp>

namespace winnow {

struct PrintedSpace {
  OrderedJson json{};
  std::vector<std::string> notes{};  ///< what has no equal there, or is written otherwise: `lr: …`
};

}  // namespace winnow
