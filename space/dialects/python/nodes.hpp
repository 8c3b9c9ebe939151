/// From Python's expressions to the tree that dialects read. Not part of the interface.
#pragma once

#include <winnow/space/detail/tree_builder.hpp>
#include <winnow/space/dialects/expression/expression.hpp>

namespace winnow::python {

/// Complains (expression::Problem) of what no file can hold: an unknown name, code. Inside a call's arguments they
/// stay, and whoever reads the call complains.
Node node_of(const expression::Expression& expression, const Lines& lines);

}  // namespace winnow::python
