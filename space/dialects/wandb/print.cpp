#include <algorithm>
#include <winnow/space/dialects/wandb.hpp>
#include <winnow/space/dialects/wandb/names.hpp>

namespace winnow::wandb {
namespace {

struct Print {
  OrderedJson operator()(const Constant& domain) const { return {{"value", domain.value}}; }

  OrderedJson operator()(const Categorical& domain) const {
    OrderedJson json = {{"values", domain.values}};
    if (!domain.weights.empty()) json[sum_to_one(domain.weights) ? "probabilities" : "weights"] = domain.weights;
    return json;
  }

  OrderedJson operator()(const Computed& domain) const {
    return {{"distribution", "computed"}, {"function", domain.function}};
  }

  OrderedJson operator()(const Integer& domain) const {
    if (domain.low == domain.high) return {{"value", domain.low}};
    OrderedJson json = {{"distribution", "int_uniform"}, {"min", domain.low}, {"max", domain.high}};
    if (domain.step != 1) json["step"] = domain.step;
    if (domain.log) json["log"] = domain.floor ? OrderedJson("floor") : OrderedJson(true);
    return json;
  }

  OrderedJson operator()(const Float& domain) const {
    const bool bounded =
        domain.law == Law::uniform || domain.law == Law::log_uniform || domain.law == Law::inv_log_uniform;
    if (bounded && domain.a == domain.b) return {{"value", domain.a}};
    const auto* found = std::find_if(kDistributions.begin(), kDistributions.end(),
                                     [&](const Distribution& candidate) { return candidate.law == domain.law; });
    OrderedJson json = {{"distribution", (domain.q ? "q_" : "") + std::string(found->name)},
                        {std::string(found->a), domain.a},
                        {std::string(found->b), domain.b}};
    if (domain.integral) {
      json["q"] = static_cast<std::int64_t>(*domain.q);
    } else if (domain.q) {
      json["q"] = *domain.q;
    }
    if (domain.clip) json["clip"] = true;
    if (domain.step) json["step"] = *domain.step;
    if (domain.range) {
      json["min"] = domain.range->low;
      json["max"] = domain.range->high;
    }
    return json;
  }
};

}  // namespace

OrderedJson to_json(const Parameter& parameter) {
  OrderedJson json = std::visit(Print{}, parameter.domain);
  if (parameter.grid) json["grid"] = true;
  for (const Condition& condition : parameter.conditions) json["condition"][condition.parent] = condition.values;
  return json;
}

OrderedJson to_json(const Space& space) {
  OrderedJson json = OrderedJson::object();
  for (const Parameter& parameter : space.parameters()) {
    place(json, parameter.path) = to_json(parameter);
  }
  return json;
}

OrderedJson& place(OrderedJson& parameters, const std::vector<std::string>& path) {
  OrderedJson* at = &parameters[path.front()];
  for (std::size_t i = 1; i < path.size(); ++i) at = &(*at)["parameters"][path[i]];
  return *at;
}

}  // namespace winnow::wandb
