#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <winnow/core/options.hpp>
#include <winnow/core/registry.hpp>
#include <winnow/samplers/evolution/crossover.hpp>

namespace winnow::evolution {
namespace {

using Kind = Crossover::Kind;

constexpr double kLeastDistance = 1e-10;

struct Named {
  std::string_view name;
  Kind kind;
};
constexpr std::array kKinds = {Named{"uniform", Kind::uniform}, Named{"blxalpha", Kind::blxalpha},
                               Named{"sbx", Kind::sbx},         Named{"spx", Kind::spx},
                               Named{"undx", Kind::undx},       Named{"vsbx", Kind::vsbx}};

Point uniform(const Crossover& crossover, const std::vector<Point>& parents, Chance& chance) {
  Point child(parents[0].size());
  for (std::size_t i = 0; i < child.size(); ++i) {
    child[i] = parents[chance.uniform() >= crossover.swapping_prob ? 1 : 0][i];
  }
  return child;
}

Point blxalpha(const Crossover& crossover, const std::vector<Point>& parents, Chance& chance) {
  Point child(parents[0].size());
  for (std::size_t i = 0; i < child.size(); ++i) {
    const auto [least, most] = std::minmax(parents[0][i], parents[1][i]);
    const double more = crossover.alpha * (most - least);
    const double low = least - more;
    child[i] = (most + more - low) * chance.uniform() + low;
  }
  return child;
}

Point uniforms(std::size_t count, Chance& chance) {
  Point numbers(count);
  for (double& number : numbers) number = chance.uniform();
  return numbers;
}

/// One of the two children, some genes swapped, some the parents'.
Point one_of_two(const Crossover& crossover, std::pair<Point, Point> children, const std::vector<Point>& parents,
                 Chance& chance) {
  auto& [first, second] = children;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (chance.uniform() >= crossover.use_child_gene_prob) {
      first[i] = parents[0][i];
      second[i] = parents[1][i];
    }
    if (chance.uniform() < crossover.uniform_crossover_prob) std::swap(first[i], second[i]);
  }
  return chance.uniform() < 0.5 ? first : second;
}

/// How far a child lies from the parents' middle, in halves of their distance; `beta` is how far the bound lies.
double sbx_spread(double u, double beta, double eta) {
  const double alpha = 2 - std::pow(beta, -(eta + 1));
  return std::pow(u > 1 / alpha ? 1 / (2 - u * alpha) : u * alpha, 1 / (eta + 1));
}

Point sbx(const Crossover& crossover, const std::vector<Point>& parents, double eta, Chance& chance) {
  const Point us = uniforms(parents[0].size(), chance);
  std::pair<Point, Point> children{us, us};
  for (std::size_t i = 0; i < us.size(); ++i) {
    const auto [least, most] = std::minmax(parents[0][i], parents[1][i]);
    const double distance = std::max(most - least, kLeastDistance);
    const double spread_down = sbx_spread(us[i], 1 + 2 * least / distance, eta);
    const double spread_up = sbx_spread(us[i], 1 + 2 * (1 - most) / distance, eta);
    children.first[i] = 0.5 * ((least + most) - spread_down * distance);
    children.second[i] = 0.5 * ((least + most) + spread_up * distance);
  }
  return one_of_two(crossover, std::move(children), parents, chance);
}

Point vsbx(const Crossover& crossover, const std::vector<Point>& parents, double eta, Chance& chance) {
  const Point& a = parents[0];
  const Point& b = parents[1];
  const Point us = uniforms(a.size(), chance);
  const bool first_inward = chance.uniform() <= 0.5;
  const bool second_inward = chance.uniform() <= 0.5;
  std::pair<Point, Point> children{us, us};
  for (std::size_t i = 0; i < us.size(); ++i) {
    const auto beta = [&](double u) { return std::pow(1 / std::max(2 * u, kLeastDistance), 1 / (eta + 1)); };
    const double beta_1 = beta(us[i]);
    const double beta_2 = beta(1 - us[i]);
    children.first[i] = first_inward ? 0.5 * ((1 + beta_1) * a[i] + (1 - beta_2) * b[i])
                                     : 0.5 * ((1 - beta_1) * a[i] + (1 + beta_2) * b[i]);
    children.second[i] = second_inward ? 0.5 * ((3 - beta_1) * a[i] - (1 - beta_2) * b[i])
                                       : 0.5 * (-(1 - beta_1) * a[i] + (3 - beta_2) * b[i]);
  }
  return one_of_two(crossover, std::move(children), parents, chance);
}

Point spx(const Crossover& crossover, const std::vector<Point>& parents, Chance& chance) {
  const std::size_t n = parents[0].size();
  const double epsilon = crossover.epsilon.value_or(std::sqrt(static_cast<double>(n) + 2));
  const double r1 = chance.uniform();
  const double r2 = std::sqrt(chance.uniform());
  Point child(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double middle = (parents[0][i] + parents[1][i] + parents[2][i]) / 3;
    const auto blown_up = [&](const Point& parent) { return middle + epsilon * (parent[i] - middle); };
    const double first = r1 * (blown_up(parents[0]) - blown_up(parents[1]));
    child[i] = blown_up(parents[2]) + r2 * (blown_up(parents[1]) - blown_up(parents[2]) + first);
  }
  return child;
}

double dot(const Point& a, const Point& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// Without its part along `unit`.
Point across(Point vector, const Point& unit) {
  const double along = dot(vector, unit);
  for (std::size_t i = 0; i < vector.size(); ++i) vector[i] -= along * unit[i];
  return vector;
}

/// Normal across the line: a normal vector without its part along it, where Optuna draws in an orthonormal basis.
Point undx(const Crossover& crossover, const std::vector<Point>& parents, Chance& chance) {
  const std::size_t n = parents[0].size();
  const double sigma_eta = crossover.sigma_eta.value_or(0.35 / std::sqrt(static_cast<double>(n)));
  Point line(n);
  Point to_third(n);
  for (std::size_t i = 0; i < n; ++i) {
    line[i] = parents[1][i] - parents[0][i];
    to_third[i] = parents[2][i] - parents[0][i];
  }
  Point unit = line;
  const double length = std::max(std::sqrt(dot(line, line)), kLeastDistance);
  for (double& x : unit) x /= length;
  Point normal(n);
  for (double& x : normal) x = sigma_eta * sigma_eta * chance.normal();
  const double xi = crossover.sigma_xi * crossover.sigma_xi * chance.normal();
  const Point aside = across(to_third, unit);
  const double width = std::sqrt(dot(aside, aside));
  const Point off = across(normal, unit);
  Point child(n);
  for (std::size_t i = 0; i < n; ++i) {
    child[i] = (parents[0][i] + parents[1][i]) / 2 - xi * line[i] + (n > 1 ? width * off[i] : 0);
  }
  return child;
}

Result<void> check(const Crossover& crossover) {
  const auto in_unit = [](double p) { return p >= 0 && p <= 1; };
  if (crossover.eta && *crossover.eta < 0) {
    return invalid_option("eta", "must be at least 0, got " + format_double(*crossover.eta));
  }
  if (!in_unit(crossover.uniform_crossover_prob)) {
    return invalid_option("uniform_crossover_prob",
                          "must lie in [0, 1], got " + format_double(crossover.uniform_crossover_prob));
  }
  if (!in_unit(crossover.use_child_gene_prob) || crossover.use_child_gene_prob == 0) {
    return invalid_option("use_child_gene_prob",
                          "must lie in (0, 1], got " + format_double(crossover.use_child_gene_prob));
  }
  return {};
}

std::string_view name_of(Kind kind) {
  return std::find_if(kKinds.begin(), kKinds.end(), [&](const Named& named) { return named.kind == kind; })->name;
}

bool is_binary(Kind kind) {
  return kind == Kind::sbx || kind == Kind::vsbx;
}

void read(OptionReader& reader, Crossover& crossover) {
  if (crossover.kind == Kind::blxalpha) crossover.alpha = reader.number("alpha").value_or(crossover.alpha);
  if (crossover.kind == Kind::spx) crossover.epsilon = reader.number("epsilon");
  if (is_binary(crossover.kind)) {
    crossover.eta = reader.number("eta");
    crossover.uniform_crossover_prob =
        reader.number("uniform_crossover_prob").value_or(crossover.uniform_crossover_prob);
    crossover.use_child_gene_prob = reader.number("use_child_gene_prob").value_or(crossover.use_child_gene_prob);
  }
  if (crossover.kind == Kind::undx) {
    crossover.sigma_xi = reader.number("sigma_xi").value_or(crossover.sigma_xi);
    crossover.sigma_eta = reader.number("sigma_eta");
  }
}

}  // namespace

Value Crossover::to_value() const {
  Value value{{"type", name_of(kind)}};
  if (kind == Kind::blxalpha) value["alpha"] = alpha;
  if (is_binary(kind)) {
    if (eta) value["eta"] = *eta;
    value["uniform_crossover_prob"] = uniform_crossover_prob;
    value["use_child_gene_prob"] = use_child_gene_prob;
  }
  if (kind == Kind::spx && epsilon) value["epsilon"] = *epsilon;
  if (kind == Kind::undx) {
    value["sigma_xi"] = sigma_xi;
    if (sigma_eta) value["sigma_eta"] = *sigma_eta;
  }
  return value;
}

Result<Crossover> crossover_from(const Value* option) {
  Crossover crossover;
  if (option == nullptr || option->is_null()) return crossover;
  const Value object = option->is_string() ? Value{{"type", *option}} : *option;
  if (!object.is_object()) return invalid_option("crossover", "must be a name, or options with a type");
  OptionReader reader("crossover", object);
  const auto type = reader.text("type");
  if (!type && !object.contains("type")) return invalid_option("crossover", "must have a type");
  if (type) {
    const Named* named = registry::find(kKinds, *type);
    if (named == nullptr) return registry::unknown(kKinds, "crossover", "crossover", *type);
    crossover.kind = named->kind;
  }
  read(reader, crossover);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (auto valid = check(crossover); !valid) return fail(std::move(valid.error()));
  return crossover;
}

Point cross(const Crossover& crossover, const std::vector<Point>& parents, bool several_objectives, Chance& chance) {
  const double eta = crossover.eta.value_or(several_objectives ? 20 : 2);
  switch (crossover.kind) {
    case Kind::uniform: return uniform(crossover, parents, chance);
    case Kind::blxalpha: return blxalpha(crossover, parents, chance);
    case Kind::sbx: return sbx(crossover, parents, eta, chance);
    case Kind::spx: return spx(crossover, parents, chance);
    case Kind::undx: return undx(crossover, parents, chance);
    case Kind::vsbx: return vsbx(crossover, parents, eta, chance);
  }
  return parents[0];
}

}  // namespace winnow::evolution
