/// Linear constraints in a file, as SigOpt spells them:
///
///   linear_constraints:
///     - {type: less_than, threshold: 1, terms: [{name: a, weight: 1}, {name: b, weight: 2}]}
///
/// means 1·a + 2·b <= 1; `greater_than` means >=. Space::make says which ones can't be.
#pragma once

#include <string_view>
#include <vector>

#include <winnow/space/reader.hpp>
#include <winnow/space/space.hpp>

namespace winnow {

/// Complains at what is wrong; `path` is where the list stands.
std::vector<LinearConstraint> read_linear_constraints(const Node& list, std::string_view path,
                                                      Diagnostics& diagnostics);

OrderedJson to_json(const std::vector<LinearConstraint>& constraints);

}  // namespace winnow
