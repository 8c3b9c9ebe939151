/// Arguments that transformers 4.37.2 has and this trainer hasn't, so that its files can be told from files with
/// mistakes in them. Not part of the interface.
#pragma once

#include <string_view>

#include <winnow/core/value.hpp>

namespace winnow::hf {

struct OtherArgument {
  std::string_view name;
  Value standard{};  ///< its default, as files have it
  /// It says where and how a program runs, but nothing of what is trained: any value is as good as the default.
  bool is_housekeeping = false;

  /// True if a run with this value isn't the one that this trainer does.
  [[nodiscard]] bool matters(const Value& value) const;
};

/// Null if there is none of that name.
const OtherArgument* find_other(std::string_view name);

}  // namespace winnow::hf
