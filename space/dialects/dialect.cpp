#include <winnow/space/dialects/dialect.hpp>

#include <algorithm>
#include <array>

#include <winnow/space/dialects/hydra.hpp>
#include <winnow/space/dialects/nni.hpp>
#include <winnow/space/dialects/optuna.hpp>
#include <winnow/space/dialects/ray.hpp>
#include <winnow/space/dialects/sigopt.hpp>
#include <winnow/space/dialects/wandb.hpp>

namespace winnow {
namespace {

struct Row {
  Dialect dialect;
  std::string_view name;
  bool (*looks_like)(const Node& root);
  Space (*read)(const Node& node, Diagnostics& diagnostics, std::string path);
  PrintedSpace (*print)(const Space& space);
};

Space read_wandb(const Node& node, Diagnostics& diagnostics, std::string /*path*/) {
  return wandb::read_space(node, diagnostics);
}

Space read_sigopt(const Node& node, Diagnostics& diagnostics, std::string path) {
  return sigopt::read_space(node, diagnostics, path);
}

PrintedSpace print_wandb(const Space& space) {
  return wandb::print(space);
}

/// The most particular shape first: a file is in the first one that it looks like.
constexpr std::array kRows = {
    Row{Dialect::hydra, "hydra", &hydra::looks_like, &hydra::read_space, &hydra::print},
    Row{Dialect::nni, "nni", &nni::looks_like, &nni::read_space, &nni::print},
    Row{Dialect::sigopt, "sigopt", &sigopt::looks_like, &read_sigopt, &sigopt::print},
    Row{Dialect::optuna, "optuna", &optuna::looks_like, &optuna::read_space, &optuna::print},
    Row{Dialect::ray, "ray", &ray::looks_like, &ray::read_space, &ray::print},
    Row{Dialect::wandb, "wandb", &wandb::looks_like, &read_wandb, &print_wandb},
};

const Row& row_of(Dialect dialect) {
  return *std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.dialect == dialect; });
}

template <class Is>
std::optional<Dialect> first_that(Is is) {
  const auto* it = std::find_if(kRows.begin(), kRows.end(), is);
  return it == kRows.end() ? std::nullopt : std::optional(it->dialect);
}

}  // namespace

std::string_view to_string(Dialect dialect) {
  return row_of(dialect).name;
}

std::optional<Dialect> dialect_named(std::string_view name) {
  return first_that([&](const Row& row) { return row.name == name; });
}

std::vector<Dialect> all_dialects() {
  std::vector<Dialect> dialects;
  for (const Row& row : kRows) dialects.push_back(row.dialect);
  std::sort(dialects.begin(), dialects.end());
  return dialects;
}

std::vector<std::string> dialect_names() {
  std::vector<std::string> names;
  for (const Dialect dialect : all_dialects()) names.emplace_back(to_string(dialect));
  return names;
}

std::optional<Dialect> recognise(const Node& root) {
  return first_that([&](const Row& row) { return row.looks_like(root); });
}

bool looks_like(Dialect dialect, const Node& root) {
  return row_of(dialect).looks_like(root);
}

Space read_space(Dialect dialect, const Node& node, Diagnostics& diagnostics, const std::string& path) {
  return row_of(dialect).read(node, diagnostics, path);
}

Node settled(Dialect dialect, const Node& root) {
  return dialect == Dialect::ray ? ray::settled(root) : root;
}

PrintedSpace print_space(Dialect dialect, const Space& space) {
  return row_of(dialect).print(space);
}

}  // namespace winnow
