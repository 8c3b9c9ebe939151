/// How an event's metrics and rare fields become the `metrics` blob and the `body` text of its row (docs/formats.md).
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/value.hpp>
#include <winnow/storage/names.hpp>
#include <winnow/sweep/event.hpp>

namespace winnow::event_row {

inline constexpr int kJudged = 1;  ///< bits of the column `flags`
inline constexpr int kCompleted = 2;
inline constexpr int kCommanded = 4;

inline int flags_of(const Event& event) {
  return (event.judged ? kJudged : 0) | (event.completed ? kCompleted : 0) | (event.commanded ? kCommanded : 0);
}

inline void set_flags(Event& event, int flags) {
  event.judged = (flags & kJudged) != 0;
  event.completed = (flags & kCompleted) != 0;
  event.commanded = (flags & kCommanded) != 0;
}

/// One metric is 12 bytes, little-endian: number of the name (4), IEEE 754 double (8).
inline constexpr std::size_t kMetricBytes = 12;
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the ledger's blobs are written as they lie in memory");

inline void encode_metrics(const Metrics& metrics, Names& names, std::string& blob) {
  blob.resize(metrics.size() * kMetricBytes);
  char* at = blob.data();
  for (const auto& [name, value] : metrics) {
    const std::uint32_t id = names.intern(name);
    std::memcpy(at, &id, sizeof id);
    std::memcpy(at + sizeof id, &value, sizeof value);
    at += kMetricBytes;
  }
}

/// False if the blob names a metric that `names` doesn't hold, or has an odd length.
inline bool decode_metrics(std::string_view blob, const Names& names, Metrics& metrics) {
  if (blob.size() % kMetricBytes != 0) return false;
  metrics.resize(blob.size() / kMetricBytes);
  const char* at = blob.data();
  for (auto& [name, value] : metrics) {
    std::uint32_t id = 0;
    std::memcpy(&id, at, sizeof id);
    if (id >= names.size()) return false;
    name = names[id];
    std::memcpy(&value, at + sizeof id, sizeof value);
    at += kMetricBytes;
  }
  return true;
}

/// JSON has no non-finite numbers; within params they are written as `{"$number": "NaN"}`.
inline constexpr const char* kNumberKey = "$number";

inline Value strict(const Value& value) {
  if (value.is_number_float() && !std::isfinite(value.get<double>())) {
    return {{kNumberKey, format_double(value.get<double>())}};
  }
  if (!value.is_structured()) return value;
  Value copy = value;
  for (auto& element : copy) element = strict(element);
  return copy;
}

inline Value from_strict(Value value) {
  if (!value.is_structured()) return value;
  if (value.is_object() && value.size() == 1 && value.contains(kNumberKey)) {
    if (const auto number = number_from_json(value.front())) return *number;
  }
  for (auto& element : value) element = from_strict(std::move(element));
  return value;
}

/// Empty if every rare field has its default.
inline std::string encode_body(const Event& event) {
  if (event.params.empty() && event.seed == 0 && event.seen == 0 && !event.from_step) return {};
  OrderedJson body = OrderedJson::object();
  if (!event.params.empty()) {
    OrderedJson& params = body["params"];
    for (const auto& [name, value] : event.params.entries()) params[name] = strict(value);
  }
  if (event.seed != 0) body["seed"] = event.seed;
  if (event.seen != 0) body["seen"] = event.seen;
  if (event.from_step) body["from_step"] = *event.from_step;
  return body.empty() ? std::string() : body.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

/// False if the text is no body. Sets the fields that it names; the others must have their defaults.
inline bool decode_body(std::string_view text, Event& event) {
  const OrderedJson body = OrderedJson::parse(text, nullptr, false);
  if (!body.is_object()) return false;
  for (const auto& [key, value] : body.items()) {
    if (key == "params" && value.is_object()) {
      std::vector<Assignment::Entry> entries;
      for (const auto& [name, param] : value.items()) entries.emplace_back(name, from_strict(Value(param)));
      event.params = Assignment(std::move(entries));
    } else if (key == "seed" && value.is_number_integer()) {
      event.seed = value.get<std::uint64_t>();
    } else if (key == "seen" && value.is_number_integer()) {
      event.seen = value.get<std::int64_t>();
    } else if (key == "from_step" && value.is_number_integer()) {
      event.from_step = value.get<Step>();
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace winnow::event_row
