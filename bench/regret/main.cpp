/// Lets a program of another language drive Winnow's samplers alone: no trials, no ledger. bench/regret/compare does.
///
///     bench_regret < requests > answers
///
/// Requests are JSON objects, one a line, answered one a line:
///
///     {"sampler": {"type": "tpe", …}, "space": […], "objectives": 1, "seed": 7}    from now on it is this one; answers
///     null
///     {"ask": 0}                                                   answers trial 0's parameters, null: nothing is left
///     {"tell": 0, "values": [0.5], "violations": []}               how it ended, less is better; answers null
///
/// A parameter of the space is one of Optuna's distributions in their short form, with its `name`, and `if` where it
/// has a condition: {"name": "momentum", "type": "float", "low": 0, "high": 1, "if": {"optimizer": ["sgd"]}}.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>
#include <winnow/samplers/registry.hpp>
#include <winnow/space/dialects/optuna.hpp>

namespace {

using namespace winnow;

[[noreturn]] void refuse(const std::string& message) {
  std::fprintf(stderr, "bench_regret: %s\n", message.c_str());
  std::exit(2);
}

template <class T>
T taken(Result<T> result) {
  if (!result) refuse(result.error().message);
  return std::move(*result);
}

Parameter parameter_of(Value json) {
  Parameter parameter{.path = {json.at("name").get<std::string>()}, .domain = {}};
  const Value conditions = json.value("if", Value::object());
  for (const auto& [parent, values] : conditions.items()) {
    parameter.conditions.push_back({parent, values.get<std::vector<Value>>()});
  }
  json.erase("name");
  json.erase("if");
  parameter.domain = taken(optuna::parse_distribution(json));
  return parameter;
}

std::unique_ptr<Sampler> sampler_of(const Value& request) {
  std::vector<Parameter> parameters;
  for (const Value& parameter : request.at("space")) parameters.push_back(parameter_of(parameter));
  Value options = request.at("sampler");
  const auto type = options.at("type").get<std::string>();
  options.erase("type");
  return taken(
      make_sampler(type, {.space = taken(Space::make(std::move(parameters))),
                          .seed = request.at("seed").get<std::uint64_t>(),
                          .goals = std::vector<Goal>(request.at("objectives").get<std::size_t>(), Goal::minimize),
                          .options = options}));
}

OrderedJson asked(Sampler& sampler, TrialId trial) {
  auto params = sampler.propose(trial);
  if (!params) return nullptr;
  sampler.observe(TrialSuggested{trial, *params});
  return params->to_json();
}

}  // namespace

int main() try {
  std::unique_ptr<Sampler> sampler;
  for (std::string line; std::getline(std::cin, line);) {
    const Value request = Value::parse(line);
    OrderedJson answer;
    if (request.contains("sampler")) {
      sampler = sampler_of(request);
    } else if (!sampler) {
      refuse("the first request must have a sampler");
    } else if (request.contains("ask")) {
      answer = asked(*sampler, request.at("ask").get<TrialId>());
    } else {
      sampler->observe(TrialEnded{request.at("tell").get<TrialId>(), TrialState::completed,
                                  request.at("values").get<std::vector<double>>(),
                                  request.at("violations").get<std::vector<double>>()});
    }
    std::cout << answer.dump() << std::endl;
  }
  return 0;
} catch (const std::exception& error) {
  refuse(error.what());
}
