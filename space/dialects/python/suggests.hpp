/// The suggest calls of a function as a list, in the order in which they stand. Not part of the interface.
#pragma once

#include <winnow/space/dialects/expression/script.hpp>
#include <winnow/space/dialects/python/candidates.hpp>

namespace winnow::python {

struct Note {
  std::size_t offset = 0;
  std::string what;
};

/// Loops over what is known are gone through. A call whose arguments only the running program knows is left out; that,
/// and a call that stands in a branch, is in the notes. Complains (expression::Problem) of any other.
expression::Expression list_suggests(const expression::Script& script, const Candidate& candidate,
                                     expression::Budget& budget, std::vector<Note>& notes);

}  // namespace winnow::python
