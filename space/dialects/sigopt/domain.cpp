#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <winnow/space/dialects/sigopt/parts.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::sigopt {
namespace {

constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
constexpr auto kMost = std::numeric_limits<std::int64_t>::max();

struct Bounds {
  const Node* node = nullptr;  ///< null: none given
  double low = 0;
  double high = 1;
  std::int64_t whole_low = 0;
  std::int64_t whole_high = 1;
};

Bounds read_bounds(MappingReader& definition, Type type) {
  Bounds bounds{.node = definition.find("bounds")};
  if (bounds.node == nullptr) return bounds;
  MappingReader reader(*bounds.node, definition.path_of("bounds"), definition.diagnostics());
  for (const std::string_view key : {"min", "max"}) {
    if (reader.find(key) == nullptr) reader.complain(fmt::format("{} is missing; bounds take min and max", key));
  }
  if (type == Type::integer) {
    bounds.whole_low = reader.integer("min").value_or(0);
    bounds.whole_high = reader.integer("max").value_or(1);
  } else {
    bounds.low = reader.number("min").value_or(0);
    bounds.high = reader.number("max").value_or(1);
  }
  reader.finish("bounds");
  const bool empty = type == Type::integer ? bounds.whole_low >= bounds.whole_high : bounds.low >= bounds.high;
  if (empty && type == Type::integer) {
    reader.complain(fmt::format("min ({}) must be less than max ({})", bounds.whole_low, bounds.whole_high));
  } else if (empty) {
    reader.complain(fmt::format("min ({}) must be less than max ({})", bounds.low, bounds.high));
  }
  return bounds;
}

/// `none` is the service's spelling of no transformation. HF's own default space spells the key wrongly.
bool read_log(MappingReader& definition, Type type) {
  constexpr std::string_view kMisspelt = "transformamtion";
  std::string_view key = "transformation";
  if (definition.node().find(kMisspelt) != nullptr) {
    definition.warn(kMisspelt, "is read as transformation");
    key = kMisspelt;
  }
  const bool log = definition.choice<bool>(key, {{"log", true}, {"none", false}}).value_or(false);
  if (log && type != Type::real) {
    definition.complain(key, fmt::format("log is for type double only, not {}", to_string(type)));
  }
  return log;
}

Domain read_grid(MappingReader& definition, Type type, const Node& grid, bool log) {
  const auto complain = [&](const std::string& what) { definition.complain("grid", what); };
  Categorical domain;
  if (definition.find("bounds") != nullptr) complain("stands beside bounds; give one of them");
  if (definition.find("prior") != nullptr)
    definition.complain("prior", "is for parameters with bounds, not for a grid");
  if (!grid.is_sequence() || grid.items.size() < 2) {
    complain(fmt::format("must be a list of at least two numbers, got {}", shown(grid)));
    return domain;
  }
  for (const Node& item : grid.items) {
    const std::string path = fmt::format("{}[{}]", definition.path_of("grid"), domain.values.size());
    const auto number = read_number(item, path, {}, definition.diagnostics());
    if (!number) return domain;
    const bool whole = contains(Integer{kLeast, kMost}, item.scalar);
    if (type == Type::integer && !whole) {
      definition.diagnostics().error(item.position, path,
                                     fmt::format("must be an integer, as the type is int, got {}", shown(item)));
      return domain;
    }
    if (log && *number <= 0) {
      definition.diagnostics().error(
          item.position, path, fmt::format("must be greater than 0 with transformation: log, got {}", shown(item)));
    }
    Value value = type == Type::integer ? Value(item.scalar.get<std::int64_t>()) : Value(*number);
    if (contains(domain, value)) {
      definition.diagnostics().error(item.position, path, fmt::format("{} stands in the grid twice", shown(value)));
    }
    domain.values.push_back(std::move(value));
  }
  if (log) {
    definition.warn("grid", "with transformation: log the values are still drawn equally likely");
  }
  return domain;
}

std::string read_category(const Node& item, const std::string& path, Diagnostics& diagnostics) {
  if (item.is_mapping()) {
    MappingReader reader(item, path, diagnostics);
    const auto name = reader.text("name");
    if (!name) reader.complain("name is missing: the category");
    for (const std::string_view key : {"enum_index", "object"}) reader.find(key);
    reader.finish("a category");
    return name.value_or("");
  }
  if (item.scalar.is_string()) return item.text;
  const bool scalar = item.kind == Node::Kind::scalar && !item.is_null();
  diagnostics.error(item.position, path,
                    fmt::format("must be a text, got {}{}", shown(item),
                                scalar ? "; put it in quotes, or take type int or double with a grid" : ""));
  return "";
}

Domain read_categorical(MappingReader& definition) {
  const Node* values = definition.find("categorical_values");
  const Node* categories = definition.find("categories");
  for (const std::string_view key : {"bounds", "grid", "prior"}) {
    if (definition.find(key) != nullptr)
      definition.complain(key, "is for type int and double; this one is categorical");
  }
  if (values != nullptr && categories != nullptr) {
    definition.complain("categories", "stands beside categorical_values; give one of them");
  }
  const std::string_view key = values != nullptr ? "categorical_values" : "categories";
  const Node* list = values != nullptr ? values : categories;
  Categorical domain;
  if (list == nullptr) {
    definition.complain("categorical needs categorical_values: a list of at least two texts");
    return domain;
  }
  domain.values = read_categories(*list, definition.path_of(key), definition.diagnostics());
  std::sort(domain.values.begin(), domain.values.end());
  return domain;
}

Domain read_prior(MappingReader& definition, const Node& node, const Bounds& bounds) {
  MappingReader prior(node, definition.path_of("prior"), definition.diagnostics());
  const auto needed = [&](std::string_view key, NumberRange range, std::string_view owner) {
    const auto number = prior.number(key, range);
    if (prior.find(key) == nullptr) prior.complain(fmt::format("{} is missing: a {} prior needs it", key, owner));
    return number.value_or(1);
  };
  Float domain{.range = Interval{bounds.low, bounds.high}};
  const auto law = prior.choice<Law>("name", {{"normal", Law::normal}, {"beta", Law::beta}});
  if (!law && prior.find("name") == nullptr) prior.complain("name is missing: normal or beta");
  if (!law) return domain;
  domain.law = *law;
  if (*law == Law::normal) {
    domain.a = needed("mean", {}, "normal");
    domain.b = needed("scale", {.low = 0, .open = true}, "normal");
    if (domain.a < bounds.low || domain.a > bounds.high) {
      prior.complain("mean",
                     fmt::format("must lie within the bounds, [{}, {}], got {}", bounds.low, bounds.high, domain.a));
    }
  } else {
    domain.a = needed("shape_a", {.low = 0, .open = true}, "beta");
    domain.b = needed("shape_b", {.low = 0, .open = true}, "beta");
  }
  prior.finish(fmt::format("a {} prior", *law == Law::normal ? "normal" : "beta"));
  return domain;
}

Domain read_numeric(MappingReader& definition, Type type) {
  const bool log = read_log(definition, type);
  for (const std::string_view key : {"categorical_values", "categories"}) {
    if (definition.find(key) != nullptr) {
      definition.complain(key,
                          fmt::format("is for type categorical; numbers of type {} go into a grid", to_string(type)));
    }
  }
  if (const Node* grid = definition.find("grid")) return read_grid(definition, type, *grid, log);
  const Bounds bounds = read_bounds(definition, type);
  const Node* prior = definition.find("prior");
  if (bounds.node == nullptr) {
    definition.complain(fmt::format("{} needs bounds, e.g. bounds: {{min: 1, max: 6}}, or a grid", to_string(type)));
  }
  if (prior != nullptr && type != Type::real) definition.complain("prior", "is for type double only, not int");
  if (type == Type::integer) return Integer{bounds.whole_low, bounds.whole_high};
  if (prior != nullptr && log) definition.complain("prior", "stands beside transformation: log; give one of them");
  if (prior != nullptr) return read_prior(definition, *prior, bounds);
  if (log && bounds.low <= 0) {
    definition.complain("bounds", fmt::format("min ({}) must be greater than 0 with transformation: log", bounds.low));
  }
  return Float{.law = log ? Law::log_uniform : Law::uniform, .a = bounds.low, .b = bounds.high};
}

}  // namespace

std::string_view to_string(Type type) {
  return type == Type::real ? "double" : type == Type::integer ? "int" : "categorical";
}

std::vector<Value> read_categories(const Node& list, const std::string& path, Diagnostics& diagnostics) {
  std::vector<Value> names;
  if (!list.is_sequence() || list.items.size() < 2) {
    diagnostics.error(list.position, path, fmt::format("must be a list of at least two texts, got {}", shown(list)));
    return names;
  }
  std::set<std::string> seen;
  for (const Node& item : list.items) {
    const std::string here = fmt::format("{}[{}]", path, names.size());
    const std::string name = read_category(item, here, diagnostics);
    if (!seen.insert(name).second) diagnostics.error(item.position, here, fmt::format("a second value \"{}\"", name));
    names.emplace_back(name);
  }
  return names;
}

Domain read_domain(MappingReader& definition, Type type) {
  return type == Type::categorical ? read_categorical(definition) : read_numeric(definition, type);
}

}  // namespace winnow::sigopt
