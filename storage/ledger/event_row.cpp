#include <winnow/storage/ledger/event_row.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace winnow::event_row {

int flags_of(const Event& event) {
  return (event.judged ? kJudged : 0) | (event.completed ? kCompleted : 0) | (event.commanded ? kCommanded : 0);
}

void set_flags(Event& event, int flags) {
  event.judged = (flags & kJudged) != 0;
  event.completed = (flags & kCompleted) != 0;
  event.commanded = (flags & kCommanded) != 0;
}

void encode_metrics(const Metrics& metrics, Names& names, std::string& blob) {
  blob.resize(metrics.size() * kMetricBytes);
  char* at = blob.data();
  for (const auto& [name, value] : metrics) {
    const std::uint32_t id = names.intern(name);
    std::memcpy(at, &id, sizeof id);
    std::memcpy(at + sizeof id, &value, sizeof value);
    at += kMetricBytes;
  }
}

bool decode_metrics(std::string_view blob, const Names& names, Metrics& metrics) {
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

namespace {

/// JSON has no non-finite numbers; within params they are written as `{"$number": "NaN"}`.
constexpr const char* kNumberKey = "$number";

Value strict(const Value& value) {
  if (value.is_number_float() && !std::isfinite(value.get<double>())) {
    return {{kNumberKey, format_double(value.get<double>())}};
  }
  if (!value.is_structured()) return value;
  Value copy = value;
  for (auto& element : copy) element = strict(element);
  return copy;
}

Value from_strict(Value value) {
  if (!value.is_structured()) return value;
  if (value.is_object() && value.size() == 1 && value.contains(kNumberKey)) {
    if (const auto number = number_from_json(value.front())) return *number;
  }
  for (auto& element : value) element = from_strict(std::move(element));
  return value;
}

}  // namespace

std::string encode_body(const Event& event) {
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

bool decode_body(std::string_view text, Event& event) {
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
