/// Define-by-run: a C++ function that asks for its parameters while it runs, as Optuna's objectives do.
///
///   optuna::Trial trial(suggest);
///   const double lr = trial.suggest_float("lr", 1e-5, 1e-1, {.log = true});
///   if (trial.suggest_categorical("optimizer", {"adam", "sgd"}) == "sgd") {
///     const double momentum = trial.suggest_float("momentum", 0, 1);
///   }
///
/// What is suggested is the engine's business: the same name gets the same value again within a trial; another
/// distribution under a name that the trial has is an error. Errors are thrown, as user code is plain code.
#pragma once

#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <winnow/space/dialects/optuna.hpp>

namespace winnow::optuna {

/// A suggestion that can't be had: bounds that are wrong (`errc::invalid_input`, `lr: low (2) must be at most high
/// (1)`), or what the engine says: another distribution under this name, or `errc::cancelled` when the sweep ends. Let
/// it pass: the trial then ends as failed or as cancelled.
class SuggestError : public std::runtime_error {
public:
  explicit SuggestError(const Error& error) : std::runtime_error(error.message), code_(error.code) {}
  [[nodiscard]] errc code() const { return code_; }

private:
  errc code_;
};

/// Used by one thread at a time: that of the trial.
class Trial {
public:
  /// Draws a value; the signature of a trainable's SuggestFn.
  using Suggest = std::function<Result<Value>(std::string_view name, const Domain& domain)>;

  explicit Trial(Suggest suggest) : suggest_(std::move(suggest)) {}

  // Each throws SuggestError.
  double suggest_float(std::string_view name, double low, double high, FloatOptions options = {});
  std::int64_t suggest_int(std::string_view name, std::int64_t low, std::int64_t high, IntOptions options = {});
  Value suggest_categorical(std::string_view name, std::vector<Value> choices);

  /// Choices of one C++ type come back as that type; string literals as std::string.
  template <class T>
  auto suggest_categorical(std::string_view name, std::initializer_list<T> choices) {
    using Choice = std::conditional_t<std::is_same_v<T, const char*>, std::string, T>;
    return suggest_categorical(name, std::vector<Value>(choices.begin(), choices.end())).template get<Choice>();
  }
  /// Of several types: `{"auto", 3, nullptr}`.
  Value suggest_categorical(std::string_view name, std::initializer_list<Value> choices) {
    return suggest_categorical(name, std::vector<Value>(choices));
  }

private:
  Value ask(std::string_view name, const Result<Domain>& domain);

  Suggest suggest_;
};

}  // namespace winnow::optuna
