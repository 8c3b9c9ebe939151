#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <winnow/space/detail/lattice.hpp>
#include <winnow/space/dialects/ray.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::ray {
namespace {

template <class... Args>
Leaf invalid(fmt::format_string<Args...> text, Args&&... args) {
  return {fail(errc::invalid_input, fmt::format(text, std::forward<Args>(args)...))};
}

/// What the domain itself refuses beyond Ray's rules.
Leaf checked(Domain domain) {
  if (auto valid = validate(domain); !valid) return {fail(valid.error())};
  return {std::move(domain)};
}

/// Ray's test, the same tolerance: 0.3 is a multiple of 0.1.
bool is_multiple(double x, double q) {
  const double quotient = x / q;
  const double whole = std::nearbyint(quotient);
  return std::abs(quotient - whole) <= 1e-9 * std::max(std::abs(quotient), std::abs(whole));
}

Leaf bounded(Law law, double lower, double upper, std::optional<double> q = {}) {
  if (!std::isfinite(lower)) return invalid("lower ({}) must be finite", lower);
  if (!std::isfinite(upper)) return invalid("upper ({}) must be finite", upper);
  if (law == Law::log_uniform && lower <= 0) return invalid("lower ({}) must be greater than 0", lower);
  if (lower > upper) return invalid("lower ({}) must be at most upper ({})", lower, upper);
  if (q) {
    if (!(*q > 0 && std::isfinite(*q))) return invalid("q ({}) must be greater than 0", *q);
    if (!is_multiple(lower, *q)) return invalid("lower ({}) must be a multiple of q ({})", lower, *q);
    if (!is_multiple(upper, *q)) return invalid("upper ({}) must be a multiple of q ({})", upper, *q);
    if (!((upper - lower) / *q < lattice::kTwoTo53)) return invalid("q ({}) is too fine for the range", *q);
  }
  return checked(Float{.law = law, .a = lower, .b = upper, .q = {}, .step = q});
}

Leaf integer(bool log, std::int64_t lower, std::int64_t upper) {
  if (log && lower < 1) return invalid("lower ({}) must be at least 1", lower);
  if (lower >= upper) return invalid("lower ({}) must be less than upper ({}), which is excluded", lower, upper);
  return checked(Integer{.low = lower, .high = upper - 1, .step = 1, .log = log, .floor = log});
}

std::int64_t remainder(std::int64_t a, std::int64_t q) {
  const std::int64_t rest = a % q;
  return rest < 0 ? rest + q : rest;
}

Leaf quantised_integer(bool log, std::int64_t lower, std::int64_t upper, std::int64_t q) {
  if (q < 1) return invalid("q ({}) must be at least 1", q);
  if (q == 1) return integer(log, lower, upper);
  if (log && lower < 1) return invalid("lower ({}) must be at least 1", lower);
  if (lower > upper) return invalid("lower ({}) must be at most upper ({})", lower, upper);
  const std::int64_t up = remainder(lower, q) == 0 ? 0 : q - remainder(lower, q);
  const std::int64_t down = remainder(upper, q);
  std::int64_t span = 0;
  const bool wide = __builtin_sub_overflow(upper, lower, &span);
  if (!wide && (up > span || down > span - up)) {
    return invalid("there is no multiple of q ({}) between lower ({}) and upper ({})", q, lower, upper);
  }
  return checked(Integer{.low = lower + up, .high = upper - down, .step = q, .log = log, .floor = log});
}

Leaf normal(double mean, double sd, std::optional<double> q) {
  if (!std::isfinite(mean)) return invalid("mean ({}) must be finite", mean);
  if (!(sd > 0 && std::isfinite(sd))) return invalid("sd ({}) must be greater than 0", sd);
  if (q && !(*q > 0 && std::isfinite(*q))) return invalid("q ({}) must be greater than 0", *q);
  return checked(Float{.law = Law::normal, .a = mean, .b = sd, .q = q, .step = {}});
}

Leaf one_of(std::vector<Value> values, std::string_view what, bool grid) {
  if (values.empty()) return invalid("{} must hold at least one value", what);
  Leaf leaf = checked(Categorical{.values = std::move(values), .weights = {}});
  leaf.grid = grid;
  return leaf;
}

}  // namespace

Leaf uniform(double lower, double upper) {
  return bounded(Law::uniform, lower, upper);
}
Leaf quniform(double lower, double upper, double q) {
  return bounded(Law::uniform, lower, upper, q);
}
Leaf loguniform(double lower, double upper) {
  return bounded(Law::log_uniform, lower, upper);
}
Leaf qloguniform(double lower, double upper, double q) {
  return bounded(Law::log_uniform, lower, upper, q);
}
Leaf randn(double mean, double sd) {
  return normal(mean, sd, std::nullopt);
}
Leaf qrandn(double mean, double sd, double q) {
  return normal(mean, sd, q);
}
Leaf randint(std::int64_t lower, std::int64_t upper) {
  return integer(false, lower, upper);
}
Leaf qrandint(std::int64_t lower, std::int64_t upper, std::int64_t q) {
  return quantised_integer(false, lower, upper, q);
}
Leaf lograndint(std::int64_t lower, std::int64_t upper) {
  return integer(true, lower, upper);
}
Leaf qlograndint(std::int64_t lower, std::int64_t upper, std::int64_t q) {
  return quantised_integer(true, lower, upper, q);
}
Leaf choice(std::vector<Value> categories) {
  return one_of(std::move(categories), "categories", false);
}
Leaf grid_search(std::vector<Value> values) {
  return one_of(std::move(values), "values", true);
}
Leaf sample_from(std::string function) {
  return checked(Computed{std::move(function)});
}

Tree::Tree(std::initializer_list<Item> items) {
  for (const Item& item : items) items_.emplace_back(item.name, item.tree);
}

Result<void> Tree::collect(std::vector<std::string>& path, std::vector<Parameter>& parameters) const {
  if (leaf_) {
    Parameter parameter{.path = path, .domain = Constant{}, .grid = leaf_->grid};
    if (!leaf_->domain) {
      return fail(leaf_->domain.error().code, fmt::format("{}: {}", parameter.name(), leaf_->domain.error().message));
    }
    parameter.domain = *leaf_->domain;
    parameters.push_back(std::move(parameter));
    return {};
  }
  for (const auto& [name, tree] : items_) {
    path.push_back(name);
    if (auto collected = tree.collect(path, parameters); !collected) return collected;
    path.pop_back();
  }
  return {};
}

Result<Space> space(std::initializer_list<Tree::Item> items) {
  std::vector<std::string> path;
  std::vector<Parameter> parameters;
  if (auto collected = Tree(items).collect(path, parameters); !collected) return fail(collected.error());
  return Space::make(std::move(parameters));
}

}  // namespace winnow::ray
