/// Trials as rows of a table: the columns of `winnow export` and of the HTTP API, and the table as CSV.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

/// All that some trial has reported, in order of first sight.
std::vector<std::string> metric_names(const Sweep& sweep);
/// The names of the space's parameters, and behind them those that trials asked for while they ran, in order of first
/// sight.
std::vector<std::string> parameter_names(const Space& space, const std::vector<const Assignment*>& trials);
std::vector<std::string> parameter_names(const Sweep& sweep);

struct TrialColumn {
  std::string name;
  std::function<std::optional<Value>(const Trial&)> cell;  ///< nothing: the trial has none
};

/// `trial`, `state`, `attempt`, `step`, `rung`, `value`, `reason`, then `metric.NAME` and `param.NAME` of all there
/// are. They must not outlive the sweep.
std::vector<TrialColumn> trial_columns(const Sweep& sweep);
/// One of these, or `started` or `ended`, in seconds since 1970. A metric or parameter that no trial has is empty.
/// Fails with `invalid_input` for any other name.
Result<TrialColumn> trial_column(const Sweep& sweep, std::string_view name);

/// Null where there is none; non-finite numbers as texts.
OrderedJson cell_json(const std::optional<Value>& cell);

std::string csv_header(const std::vector<TrialColumn>& columns);
std::string csv_row(const std::vector<TrialColumn>& columns, const Trial& trial);

/// The reports instead, one row a metric of each.
std::string reports_csv_header();
/// Empty for an event that is neither a report nor a final value by ask/tell, which has no step and no verdict.
std::string reports_csv(const Event& event);

}  // namespace winnow
