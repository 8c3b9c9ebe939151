#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <winnow/space/dialects/detail/gathered.hpp>
#include <winnow/space/dialects/expression/expression.hpp>
#include <winnow/space/dialects/hydra.hpp>
#include <winnow/space/dialects/hydra/overrides.hpp>
#include <winnow/space/dialects/optuna.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::hydra {
namespace {

constexpr std::array<std::string_view, 7> kOptunaKeys = {"n_trials", "n_jobs",  "direction",   "study_name",
                                                         "sampler",  "storage", "search_space"};

bool is_section(const Node& node) {
  const auto holds = [&](std::string_view key) {
    const Node* found = node.find(key);
    return found != nullptr && found->is_mapping();
  };
  return node.is_mapping() && (holds("params") || holds("search_space"));
}

/// What the list of defaults chooses for a group of Hydra's, such as `hydra/sweeper`.
std::string chosen(const Node& root, std::string_view group) {
  const Node* defaults = root.find("defaults");
  if (defaults == nullptr) return "";
  for (const Node& item : defaults->items) {
    for (const Node::Entry& entry : item.entries) {
      std::string_view key = entry.key;
      if (key.starts_with("override ")) key.remove_prefix(key.find_first_not_of(' ', 8));
      if (key.starts_with('/')) key.remove_prefix(1);
      if (key == group && entry.node.scalar.is_string()) return entry.node.text;
    }
  }
  return "";
}

std::string target_of(const Node* node) {
  const Node* target = node == nullptr ? nullptr : node->find("_target_");
  return target == nullptr ? "" : target->text;
}

bool is_optunas(const Node& root, const Node& section) {
  return target_of(&section).find("ptuna") != std::string::npos || chosen(root, "hydra/sweeper") == "optuna" ||
         std::any_of(kOptunaKeys.begin(), kOptunaKeys.end(),
                     [&](std::string_view key) { return section.find(key) != nullptr; });
}

/// A grid of Hydra's goes up to a range's end, which it excludes.
enum class End { included, excluded };

Result<Domain> without_end(Domain domain) {
  const auto points = grid_points(domain);
  if (!points) return domain;
  if (points->size() < 2) return fail(errc::invalid_input, "the range holds nothing: its end is excluded");
  const Value& last = (*points)[points->size() - 2];
  if (auto* whole = std::get_if<Integer>(&domain)) whole->high = last.get<std::int64_t>();
  if (auto* real = std::get_if<Float>(&domain)) real->b = last.get<double>();
  return domain;
}

/// Python's range, and Optuna's distribution of one.
Result<Domain> range_of(const Swept& swept, End end) {
  const bool whole = swept.low.is_number_integer() && swept.high.is_number_integer() && swept.step.is_number_integer();
  const double low = swept.low.get<double>();
  const double high = swept.high.get<double>();
  const double step = swept.step.get<double>();
  if (!(step > 0)) return fail(errc::invalid_input, "a range's step must be greater than 0");
  auto domain = whole ? optuna::int_distribution(swept.low.get<std::int64_t>(), swept.high.get<std::int64_t>(),
                                                 {.step = swept.step.get<std::int64_t>()})
                      : optuna::float_distribution(low, high, {.step = step});
  if (!domain || end == End::included) return domain;
  // Python leaves out the end itself; a last step below it stays.
  return contains(*domain, swept.high) ? without_end(std::move(*domain)) : domain;
}

Result<Domain> domain_of(const Swept& swept, End end) {
  switch (swept.kind) {
    case Swept::Kind::constant: return Constant{swept.values.front()};
    case Swept::Kind::choice: return optuna::categorical_distribution(swept.values);
    case Swept::Kind::range: {
      auto domain = range_of(swept, swept.shuffled ? End::excluded : end);
      if (!domain || !swept.shuffled) return domain;
      const auto points = grid_points(*domain);
      return points ? optuna::categorical_distribution(*points) : domain;
    }
    case Swept::Kind::interval: break;
  }
  if (swept.low.is_number_integer() && swept.high.is_number_integer()) {
    return optuna::int_distribution(swept.low.get<std::int64_t>(), swept.high.get<std::int64_t>(), {.log = swept.log});
  }
  return optuna::float_distribution(swept.low.get<double>(), swept.high.get<double>(), {.step = {}, .log = swept.log});
}

class SectionReader {
public:
  SectionReader(dialects::Gathered& gathered, std::string path, std::string sampler)
      : gathered_(gathered), path_(std::move(path)), sampler_(std::move(sampler)) {}

  void read(const Node& section) {
    const Node* params = section.find("params");
    const Node* old = section.find("search_space");
    const bool both = params != nullptr && params->is_mapping() && old != nullptr && old->is_mapping();
    if (both) warn(old->position, "search_space", "stands beside params, and is ignored, as by Hydra");
    if (params != nullptr && params->is_mapping()) {
      for (const Node::Entry& entry : params->entries) read_param(entry);
    } else {
      for (const Node::Entry& entry : old->entries) read_definition(entry);
    }
  }

private:
  [[nodiscard]] std::string place(std::string_view key, std::string_view name) const {
    return fmt::format("{}{}{}.{}", path_, path_.empty() ? "" : ".", key, name);
  }
  void warn(Position position, std::string_view key, std::string_view what) {
    gathered_.diagnostics().warn(position, fmt::format("{}{}{}", path_, path_.empty() ? "" : ".", key), what);
  }

  [[nodiscard]] bool crosses() const { return sampler_ == "basic" || sampler_ == "grid"; }

  void add(const Node::Entry& entry, Domain domain) {
    const bool grid = sampler_ == "basic" && !std::holds_alternative<Constant>(domain);
    gathered_.add({.path = {entry.key}, .domain = std::move(domain), .grid = grid}, entry.position);
  }

  void read_param(const Node::Entry& entry) {
    const std::string here = place("params", entry.key);
    Diagnostics& diagnostics = gathered_.diagnostics();
    if (entry.node.kind != Node::Kind::scalar) {
      return diagnostics.error(
          entry.node.position, here,
          fmt::format("must be a text of the override grammar, such as choice(1, 2), got {}", shown(entry.node)));
    }
    const auto parsed = parse_override(entry.node.text);
    if (!parsed) {
      return diagnostics.error(expression::position_in(entry.node, parsed.error().offset), here, parsed.error().what);
    }
    if (parsed->kind == Swept::Kind::interval && crosses()) {
      return diagnostics.error(entry.node.position, here, "an interval has no grid; write a choice or a range");
    }
    auto domain = domain_of(*parsed, crosses() ? End::excluded : End::included);
    if (!domain) return diagnostics.error(entry.node.position, here, domain.error().message);
    add(entry, std::move(*domain));
  }

  /// The older form: {type: int | float | categorical, …}.
  void read_definition(const Node::Entry& entry) {
    const std::string here = place("search_space", entry.key);
    MappingReader definition(entry.node, here, gathered_.diagnostics());
    if (!gathered_.diagnostics().ok()) return;
    if (entry.node.find("type") == nullptr) {
      return definition.complain(
          "needs type: int, float or categorical; a name in a group is written with dots, optimizer.lr");
    }
    enum class Type { integer, real, categorical };
    const auto type = definition.choice<Type>(
        "type", {{"int", Type::integer}, {"float", Type::real}, {"categorical", Type::categorical}});
    if (!type) return;
    auto domain = *type == Type::categorical ? read_choices(definition) : read_numbers(definition, *type == Type::real);
    definition.finish("search_space");
    if (!gathered_.diagnostics().ok()) return;
    if (!domain) return definition.complain(domain.error().message);
    add(entry, std::move(*domain));
  }

  static Result<Domain> read_choices(MappingReader& definition) {
    const Node* list = definition.find("choices");
    if (list == nullptr || !list->is_sequence()) {
      definition.complain("choices", "must be a list of values");
      return Constant{};
    }
    std::vector<Value> values;
    for (const Node& item : list->items) {
      values.push_back(read_value(item, definition.path_of("choices"), definition.diagnostics()));
    }
    return optuna::categorical_distribution(std::move(values));
  }

  static Result<Domain> read_numbers(MappingReader& definition, bool real) {
    for (const std::string_view key : {"low", "high"}) {
      if (definition.find(key) == nullptr) definition.complain(fmt::format("{} is missing", key));
    }
    const bool log = definition.flag("log").value_or(false);
    const double low = definition.number("low").value_or(0);
    const double high = definition.number("high").value_or(1);
    const auto step = definition.number("step");
    // With log Hydra passes no step on.
    if (real) return optuna::float_distribution(low, high, {.step = log ? std::nullopt : step, .log = log});
    constexpr double kBeyond = 0x1p63;
    for (const double number : {low, high, step.value_or(1)}) {
      if (!(std::abs(number) < kBeyond)) return fail(errc::invalid_input, "an integer must fit into 64 bits");
    }
    const auto whole_step = log ? 1 : static_cast<std::int64_t>(step.value_or(1));
    return optuna::int_distribution(static_cast<std::int64_t>(low), static_cast<std::int64_t>(high),
                                    {.step = whole_step, .log = log});
  }

  dialects::Gathered& gathered_;
  std::string path_;
  std::string sampler_;
};

/// Of Optuna's classes those that go by another name here.
constexpr std::array<std::pair<std::string_view, const char*>, 5> kOtherNames = {
    {{"bruteforce", "brute_force"}, {"motpe", "tpe"}, {"nsgaii", "nsga2"}, {"nsgaiii", "nsga3"}, {"qmc", "sobol"}}};

}  // namespace

Sweeper find_sweeper(const Node& root) {
  if (const Node* hydra = root.find("hydra"); hydra != nullptr) {
    const Node* sweeper = hydra->find("sweeper");
    if (sweeper != nullptr && is_section(*sweeper)) return {sweeper, "hydra.sweeper"};
  }
  const bool alone = is_section(root) && (target_of(&root).find("weeper") != std::string::npos ||
                                          (root.find("n_trials") != nullptr && root.find("direction") != nullptr));
  return alone ? Sweeper{&root, ""} : Sweeper{};
}

std::string sampler_of(const Node& root) {
  const Node* section = find_sweeper(root).node;
  if (section == nullptr || !is_optunas(root, *section)) return "basic";
  std::string target = target_of(section->find("sampler"));
  if (target.empty()) target = chosen(root, "hydra/sweeper/sampler");
  if (target.empty()) return "tpe";
  std::string name(expression::last_part(target));
  if (name.ends_with("Sampler")) name.resize(name.size() - std::string_view("Sampler").size());
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  for (const auto& [theirs, ours] : kOtherNames) {
    if (name == theirs) return ours;
  }
  return name;
}

bool looks_like(const Node& root) {
  return find_sweeper(root).node != nullptr;
}

Space read_space(const Node& node, Diagnostics& diagnostics, std::string path) {
  dialects::Gathered gathered(std::move(path), diagnostics);
  const auto [section, place] = find_sweeper(node);
  if (section == nullptr) {
    diagnostics.error(node.position, gathered.path(),
                      "holds no hydra.sweeper with params (or search_space): what is to be searched");
    return {};
  }
  SectionReader(gathered, place.empty() ? gathered.path() : gathered.path_of(place), sampler_of(node)).read(*section);
  return gathered.finish(*section);
}

}  // namespace winnow::hydra
