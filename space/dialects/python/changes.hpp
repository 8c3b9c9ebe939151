/// What a script does to a dict after it is made. Not part of the interface.
#pragma once

#include <winnow/space/dialects/expression/script.hpp>
#include <winnow/space/dialects/python/candidates.hpp>

namespace winnow::python {

/// `config["lr"] = …` in the same function, outside of loops and branches, is taken in; of any other change
/// (`config.update(…)`, `del config["lr"]`) it complains (expression::Problem), since the space would be another one.
void take_changes(const expression::Script& script, const Candidate& candidate, expression::Expression& dict,
                  expression::Budget& budget);

}  // namespace winnow::python
