/// What a script does to a dict after it is made. Not part of the interface.
#pragma once

#include <winnow/space/dialects/expression/script.hpp>
#include <winnow/space/dialects/python/candidates.hpp>

namespace winnow::python {

/// `config["lr"] = …` and `config.update({…})` in the same function, outside of loops and branches, are taken in; of
/// any other change (`del config["lr"]`, `config = {**config, …}`) it complains (expression::Problem), since the space
/// would be another one.
void take_changes(const expression::Script& script, const Candidate& candidate, expression::Expression& dict,
                  expression::Budget& budget);

/// As the script's own, with the names of dicts that are changed behind their assignment as they are in the end: a name
/// stands for the dict itself, whatever comes first. Script and budget must outlive it.
expression::Surroundings surroundings_of(const expression::Script& script, expression::Budget& budget);

}  // namespace winnow::python
