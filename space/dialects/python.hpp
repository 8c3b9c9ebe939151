/// Spaces as they stand in Python: a literal (`{"lr": tune.loguniform(1e-4, 1e-1)}`), or in the middle of a script. It
/// is read as text, and nothing is run. What comes of it is the same tree as of YAML: a call is a text whose parts know
/// where they stand (`Node::places`), so that every dialect reads it as it reads its files.
///
/// In a script a space is
/// - a dict that is assigned, returned from a function, or given as `param_space=`, `config=`, … of a call, if
/// something
///   in it is drawn: a call of Ray Tune's or of Optuna's distributions, or W&B's `parameters`;
/// - the suggest calls of a function, such as Optuna's objective, as one space.
/// Names that were given a value once, above, and imports are known; loops over what is known are gone through.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <winnow/space/document.hpp>

namespace winnow::python {

struct SpaceText {
  Document document;
  bool is_python = false;  ///< false: YAML or JSON
  std::vector<std::string> warnings{};
};

/// Whether a text is Python rather than YAML or JSON: by the file's name, or by how it starts.
bool is_python(std::string_view text, std::string_view file);

/// A document of any format. `name` is which of a script's spaces is meant, by its name or its line; empty: the only
/// one. Fails with `invalid_input` and `file:line:col: what`, and with a list where there are several.
Result<SpaceText> read(std::string_view text, std::string_view file, std::string_view name = "");

}  // namespace winnow::python
