/// One value of Hydra's override grammar as text, the way it stands behind `key=`: read, never run. Not part of the
/// interface.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow::hydra {

struct Swept {
  enum class Kind { constant, choice, range, interval };

  Kind kind = Kind::constant;
  std::vector<Value> values{};  ///< of a choice; of a constant the one
  Value low{};                  ///< of a range or an interval: a number
  Value high{};
  Value step = 1;         ///< of a range
  bool log = false;       ///< tagged so
  bool shuffled = false;  ///< a range in another order: its values, one by one
};

struct Problem {
  std::size_t offset = 0;  ///< in bytes
  std::string what;
};

tl::expected<Swept, Problem> parse_override(std::string_view text);

/// A value as the grammar spells it: reading it gives the value again.
std::string to_override(const Value& value);

}  // namespace winnow::hydra
