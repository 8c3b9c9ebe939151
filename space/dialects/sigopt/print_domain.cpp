#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <winnow/space/dialects/detail/gathered.hpp>
#include <winnow/space/dialects/sigopt/parts.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::sigopt {
namespace {

constexpr std::size_t kLongestGrid = 1000;  ///< of a stepped range; a longer one is written as bounds
constexpr double kSigmas = 8;               ///< where an unbounded normal is cut off: beyond lie 1e-15 of it

bool all(const std::vector<Value>& values, bool (Value::*is)() const noexcept) {
  return std::all_of(values.begin(), values.end(), [&](const Value& value) { return (value.*is)(); });
}

class Definition {
public:
  explicit Definition(const Note& note) : note_(note) {}

  std::optional<OrderedJson> operator()(const Constant&) const {
    return left_out("a constant has no equal; set it in the program");
  }

  std::optional<OrderedJson> operator()(const Computed&) const { return left_out("a computed value has no equal"); }

  std::optional<OrderedJson> operator()(const Categorical& domain) const {
    const auto values = categories(domain, note_);
    if (values.size() < 2) return left_out("a single value has no equal; set it in the program");
    if (all(values, &Value::is_number)) return grid(values);
    return texts(values);
  }

  std::optional<OrderedJson> operator()(const Integer& domain) const {
    if (domain.low + domain.step > domain.high || domain.low == domain.high) {
      return left_out("a single value has no equal; set it in the program");
    }
    if (domain.log) note_("log-uniform integers have no equal; written as uniform");
    if (domain.step != 1) {
      const auto points = grid_points(domain);
      if (points && points->size() <= kLongestGrid) return grid(*points);
      note_(fmt::format("steps of {} have no equal where there are more than {}", domain.step, kLongestGrid));
    }
    return OrderedJson{{"type", "int"}, {"bounds", {{"min", domain.low}, {"max", domain.high}}}};
  }

  std::optional<OrderedJson> operator()(const Float& domain) const {
    switch (domain.law) {
      case Law::uniform: return uniform(domain);
      case Law::log_uniform:
      case Law::inv_log_uniform: return log_uniform(domain);
      case Law::normal: return normal(domain);
      case Law::log_normal: return left_out("a log-normal has no equal");
      case Law::beta: return beta(domain);
    }
    return std::nullopt;
  }

private:
  std::optional<OrderedJson> left_out(const std::string& why) const {
    note_(why + "; left out");
    return std::nullopt;
  }

  static OrderedJson texts(std::vector<Value> values) {
    std::sort(values.begin(), values.end());
    return {{"type", "categorical"}, {"categorical_values", values}};
  }

  OrderedJson grid(const std::vector<Value>& values) const {
    const bool whole = all(values, &Value::is_number_integer);
    if (!whole && !all(values, &Value::is_number_float)) note_("the integers among the values become real numbers");
    OrderedJson json{{"type", whole ? "int" : "double"}, {"grid", OrderedJson::array()}};
    for (const Value& value : values)
      json["grid"].push_back(whole ? OrderedJson(value) : OrderedJson(value.get<double>()));
    return json;
  }

  static OrderedJson real(double low, double high) {
    return {{"type", "double"}, {"bounds", {{"min", low}, {"max", high}}}};
  }

  void note_lattice(const Float& domain) const {
    if (domain.q) note_(fmt::format("rounding to multiples of {} has no equal", *domain.q));
    if (domain.step) note_(fmt::format("steps of {} have no equal here", *domain.step));
  }

  std::optional<OrderedJson> uniform(const Float& domain) const {
    if (domain.a >= domain.b) return left_out("a single value has no equal; set it in the program");
    if (domain.step) {
      const auto points = grid_points(domain);
      if (points && points->size() >= 2 && points->size() <= kLongestGrid) return grid(*points);
    }
    note_lattice(domain);
    return real(domain.a, domain.b);
  }

  std::optional<OrderedJson> log_uniform(const Float& domain) const {
    if (domain.a >= domain.b) return left_out("a single value has no equal; set it in the program");
    note_lattice(domain);
    OrderedJson json = real(domain.a, domain.b);
    json["transformation"] = "log";
    return json;
  }

  std::optional<OrderedJson> normal(const Float& domain) const {
    Interval range{domain.a - kSigmas * domain.b, domain.a + kSigmas * domain.b};
    if (domain.range) range = *domain.range;
    if (!std::isfinite(range.low) || !std::isfinite(range.high) || range.low >= range.high) {
      return left_out("a normal without bounds has no equal");
    }
    if (!domain.range) note_(fmt::format("a normal without bounds has no equal; cut off at {} scales", kSigmas));
    note_lattice(domain);
    OrderedJson json = real(range.low, range.high);
    json["prior"] = {{"name", "normal"}, {"mean", domain.a}, {"scale", domain.b}};
    return json;
  }

  std::optional<OrderedJson> beta(const Float& domain) const {
    note_lattice(domain);
    const Interval range = domain.range.value_or(Interval{});
    OrderedJson json = real(range.low, range.high);
    json["prior"] = {{"name", "beta"}, {"shape_a", domain.a}, {"shape_b", domain.b}};
    return json;
  }

  const Note& note_;
};

}  // namespace

std::string as_text(const Value& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::vector<Value> distinct(const std::vector<Value>& values) {
  std::vector<Value> kept;
  for (const Value& value : values) {
    if (std::find(kept.begin(), kept.end(), value) == kept.end()) kept.push_back(value);
  }
  return kept;
}

std::vector<Value> categories(const Categorical& domain, const Note& note) {
  auto values = distinct(domain.values);
  const bool repeated = values.size() < domain.values.size();
  if (repeated || !dialects::equal_weights(domain))
    note("weights and repeated values have no equal; each value is equally likely");
  const bool of_one_kind = all(values, &Value::is_string) || all(values, &Value::is_number);
  if (of_one_kind) return values;
  note("the values become texts");
  for (Value& value : values) value = as_text(value);
  return distinct(values);
}

std::optional<OrderedJson> print_domain(const Domain& domain, const Note& note) {
  return std::visit(Definition(note), domain);
}

}  // namespace winnow::sigopt
