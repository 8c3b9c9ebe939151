#include <winnow/spec/hydra_sweep.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include <winnow/core/nearest.hpp>
#include <winnow/space/dialects/hydra.hpp>

namespace winnow {
namespace {

constexpr std::int64_t kTrialsOfHydra = 20;

bool is_interpolation(const Node& node) {
  return node.scalar.is_string() && node.text.starts_with("${");
}

/// Hydra alone knows what an interpolation stands for.
bool warns_of_interpolation(MappingReader& section, std::string_view key) {
  const Node* node = section.find(key);
  if (node == nullptr || !is_interpolation(*node)) return false;
  section.warn(key, fmt::format("{} is resolved by Hydra only, and ignored", node->text));
  return true;
}

void read_numbers(MappingReader& section, SweepSpec& spec, bool is_optuna) {
  if (!warns_of_interpolation(section, "n_trials")) {
    const auto trials = section.integer("n_trials", 1);
    if (trials && !spec.run_cap) spec.run_cap = trials;
  }
  if (is_optuna && !spec.run_cap) {
    spec.run_cap = kTrialsOfHydra;
    section.diagnostics().warn(section.node().position, section.path(),
                               fmt::format("names no n_trials: {}, as in Hydra", kTrialsOfHydra));
  }
  if (!warns_of_interpolation(section, "n_jobs")) {
    const auto jobs = section.integer("n_jobs", -1, kMostSlots);
    if (jobs && *jobs > 0) spec.slots = static_cast<int>(*jobs);
  }
}

/// What Optuna's samplers can be told and a file can't say, or that makes no difference here.
constexpr std::array<std::string_view, 5> kWithoutMeaning = {"constraints_func", "independent_sampler",
                                                             "warn_independent_sampling", "warn_asynchronous_seeding",
                                                             "categorical_distance_func"};

/// The sampler's arguments: Winnow's options have Optuna's names. Returns the method.
std::string read_sampler(MappingReader& section, SweepSpec& spec, std::string method) {
  const Node* node = section.find("sampler");
  if (node == nullptr || !node->is_mapping()) return method;
  MappingReader sampler(*node, section.path_of("sampler"), section.diagnostics());
  if (!warns_of_interpolation(sampler, "seed")) {
    const auto seed = sampler.integer("seed", 0);
    if (seed && !spec.seed) spec.seed = static_cast<std::uint64_t>(*seed);
  }
  for (const Node::Entry& entry : node->entries) {
    const std::string& key = entry.key;
    if (key == "seed" || key.starts_with("_") || warns_of_interpolation(sampler, key)) continue;
    if (key == "qmc_type") {
      method = entry.node.text;
    } else if (std::find(kWithoutMeaning.begin(), kWithoutMeaning.end(), key) != kWithoutMeaning.end()) {
      sampler.warn(key, "is ignored");
    } else if (!entry.node.is_null()) {
      spec.sampler_options[key] = entry.node.value();
    }
  }
  return method;
}

void check_directions(MappingReader& section) {
  const Node* node = section.find("direction");
  if (node == nullptr) return;
  const auto is_one = [](const Node& item) {
    return item.scalar.is_string() && (item.text == "minimize" || item.text == "maximize");
  };
  if (is_one(*node)) return;
  if (node->is_sequence() && !node->items.empty() && std::all_of(node->items.begin(), node->items.end(), is_one))
    return;
  section.complain("direction", fmt::format("must be minimize or maximize, or a list of them, got {}", shown(*node)));
}

/// A sweeper of the user's own may have keys of its own; one that is nearly a known one is that, misspelled.
void check_spelling(MappingReader& section) {
  static const std::vector<std::string> kKnown = {"direction", "n_trials",         "n_jobs",  "study_name",
                                                  "sampler",   "max_failure_rate", "storage", "params"};
  for (const Node::Entry& entry : section.node().entries) {
    if (std::find(kKnown.begin(), kKnown.end(), entry.key) != kKnown.end()) continue;
    if (const std::string hint = did_you_mean(entry.key, kKnown); !hint.empty()) {
      section.complain(entry.key, "unknown key" + hint);
    }
  }
}

/// Hydra composes these into the program's configuration.
void warn_of_others(const Node& root, Diagnostics& diagnostics) {
  if (root.find("hydra") == nullptr) return;
  std::vector<std::string> others;
  Position position;
  for (const Node::Entry& entry : root.entries) {
    if (entry.key == "hydra" || entry.key == "defaults" || entry.key == "optimized_metric") continue;
    if (others.empty()) position = entry.position;
    others.push_back(entry.key);
  }
  if (others.empty()) return;
  diagnostics.warn(
      position, "",
      fmt::format("{0} {1} a part of the program's configuration, which Winnow doesn't compose: the "
                  "command must say {2}, e.g. {3}=…",
                  listed(others), others.size() > 1 ? "are" : "is", others.size() > 1 ? "them" : "it", others.front()));
}

}  // namespace

std::vector<Goal> goals_of_hydra(const Node& root) {
  const Node* section = hydra::find_sweeper(root).node;
  const Node* node = section == nullptr ? nullptr : section->find("direction");
  const auto goal = [](const Node& item) { return item.text == "maximize" ? Goal::maximize : Goal::minimize; };
  std::vector<Goal> goals;
  if (node != nullptr && node->is_sequence()) {
    for (const Node& item : node->items) goals.push_back(goal(item));
  } else if (node != nullptr) {
    goals.push_back(goal(*node));
  }
  return goals.empty() ? std::vector<Goal>{Goal::minimize} : goals;
}

std::optional<std::string> read_hydra_sweep(const Node& root, SweepSpec& spec, Diagnostics& diagnostics,
                                            const std::string& path) {
  spec.space = hydra::read_space(root, diagnostics, path);
  const auto [node, place] = hydra::find_sweeper(root);
  if (node == nullptr) return std::nullopt;
  const std::string sampler = hydra::sampler_of(root);
  const bool is_basic = sampler == "basic";
  MappingReader section(*node, path.empty() || place.empty() ? path + place : path + "." + place, diagnostics);
  read_numbers(section, spec, !is_basic);
  if (!warns_of_interpolation(section, "study_name")) spec.name = section.text("study_name").value_or(spec.name);
  check_directions(section);
  check_spelling(section);
  const std::string method = read_sampler(section, spec, is_basic ? "random" : sampler);
  if (section.find("custom_search_space") != nullptr) {
    section.complain("custom_search_space", "names Python code, and nothing is run here; write params");
  }
  if (section.find("storage") != nullptr) section.warn("storage", "is ignored: the run directory keeps all");
  if (const auto rate = section.number("max_failure_rate"); rate && *rate > 0) {
    section.warn("max_failure_rate", "is ignored; failures: {max: N} in a sweep file says how many may fail");
  }
  const auto goals = goals_of_hydra(root);
  const Node* metric = root.find("optimized_metric");
  if (metric != nullptr && metric->scalar.is_string() && goals.size() == 1) {
    spec.metrics.push_back({.name = metric->text, .goal = goals.front(), .target = std::nullopt});
  }
  warn_of_others(root, diagnostics);
  return method;
}

}  // namespace winnow
