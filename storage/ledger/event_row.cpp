#include <winnow/storage/ledger/event_row.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <utility>
#include <variant>
#include <vector>

#include <winnow/core/value.hpp>

namespace winnow::event_row {

namespace {

/// The alternative of that index, with its fields' defaults. What is of it already keeps its memory.
template <std::size_t index = 0>
void emplace(event::What& what, std::size_t wanted) {
  if constexpr (index < std::variant_size_v<event::What>) {
    if (index == wanted) {
      what.emplace<index>();
    } else {
      emplace<index + 1>(what, wanted);
    }
  }
}

}  // namespace

Columns columns_of(const Event& event) {
  Columns columns;
  std::visit(
      [&](const auto& what) {
        if constexpr (requires { what.step; }) columns.step = what.step;
        if constexpr (requires { what.verdict; }) columns.verdict = what.verdict;
        if constexpr (requires { what.rung; }) columns.rung = what.rung;
        if constexpr (requires { what.judged; }) columns.flags |= what.judged ? kJudged : 0;
        if constexpr (requires { what.completed; }) columns.flags |= what.completed ? kCompleted : 0;
        if constexpr (requires { what.commanded; }) columns.flags |= what.commanded ? kCommanded : 0;
        if constexpr (requires { what.out_of_memory; }) columns.flags |= what.out_of_memory ? kOutOfMemory : 0;
        if constexpr (requires { what.metrics; }) columns.metrics = &what.metrics;
        if constexpr (requires { what.params; }) columns.params = &what.params;
        if constexpr (requires { what.seed; }) columns.seed = what.seed;
        if constexpr (requires { what.seen; }) columns.seen = what.seen;
        if constexpr (requires { what.from_step; }) columns.from_step = what.from_step;
        if constexpr (requires { what.donor; }) columns.donor = what.donor;
      },
      event.what);
  return columns;
}

bool set_kind(Event& event, std::int64_t number) {
  if (number < 1 || number > static_cast<std::int64_t>(std::variant_size_v<event::What>)) return false;
  const auto index = static_cast<std::size_t>(number - 1);
  if (event.what.index() != index) emplace(event.what, index);
  return true;
}

void set_columns(Event& event, const Columns& columns) {
  std::visit(
      [&](auto& what) {
        if constexpr (requires { what.step; }) what.step = columns.step;
        if constexpr (requires { what.verdict; }) what.verdict = columns.verdict;
        if constexpr (requires { what.rung; }) what.rung = columns.rung;
        if constexpr (requires { what.judged; }) what.judged = (columns.flags & kJudged) != 0;
        if constexpr (requires { what.completed; }) what.completed = (columns.flags & kCompleted) != 0;
        if constexpr (requires { what.commanded; }) what.commanded = (columns.flags & kCommanded) != 0;
        if constexpr (requires { what.out_of_memory; }) what.out_of_memory = (columns.flags & kOutOfMemory) != 0;
      },
      event.what);
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

namespace {

bool decode(std::string_view blob, const Names& names, Metrics& metrics) {
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

}  // namespace

bool decode_metrics(std::string_view blob, const Names& names, Event& event) {
  return std::visit(
      [&](auto& what) {
        if constexpr (requires { what.metrics; }) {
          return decode(blob, names, what.metrics);
        } else {
          return blob.empty();
        }
      },
      event.what);
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

std::string as_text(const Value& value) {
  return value.dump(-1, ' ', false, Value::error_handler_t::replace);
}

}  // namespace

/// Written piece by piece: the ledger's writer has as many of these to make as there are trials.
std::string encode_body(const Columns& columns) {
  const bool has_params = columns.params != nullptr && !columns.params->empty();
  if (!has_params && columns.seed == 0 && columns.seen == 0 && !columns.from_step && columns.donor < 0) return {};
  std::string body;
  const auto field = [&body](std::string_view name, const auto& json) {
    fmt::format_to(std::back_inserter(body), R"({}"{}":{})", body.empty() ? '{' : ',', name, json);
  };
  if (has_params) {
    field("params", "");
    char before = '{';
    for (const auto& [name, value] : columns.params->entries()) {
      body += std::exchange(before, ',');
      body += as_text(name) + ':' + as_text(strict(value));
    }
    body += '}';
  }
  if (columns.seed != 0) field("seed", columns.seed);
  if (columns.seen != 0) field("seen", columns.seen);
  if (columns.from_step) field("from_step", *columns.from_step);
  if (columns.donor >= 0) field("donor", columns.donor);
  body += '}';
  return body;
}

namespace {

/// Gives the field its value; false if the kind has none of that name, or the value is none for it.
template <class What>
bool set_field(What& what, const std::string& key, const OrderedJson& value) {
  if constexpr (requires { what.params; }) {
    if (key == "params" && value.is_object()) {
      std::vector<Assignment::Entry> entries;
      for (const auto& [name, param] : value.items()) entries.emplace_back(name, from_strict(Value(param)));
      what.params = Assignment(std::move(entries));
      return true;
    }
  }
  if (!value.is_number_integer()) return false;
  if constexpr (requires { what.seed; }) {
    if (key == "seed") return what.seed = value.get<std::uint64_t>(), true;
  }
  if constexpr (requires { what.seen; }) {
    if (key == "seen") return what.seen = value.get<std::int64_t>(), true;
  }
  if constexpr (requires { what.from_step; }) {
    if (key == "from_step") return what.from_step = value.get<Step>(), true;
  }
  if constexpr (requires { what.donor; }) {
    if (key == "donor") return what.donor = value.get<TrialId>(), true;
  }
  return false;
}

template <class What>
void clear_fields(What& what) {
  if constexpr (requires { what.params; }) what.params = {};
  if constexpr (requires { what.seed; }) what.seed = 0;
  if constexpr (requires { what.seen; }) what.seen = 0;
  if constexpr (requires { what.from_step; }) what.from_step.reset();
  if constexpr (requires { what.donor; }) what.donor = -1;
}

}  // namespace

bool decode_body(std::string_view text, Event& event) {
  return std::visit(
      [&](auto& what) {
        clear_fields(what);
        if (text.empty()) return true;
        const OrderedJson body = OrderedJson::parse(text, nullptr, false);
        if (!body.is_object()) return false;
        for (const auto& [key, value] : body.items()) {
          if (!set_field(what, key, value)) return false;
        }
        return true;
      },
      event.what);
}

}  // namespace winnow::event_row
