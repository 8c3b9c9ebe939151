#include <winnow/session/importance_json.hpp>

#include <string>
#include <variant>

namespace winnow {
namespace {

OrderedJson options_json(const ImportanceEvaluator& evaluator) {
  if (const auto* fanova = std::get_if<FanovaOptions>(&evaluator)) {
    return {{"n_trees", fanova->n_trees}, {"max_depth", fanova->max_depth}, {"seed", fanova->seed}};
  }
  const auto& ped_anova = std::get<PedAnovaOptions>(evaluator);
  return {{"target_quantile", ped_anova.target_quantile},
          {"region_quantile", ped_anova.region_quantile},
          {"evaluate_on_local", ped_anova.evaluate_on_local}};
}

OrderedJson metric_importance_json(const MetricSpec& metric, const Importance& importance, bool is_fanova) {
  OrderedJson json{{"metric", metric.name}, {"goal", to_string(metric.goal)}, {"trials", importance.trials}};
  if (!is_fanova) {
    json["region_trials"] = importance.region;
    json["target_trials"] = importance.target;
  }
  json["importances"] = OrderedJson::array();
  for (const ParameterImportance& one : importance.parameters) {
    OrderedJson& entry = json["importances"].emplace_back();
    entry = {{"parameter", one.name}, {"importance", one.importance}};
    entry[is_fanova ? "variance_fraction" : "divergence"] = one.score;
    if (!is_fanova) entry["sparse"] = one.sparse;
  }
  json["fixed"] = importance.fixed;
  if (is_fanova) json["partial"] = importance.partial;
  return json;
}

}  // namespace

const std::vector<std::string>& importance_evaluators() {
  static const std::vector<std::string> names = {"ped_anova", "fanova"};
  return names;
}

OrderedJson importance_json(const std::vector<MetricSpec>& metrics, const std::vector<Importance>& all,
                            const ImportanceEvaluator& evaluator) {
  const bool is_fanova = std::holds_alternative<FanovaOptions>(evaluator);
  OrderedJson json{{"evaluator", importance_evaluators()[is_fanova ? 1 : 0]}};
  json.update(options_json(evaluator));
  json["metrics"] = OrderedJson::array();
  for (std::size_t i = 0; i < all.size(); ++i) {
    json["metrics"].push_back(metric_importance_json(metrics[i], all[i], is_fanova));
  }
  return json;
}

}  // namespace winnow
