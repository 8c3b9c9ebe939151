/// SigOpt's parameter lists: what its clients (sigopt 8.8, sigoptlite 0.1) send as an experiment's `parameters`.
///
///   - {name: lr, type: double, bounds: {min: 1e-6, max: 1e-4}, transformation: log}
///   - {name: momentum, type: double, bounds: {min: 0, max: 1}, prior: {name: beta, shape_a: 2, shape_b: 5}}
///   - {name: epochs, type: int, bounds: {min: 1, max: 6}}            both ends included
///   - {name: width, type: int, grid: [16, 64, 256]}                  each equally likely
///   - {name: optimizer, type: categorical, categorical_values: [adam, sgd]}
///
/// An experiment is a mapping with `parameters`, and perhaps `conditionals` [{name, values}], on which parameters hang
/// by their `conditions`, and `linear_constraints`. A value has the declared type: an integer for int, a real number
/// for double (3 in a double's grid is 3.0), a text for categorical. Categories are kept sorted by name; a grid of
/// numbers becomes a Categorical of numbers of its type; conditionals become Categorical parameters ahead of the
/// others. A normal prior is cut off at the bounds, a beta prior stretched to them (Float::range).
#pragma once

#include <string>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/space/dialects/printed.hpp>
#include <winnow/space/reader.hpp>
#include <winnow/space/space.hpp>

namespace winnow::sigopt {

/// `node` is a list of parameter definitions, or an experiment around it, whose other keys are left to the sweep
/// (spec_sigopt.hpp). `path` is where it stands, for messages. An empty space if `diagnostics` has an error afterwards.
Space read_space(const Node& node, Diagnostics& diagnostics, const std::string& path = "");

/// True if this is a SigOpt file by its shape: a list of definitions with name and type, or `parameters` as a list.
bool looks_like(const Node& root);

/// Any space as an experiment: `parameters`, and `conditionals` and `linear_constraints` where there are some. What
/// read_space gave is written so that reading it gives the same space. In other spaces a domain keeps its distribution,
/// or a note says what changes; what has no equal at all is left out.
PrintedSpace print(const Space& space);

}  // namespace winnow::sigopt
