#include <winnow/space/dialects/optuna_trial.hpp>

namespace winnow::optuna {

double Trial::suggest_float(std::string_view name, double low, double high, FloatOptions options) {
  return ask(name, float_distribution(low, high, options)).get<double>();
}

std::int64_t Trial::suggest_int(std::string_view name, std::int64_t low, std::int64_t high, IntOptions options) {
  return ask(name, int_distribution(low, high, options)).get<std::int64_t>();
}

Value Trial::suggest_categorical(std::string_view name, std::vector<Value> choices) {
  return ask(name, categorical_distribution(std::move(choices)));
}

Value Trial::ask(std::string_view name, const Result<Domain>& domain) {
  if (!domain) throw SuggestError({domain.error().code, std::string(name) + ": " + domain.error().message});
  Result<Value> value = suggest_(name, *domain);
  if (!value) throw SuggestError(value.error());
  return std::move(*value);
}

}  // namespace winnow::optuna
