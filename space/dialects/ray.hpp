/// Ray Tune's search spaces. Compared with ray[tune] 2.60.0.
///
/// A file is Ray's own nested dictionary; the leaves are Ray's expressions, copied from the Python code as text:
///
///   lr: tune.loguniform(1e-4, 1e-1)
///   batch: tune.grid_search([32, 64])        or {grid_search: [32, 64]}
///   model:                                  nested; in one line, {…}, YAML wants the expressions quoted
///     layers: tune.randint(1, 5)
///   epochs: 10                               anything else is a constant
///
/// uniform and loguniform include both bounds. randint and lograndint exclude the upper one, lograndint rounds down.
/// qrandint and qlograndint draw the multiples of q within the bounds, both included; with q = 1, as in Ray, the upper
/// one is excluded. quniform and qloguniform: each multiple of q within the bounds, both included, where Ray's code
/// halves the mass of the two ends (docs/dialects/ray.md). qrandn rounds half to even. `base` has no effect.
/// sample_from is for C++ programs; a file that has it is refused.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <winnow/space/dialects/printed.hpp>
#include <winnow/space/reader.hpp>
#include <winnow/space/space.hpp>

namespace winnow::ray {

// --- files

/// `node` is the mapping; `path` is where it stands, for messages. An empty space if `diagnostics` has an error
/// afterwards.
Space read_space(const Node& node, Diagnostics& diagnostics, std::string path = "");

/// True if a file of this shape can be meant for Ray Tune only.
bool looks_like(const Node& root);

/// The same space with what is read as Python computed, so that it means the same where all texts are quoted.
Node settled(const Node& root);

/// The nested dictionary. Reading a space that was read here gives it again.
PrintedSpace print(const Space& space);

// --- C++ values

/// What stands at a name: a domain, or why it can't be one, e.g. `lower (2) must be at most upper (1)`.
struct Leaf {
  Result<Domain> domain;
  bool grid = false;
};

Leaf uniform(double lower, double upper);
Leaf quniform(double lower, double upper, double q);
Leaf loguniform(double lower, double upper);
Leaf qloguniform(double lower, double upper, double q);
Leaf randn(double mean = 0, double sd = 1);
Leaf qrandn(double mean, double sd, double q);
Leaf randint(std::int64_t lower, std::int64_t upper);
Leaf qrandint(std::int64_t lower, std::int64_t upper, std::int64_t q = 1);
Leaf lograndint(std::int64_t lower, std::int64_t upper);
Leaf qlograndint(std::int64_t lower, std::int64_t upper, std::int64_t q);
Leaf choice(std::vector<Value> categories);
Leaf grid_search(std::vector<Value> values);
/// Computed last, from the trial's other values, by a function that is given to the sweep under this name
/// (SpaceFunctions).
Leaf sample_from(std::string function);

/// A leaf, a constant, or a nested dictionary.
class Tree {
public:
  struct Item;

  // Implicit, since spaces are written in braces.
  Tree(Leaf leaf) : leaf_(std::move(leaf)) {}  // NOLINT(google-explicit-constructor)
  Tree(std::initializer_list<Item> items);     // NOLINT(google-explicit-constructor)
  template <class T>
    requires(std::is_arithmetic_v<T> || std::convertible_to<T, std::string> || std::same_as<T, std::nullptr_t> ||
             std::same_as<T, Value>)
  Tree(T constant)  // NOLINT(google-explicit-constructor)
      : leaf_(Leaf{Domain(Constant{Value(std::move(constant))})}) {}

private:
  friend Result<Space> space(std::initializer_list<Item> items);
  Result<void> collect(std::vector<std::string>& path, std::vector<Parameter>& parameters) const;

  std::optional<Leaf> leaf_;  ///< none: a dictionary
  std::vector<std::pair<std::string, Tree>> items_;
};

struct Tree::Item {
  std::string name;
  Tree tree;
};

/// `space({{"lr", loguniform(1e-4, 1e-1)}, {"model", {{"layers", randint(1, 5)}}}, {"epochs", 10}})`. Fails with
/// `invalid_input` and `name: what`.
Result<Space> space(std::initializer_list<Tree::Item> items);

}  // namespace winnow::ray
