#include <winnow/space/domain_json.hpp>

#include <fmt/format.h>

#include <array>
#include <utility>

#include <winnow/space/dialects/wandb.hpp>

namespace winnow {
namespace {

constexpr std::array<std::pair<Law, const char*>, 6> kLaws = {{{Law::uniform, "uniform"},
                                                               {Law::log_uniform, "log_uniform"},
                                                               {Law::inv_log_uniform, "inv_log_uniform"},
                                                               {Law::normal, "normal"},
                                                               {Law::log_normal, "log_normal"},
                                                               {Law::beta, "beta"}}};

bool on_points(const Float& domain) {
  return domain.q || domain.step;
}

struct Write {
  OrderedJson operator()(const Constant& domain) const { return {{"kind", "constant"}, {"value", domain.value}}; }
  OrderedJson operator()(const Categorical& domain) const {
    OrderedJson json{{"kind", "categorical"}, {"values", domain.values}};
    if (!domain.weights.empty()) json["weights"] = domain.weights;
    return json;
  }
  OrderedJson operator()(const Integer& domain) const {
    return {{"kind", "integer"},   {"low", domain.low}, {"high", domain.high},
            {"step", domain.step}, {"log", domain.log}, {"floor", domain.floor}};
  }
  OrderedJson operator()(const Float& domain) const {
    // A kind of its own: what doesn't know this arithmetic must not take it for the older one.
    OrderedJson json{{"kind", domain.decimal && on_points(domain) ? "decimal" : "float"}};
    for (const auto& [law, name] : kLaws) {
      if (law == domain.law) json["law"] = name;
    }
    json["a"] = domain.a;
    json["b"] = domain.b;
    if (domain.q) json["q"] = *domain.q;
    if (domain.step) json["step"] = *domain.step;
    json["integral"] = domain.integral;
    if (domain.clip) json["clip"] = true;
    if (domain.range) json["range"] = {domain.range->low, domain.range->high};
    return json;
  }
  OrderedJson operator()(const Computed& domain) const { return {{"kind", "computed"}, {"function", domain.function}}; }
};

Float read_float(const OrderedJson& json, bool decimal) {
  Float domain;
  const std::string named = json.at("law");
  bool known = false;
  for (const auto& [law, name] : kLaws) {
    if (name != named) continue;
    domain.law = law;
    known = true;
  }
  if (!known) throw std::invalid_argument("unknown law " + named);
  domain.a = json.at("a");
  domain.b = json.at("b");
  if (json.contains("q")) domain.q = json["q"].get<double>();
  if (json.contains("step")) domain.step = json["step"].get<double>();
  domain.integral = json.at("integral");
  domain.clip = json.value("clip", false);
  domain.decimal = decimal || !on_points(domain);
  if (json.contains("range")) domain.range = Interval{json["range"].at(0), json["range"].at(1)};
  return domain;
}

/// Throws where something is missing or of another type.
Domain read(const OrderedJson& json) {
  const std::string kind = json.at("kind");
  if (kind == "constant") return Constant{Value(json.at("value"))};
  if (kind == "categorical") {
    Categorical domain;
    for (const OrderedJson& value : json.at("values")) domain.values.emplace_back(value);
    if (json.contains("weights")) domain.weights = json["weights"].get<std::vector<double>>();
    return domain;
  }
  if (kind == "integer") {
    return Integer{json.at("low"), json.at("high"), json.at("step"), json.at("log"), json.at("floor")};
  }
  if (kind == "float" || kind == "decimal") return read_float(json, kind == "decimal");
  if (kind == "computed") return Computed{json.at("function")};
  throw std::invalid_argument("unknown kind " + kind);
}

struct Plain {
  template <class T>
  Domain operator()(const T& domain) const {
    return domain;
  }
  Domain operator()(const Integer& domain) const {
    if (domain.low == domain.high) return Constant{domain.low};
    return domain;
  }
  Domain operator()(const Float& domain) const {
    const bool bounded =
        domain.law == Law::uniform || domain.law == Law::log_uniform || domain.law == Law::inv_log_uniform;
    if (bounded && domain.a == domain.b) return Constant{domain.a};
    Float plain = domain;
    plain.decimal = true;
    return plain;
  }
};

}  // namespace

OrderedJson domain_json(const Domain& domain) {
  return std::visit(Write{}, domain);
}

Result<Domain> domain_of(const OrderedJson& json) {
  try {
    return read(json);
  } catch (const std::exception& e) {
    return fail(errc::corrupt, fmt::format("is no recorded domain: {}", e.what()));
  }
}

Result<Domain> recorded_domain(std::string_view text) {
  const OrderedJson json = OrderedJson::parse(text, nullptr, false);
  if (json.is_object() && json.contains("kind")) return domain_of(json);
  const auto space = wandb::parse_space(fmt::format("{{\"x\": {}}}", text), "domain");
  if (!space) return fail(errc::corrupt, space.error().message);
  return with_products_of_doubles(space->space.parameters().front().domain);
}

Domain with_products_of_doubles(Domain domain) {
  if (auto* real = std::get_if<Float>(&domain)) real->decimal = !on_points(*real);
  return domain;
}

bool same_domain(const Domain& a, const Domain& b) {
  return std::visit(Plain{}, a) == std::visit(Plain{}, b);
}

}  // namespace winnow
