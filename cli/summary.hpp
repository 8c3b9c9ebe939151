/// What a sweep came to, in words and as JSON.
#pragma once

#include <string>

#include <winnow/cli/shell.hpp>
#include <winnow/core/value.hpp>
#include <winnow/session/sweep_json.hpp>
#include <winnow/sweep/best.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow::cli {

/// The best trial, or the Pareto list, with how to train it again; null if no trial has a value. `choice`: by what,
/// other than the sweep says.
OrderedJson best_json(const Sweep& sweep, const RunPlace& run, const Choice* choice = nullptr);
OrderedJson summary_json(const Sweep& sweep, const RunPlace& run, const std::string& why);

/// Lines for people, each ending in a newline.
std::string best_text(const Sweep& sweep, const RunPlace& run, const Choice* choice = nullptr);
std::string summary_text(const Sweep& sweep, const RunPlace& run, const std::string& why);

/// `learning_rate=0.0123 hidden=64`: numbers in at most six significant digits.
std::string params_text(const Assignment& params);
/// A parameter's value for people: numbers in at most six significant digits, texts without quotes.
std::string short_value(const Value& value);
/// A value for people: six significant digits, or `-`.
std::string value_text(std::optional<double> value);

}  // namespace winnow::cli
