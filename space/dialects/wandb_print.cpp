#include <algorithm>
#include <winnow/space/dialects/wandb.hpp>
#include <winnow/space/dialects/wandb_names.hpp>

namespace winnow::wandb {
namespace {

struct Print {
  OrderedJson operator()(const Constant& domain) const { return {{"value", domain.value}}; }

  OrderedJson operator()(const Categorical& domain) const {
    OrderedJson json = {{"values", domain.values}};
    if (!domain.weights.empty()) json[sum_to_one(domain.weights) ? "probabilities" : "weights"] = domain.weights;
    return json;
  }

  OrderedJson operator()(const Integer& domain) const {
    if (domain.low == domain.high) return {{"value", domain.low}};
    OrderedJson json = {{"distribution", "int_uniform"}, {"min", domain.low}, {"max", domain.high}};
    if (domain.step != 1) json["step"] = domain.step;
    if (domain.log) json["log"] = true;
    return json;
  }

  OrderedJson operator()(const Float& domain) const {
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
    if (domain.step) json["step"] = *domain.step;
    return json;
  }
};

}  // namespace

OrderedJson to_json(const Parameter& parameter) {
  OrderedJson json = std::visit(Print{}, parameter.domain);
  if (parameter.grid) json["grid"] = true;
  if (parameter.condition) json["condition"] = {{parameter.condition->parent, parameter.condition->values}};
  return json;
}

OrderedJson to_json(const Space& space) {
  OrderedJson json = OrderedJson::object();
  for (const Parameter& parameter : space.parameters()) {
    OrderedJson* place = &json[parameter.path.front()];
    for (std::size_t i = 1; i < parameter.path.size(); ++i) place = &(*place)["parameters"][parameter.path[i]];
    *place = to_json(parameter);
  }
  return json;
}

}  // namespace winnow::wandb
