/// What somebody reports as JSON, made metrics of: one rule for every way in (docs/semantics.md, "Reports and
/// verdicts").
///
/// Numbers are taken, null and the texts for NaN and infinities among them. Those of nested objects get the names on
/// the way with a dot between them, or with a slash where the sweep file names that metric so. A boolean is 0 or 1
/// where the sweep file names its metric. The rest is left out: one odd value must not lose the good ones beside it.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <winnow/core/report.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow {

struct Reported {
  Metrics metrics;
  std::vector<std::pair<std::string, std::string>> left_out;  ///< names, and values cut to a length for people
};

/// Adds what the object holds. `declared`: the metrics that the sweep file names. Fails with `invalid_input` for a name
/// that stands twice.
Result<void> add_metrics(const Value& object, std::span<const std::string> declared, Reported& reported);

/// Where `metric` isn't among what was reported: `reported: acc, "loss "; "loss " may be the one that is meant: …`.
std::string reported_instead(const std::string& metric, std::span<const std::string> names);

}  // namespace winnow
