/// A line that a program sends to Winnow.
///
/// A report is `{"metrics":{"loss":0.3},"step":1}`, or flat, `{"loss":0.3,"step":1}`; without a step it is the last
/// one + 1. What of it is a metric says core/reported.hpp; the bare words that Python's json writes for NaN and
/// infinities are read too. `{"op":"suggest","name":"lr","distribution":{…}}` asks for a value.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow::program {

struct SuggestRequest {
  std::string name;
  Value distribution;
};

struct ReportRequest {
  StepReport report;
  std::vector<std::pair<std::string, std::string>> left_out;  ///< names and values of what is no number
};

using Request = std::variant<ReportRequest, SuggestRequest>;

/// `declared`: the metrics that the sweep file names. Fails with `invalid_input` and what would be right.
Result<Request> parse_line(std::string_view line, std::span<const std::string> declared);

/// The step that a number is, if it is one: whole, and from 0 to kHighestStep.
std::optional<Step> whole_step(double number);

/// `{"verdict":"continue"}` and a line's end.
std::string_view verdict_line(Verdict verdict);
/// The answer to a report that is not in the ledger: an error, and whether the trial is over (stop) or goes on another
/// time (pause). Never a verdict: a program may drop what it needs to do the step again when it has one.
std::string_view unrecorded_line(Verdict end);
std::string error_line(std::string_view message);
std::string value_line(const Value& value);

}  // namespace winnow::program
