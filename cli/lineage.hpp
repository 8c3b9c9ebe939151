/// How the models of a population came about, for people and programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow::cli {

/// The trial whose lineage is asked for: the named one, else the best. Fails if there is none.
Result<TrialId> lineage_of_which(const Sweep& sweep, std::optional<TrialId> named);

/// Every exploit, the stretches of the trial's model, and the sweep file's lines that train it once more.
std::vector<std::string> lineage_lines(const Sweep& sweep, TrialId trial, std::size_t width);
/// `{"event": "lineage", "exploits": […], "trial": 5, "stretches": […], "replay": {…}}`
OrderedJson lineage_json(const Sweep& sweep, TrialId trial);
/// The exploits alone, in the order in which they happened.
OrderedJson exploits_json(const Sweep& sweep);
/// The same, a row each, with a header.
std::vector<std::vector<std::string>> lineage_rows(const Sweep& sweep);

}  // namespace winnow::cli
