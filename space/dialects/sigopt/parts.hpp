/// What reading and printing SigOpt's parameter lists share; not part of the interface.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/space/reader.hpp>
#include <winnow/space/space.hpp>

namespace winnow::sigopt {

enum class Type { real, integer, categorical };
std::string_view to_string(Type type);  ///< `double`

/// What the parameter that `definition` defines is drawn from. Keys that say something else are left to the caller.
Domain read_domain(MappingReader& definition, Type type);

/// Texts, as written: at least two, all different. Each may be a text, or a mapping with `name`.
std::vector<Value> read_categories(const Node& list, const std::string& path, Diagnostics& diagnostics);

struct Conditional {
  std::string name;
  std::vector<Value> values;
};

/// The first combination of the conditionals' values under which none of the parameters is present, in words:
/// `optimizer is "adam" and loss is "mse"`; nullopt if there is none.
std::optional<std::string> uncovered(const std::vector<Conditional>& conditionals,
                                     const std::vector<const Parameter*>& parameters);

/// Takes what a printed definition changes.
using Note = std::function<void(const std::string& what)>;

/// The keys that say what a parameter is drawn from; nullopt if it has no equal and is left out.
std::optional<OrderedJson> print_domain(const Domain& domain, const Note& note);
/// Distinct values of one kind, texts or numbers, in order.
std::vector<Value> categories(const Categorical& domain, const Note& note);
std::vector<Value> distinct(const std::vector<Value>& values);
std::string as_text(const Value& value);  ///< SigOpt's categories are texts

/// Why SigOpt takes no linear constraint on a parameter with this domain: `has a grid`; nullopt where it does.
std::optional<std::string> unconstrainable(const Domain& domain);

}  // namespace winnow::sigopt
