#include <winnow/trainers/program/report_line.hpp>

#include <cmath>

#include <winnow/core/highest_step.hpp>
#include <winnow/core/json_line.hpp>
#include <winnow/core/reported.hpp>
#include <winnow/trainers/fields.hpp>

namespace winnow::program {
namespace {

constexpr const char* kExample = R"(send {"loss":0.3,"step":1}, or {"metrics":{"loss":0.3},"step":1})";

Result<Step> step_of(const Value& value) {
  if (const auto step = value.is_number() ? whole_step(value.get<double>()) : std::nullopt) return *step;
  return fail(errc::invalid_input, "step must be a whole number from 0 to " + std::to_string(kHighestStep) + ", got " +
                                       fields::shown(value));
}

/// A line of which nothing can be recorded.
Error no_number(const Reported& reported) {
  std::string what = "no number to record";
  for (const auto& [name, value] : reported.left_out) what += (what.size() > 19 ? ", " : ": ") + name + " is " + value;
  return {errc::invalid_input, what + "; " + kExample};
}

Result<Request> parse_report(Value line, std::span<const std::string> declared) {
  ReportRequest request;
  if (const auto found = line.find("step"); found != line.end()) {
    const auto step = step_of(*found);
    if (!step) return fail(step.error());
    request.report.step = *step;
  }
  const Value metrics = line.value("metrics", Value::object());
  for (const char* key : {"step", "op", "metrics"}) line.erase(key);
  Reported reported;
  if (!metrics.is_object()) reported.left_out.emplace_back("metrics", fields::shown(metrics) + ", no object");
  // Where a line has both forms, the numbers of both are taken.
  auto added = add_metrics(line, declared, reported);
  if (added && metrics.is_object()) added = add_metrics(metrics, declared, reported);
  if (!added) return fail(added.error());
  if (reported.metrics.empty()) return fail(no_number(reported));
  request.report.metrics = std::move(reported.metrics);
  request.left_out = std::move(reported.left_out);
  return request;
}

Result<Request> parse_suggest(const Value& line) {
  const auto name = line.find("name");
  const auto distribution = line.find("distribution");
  if (name == line.end() || !name->is_string() || distribution == line.end()) {
    return fail(errc::invalid_input, R"(suggest needs a name and a distribution: {"op":"suggest","name":"lr",)"
                                     R"("distribution":{…}})");
  }
  return SuggestRequest{name->get<std::string>(), *distribution};
}

Result<Value> parse_object(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return fail(errc::invalid_input, "an empty line");
  if (text[first] != '{') return fail(errc::invalid_input, "no JSON object");
  return parse_lenient_json_line(text);
}

}  // namespace

Result<Request> parse_line(std::string_view text, std::span<const std::string> declared) {
  auto object = parse_object(text);
  if (!object) return fail(errc::invalid_input, object.error().message + "; " + kExample);
  const Value& line = *object;
  const auto op = line.find("op");
  if (op == line.end() || *op == "report") return parse_report(std::move(*object), declared);
  if (*op == "suggest") return parse_suggest(line);
  return fail(errc::invalid_input, "unknown op " + fields::shown(*op) + " (there are: report, suggest)");
}

std::optional<Step> whole_step(double number) {
  constexpr auto kHighest = static_cast<double>(kHighestStep);
  if (!(number >= 0 && number <= kHighest && number == std::floor(number))) return std::nullopt;
  return static_cast<Step>(number);
}

std::string_view verdict_line(Verdict verdict) {
  switch (verdict) {
    case Verdict::go_on: return "{\"verdict\":\"continue\"}\n";
    case Verdict::stop: return "{\"verdict\":\"stop\"}\n";
    case Verdict::pause: return "{\"verdict\":\"pause\"}\n";
    case Verdict::exploit: return "{\"verdict\":\"exploit\"}\n";
  }
  return "\n";
}

std::string_view unrecorded_line(Verdict end) {
  if (end == Verdict::stop) return "{\"error\":\"not recorded: the trial is over\",\"end\":\"stop\"}\n";
  return "{\"error\":\"not recorded: this attempt of the trial is over\",\"end\":\"pause\"}\n";
}

std::string error_line(std::string_view message) {
  return OrderedJson{{"error", message}}.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

std::string value_line(const Value& value) {
  return OrderedJson{{"value", value}}.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace winnow::program
