#include <algorithm>
#include <cmath>
#include <limits>
#include <winnow/core/nearest.hpp>
#include <winnow/core/options.hpp>

namespace winnow {
namespace {

std::string printed(const Value& value) {
  return value.dump(-1, ' ', false, Value::error_handler_t::replace);
}

}  // namespace

tl::unexpected<Error> invalid_option(std::string_view key, std::string_view what) {
  return fail({errc::invalid_option, std::string(key) + ": " + std::string(what), std::string(key)});
}

OptionReader::OptionReader(std::string_view policy, const Value& options) : policy_(policy), options_(options) {
  if (!options.is_object() && !options.is_null()) {
    problem_ = Error{errc::invalid_option, policy_ + ": options must be keys with values, got " + printed(options)};
  }
}

const Value* OptionReader::find(std::string_view key) {
  known_.emplace_back(key);
  if (!options_.is_object()) return nullptr;
  const auto it = options_.find(known_.back());
  return it == options_.end() ? nullptr : &*it;
}

void OptionReader::complain(std::string_view key, std::string_view expected, const Value& found) {
  if (problem_) return;
  problem_ = invalid_option(key, "must be " + std::string(expected) + ", got " + printed(found)).value();
}

std::optional<double> OptionReader::number(std::string_view key) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_number() && std::isfinite(value->get<double>())) return value->get<double>();
  complain(key, "a finite number", *value);
  return std::nullopt;
}

int OptionReader::integer(std::string_view key, int fallback) {
  return integer(key).value_or(fallback);
}

std::optional<int> OptionReader::integer(std::string_view key) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const double number = value->is_number() ? value->get<double>() : std::numeric_limits<double>::quiet_NaN();
  const bool whole = std::trunc(number) == number && std::abs(number) <= std::numeric_limits<int>::max();
  if (whole) return static_cast<int>(number);
  complain(key, "a whole number", *value);
  return std::nullopt;
}

std::optional<bool> OptionReader::flag(std::string_view key) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  complain(key, "true or false", *value);
  return std::nullopt;
}

std::optional<std::string> OptionReader::text(std::string_view key) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  complain(key, "a text", *value);
  return std::nullopt;
}

std::optional<std::vector<double>> OptionReader::numbers(std::string_view key) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto finite = [](const Value& one) { return one.is_number() && std::isfinite(one.get<double>()); };
  if (value->is_array() && std::all_of(value->begin(), value->end(), finite)) return value->get<std::vector<double>>();
  complain(key, "a list of finite numbers", *value);
  return std::nullopt;
}

std::optional<std::vector<std::string>> OptionReader::texts(std::string_view key) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto text = [](const Value& one) { return one.is_string(); };
  if (value->is_array() && std::all_of(value->begin(), value->end(), text))
    return value->get<std::vector<std::string>>();
  complain(key, "a list of texts", *value);
  return std::nullopt;
}

Result<void> OptionReader::finish() const {
  if (problem_) return fail(*problem_);
  if (!options_.is_object()) return {};
  for (const auto& [key, value] : options_.items()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    std::string has;
    for (const std::string& name : known_) has += (has.empty() ? "; it has " : ", ") + name;
    const std::string nearest = did_you_mean(key, known_);
    return invalid_option(key, policy_ + " has no such option" + (nearest.empty() ? has : nearest));
  }
  return {};
}

}  // namespace winnow
