#include <winnow/space/dialects/dialect.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <winnow/space/dialects/optuna.hpp>
#include <winnow/space/dialects/ray.hpp>
#include <winnow/space/dialects/sigopt.hpp>
#include <winnow/space/dialects/wandb.hpp>

namespace winnow {
namespace {

constexpr std::array kDialects = {
    std::pair(Dialect::wandb, std::string_view("wandb")), std::pair(Dialect::optuna, std::string_view("optuna")),
    std::pair(Dialect::ray, std::string_view("ray")), std::pair(Dialect::sigopt, std::string_view("sigopt"))};

}  // namespace

std::string_view to_string(Dialect dialect) {
  return std::find_if(kDialects.begin(), kDialects.end(), [&](const auto& d) { return d.first == dialect; })->second;
}

std::optional<Dialect> dialect_named(std::string_view name) {
  const auto* it = std::find_if(kDialects.begin(), kDialects.end(), [&](const auto& d) { return d.second == name; });
  return it == kDialects.end() ? std::nullopt : std::optional(it->first);
}

std::vector<std::string> dialect_names() {
  std::vector<std::string> names;
  for (const auto& [dialect, name] : kDialects) names.emplace_back(name);
  return names;
}

std::optional<Dialect> recognise(const Node& root) {
  if (sigopt::looks_like(root)) return Dialect::sigopt;
  if (optuna::looks_like(root)) return Dialect::optuna;
  if (ray::looks_like(root)) return Dialect::ray;
  if (wandb::looks_like(root)) return Dialect::wandb;
  return std::nullopt;
}

Space read_space(Dialect dialect, const Node& node, Diagnostics& diagnostics, const std::string& path) {
  switch (dialect) {
    case Dialect::wandb: return wandb::read_space(node, diagnostics);
    case Dialect::optuna: return optuna::read_space(node, diagnostics, path);
    case Dialect::ray: return ray::read_space(node, diagnostics, path);
    case Dialect::sigopt: return sigopt::read_space(node, diagnostics, path);
  }
  return {};
}

PrintedSpace print_space(Dialect dialect, const Space& space) {
  switch (dialect) {
    case Dialect::wandb: return wandb::print(space);
    case Dialect::optuna: return optuna::print(space);
    case Dialect::ray: return ray::print(space);
    case Dialect::sigopt: return sigopt::print(space);
  }
  return {};
}

}  // namespace winnow
