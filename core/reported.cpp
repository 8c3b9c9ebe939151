#include <winnow/core/reported.hpp>

#include <algorithm>
#include <optional>
#include <string_view>

#include <winnow/core/nearest.hpp>

namespace winnow {
namespace {

constexpr std::size_t kLongestShown = 60;  ///< bytes of a value in a message

std::string cut(const Value& value) {
  std::string text = value.dump(-1, ' ', false, Value::error_handler_t::replace);
  return text.size() > kLongestShown ? text.substr(0, kLongestShown - 3) + "..." : text;
}

class Taker {
public:
  Taker(std::span<const std::string> declared, Reported& reported) : declared_(declared), reported_(reported) {}

  /// `dotted` and `slashed`: the names on the way to the object, each with its separator behind it. Recursive: a line
  /// of JSON has at most 100 levels.
  void take(const Value& object, const std::string& dotted, const std::string& slashed) {
    for (const auto& [key, value] : object.items()) {
      if (value.is_object()) {
        take(value, dotted + key + ".", slashed + key + "/");
      } else {
        take_one(is_declared(slashed + key) ? slashed + key : dotted + key, value);
      }
    }
  }

private:
  [[nodiscard]] bool is_declared(const std::string& name) const {
    return std::find(declared_.begin(), declared_.end(), name) != declared_.end();
  }

  void take_one(const std::string& name, const Value& value) {
    std::optional<double> number;
    if (const auto read = number_from_json(value)) number = *read;
    if (value.is_boolean() && is_declared(name)) number = value.get<bool>() ? 1 : 0;
    if (number) {
      reported_.metrics.emplace_back(name, *number);
    } else {
      reported_.left_out.emplace_back(name, cut(value));
    }
  }

  std::span<const std::string> declared_;
  Reported& reported_;
};

}  // namespace

Result<void> add_metrics(const Value& object, std::span<const std::string> declared, Reported& reported) {
  Taker(declared, reported).take(object, "", "");
  std::vector<std::string_view> names;
  names.reserve(reported.metrics.size());
  for (const auto& [name, value] : reported.metrics) names.emplace_back(name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return {};
  return fail(errc::invalid_input, "'" + std::string(*twice) + "' stands twice in one report");
}

std::string reported_instead(const std::string& metric, std::span<const std::string> names) {
  if (names.empty()) return "reported: nothing";
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "reported: " : ", ") + visible(name);
  const std::string meant = meant_by(metric, names);
  return meant.empty()
             ? text
             : text + "; is " + visible(meant) + " what " + visible(metric) + " means? the two must be spelled alike";
}

}  // namespace winnow
