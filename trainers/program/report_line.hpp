/// A line that a program sends to Winnow.
///
/// A report is `{"metrics":{"loss":0.3},"step":1}`, or flat, `{"loss":0.3,"step":1}`; without a step it is the last
/// one + 1. Values are numbers, null (NaN) or the texts "NaN", "Infinity", "-Infinity"; the bare words that Python's
/// json writes for those are read too. `{"op":"suggest","name":"lr","distribution":{…}}` asks for a value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow::program {

struct SuggestRequest {
  std::string name;
  Value distribution;
};

using Request = std::variant<StepReport, SuggestRequest>;

/// Fails with `invalid_input` and what would be right.
Result<Request> parse_line(std::string_view line);

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
