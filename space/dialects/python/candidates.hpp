/// What in a script may be a space. Not part of the interface.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/space/dialects/expression/script.hpp>

namespace winnow::python {

/// A dict, or the suggest calls of a function.
struct Candidate {
  std::string name;        ///< of the variable, of the keyword, or of the function; empty: it stands alone
  std::size_t offset = 0;  ///< of the dict, or of the first call
  std::size_t statement = 0;
  std::vector<std::size_t> suggests{};  ///< where the calls start; empty: a dict
  bool by_name_only = false;            ///< part of another one
  bool is_void = false;                 ///< within candidates.cpp: nothing is left of it
};

/// Dicts of any kind, and functions with suggest calls.
std::vector<Candidate> candidates(const expression::Script& script);

}  // namespace winnow::python
