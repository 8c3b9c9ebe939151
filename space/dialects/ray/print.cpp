#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <winnow/space/detail/lattice.hpp>
#include <winnow/space/dialects/detail/gathered.hpp>
#include <winnow/space/dialects/ray.hpp>
#include <winnow/space/dialects/ray/functions.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::ray {
namespace {

constexpr std::size_t kMostGridValues = 10'000;  ///< written out

/// What stands at the name, or why there is nothing.
using Answer = tl::expected<OrderedJson, std::string>;

Answer none(std::string why) {
  return tl::unexpected<std::string>(std::move(why));
}

template <class... Args>
std::string call(std::string_view function, const Args&... args) {
  std::string text;
  for (const std::string& arg : {expression::to_python(Value(args))...}) text += (text.empty() ? "" : ", ") + arg;
  return fmt::format("tune.{}({})", function, text);
}

/// True if the reader takes the value, written as it is, for a constant.
bool reads_as_constant(const Value& value) {
  if (value.is_object()) return value.empty();
  if (value.is_string()) return kind_of(value.get_ref<const std::string&>()) == Text::constant;
  const auto plain = [](const Value& item) {
    if (!item.is_object()) return reads_as_constant(item);
    return !item.contains("grid_search") && std::all_of(item.begin(), item.end(), reads_as_constant);
  };
  return !value.is_array() || std::all_of(value.begin(), value.end(), plain);
}

struct Print {
  Answer operator()(const Constant& domain) const {
    if (reads_as_constant(domain.value)) return OrderedJson(domain.value);
    return OrderedJson(call("choice", std::vector<Value>{domain.value}));
  }

  Answer operator()(const Categorical& domain) const {
    if (!dialects::equal_weights(domain)) return none("weights have no equal in Ray Tune");
    return OrderedJson(call("choice", domain.values));
  }

  Answer operator()(const Integer& domain) const {
    const bool one_step = domain.step == 1;
    if (one_step && domain.log == domain.floor) {
      if (domain.high == std::numeric_limits<std::int64_t>::max()) return none("its end is beyond Ray Tune's integers");
      return OrderedJson(call(domain.log ? "lograndint" : "randint", domain.low, domain.high + 1));
    }
    if (domain.log && !domain.floor) {
      return none("a log-uniform integer that is rounded to the nearest has no equal in Ray Tune, which rounds down");
    }
    if (domain.low % domain.step != 0) {
      return none(fmt::format("steps of {} from {} are no multiples of it, which is all that Ray Tune has", domain.step,
                              domain.low));
    }
    const std::int64_t last = lattice::at_index(domain, lattice::last_index(domain));
    return OrderedJson(call(domain.log ? "qlograndint" : "qrandint", domain.low, last, domain.step));
  }

  Answer operator()(const Float& domain) const {
    if (domain.range) return none("a cut-off or stretched law has no equal in Ray Tune");
    if (domain.integral) return none("rounded to whole numbers it has no equal in Ray Tune, whose results are floats");
    switch (domain.law) {
      case Law::normal:
        return OrderedJson(domain.q ? call("qrandn", domain.a, domain.b, *domain.q)
                                    : call("randn", domain.a, domain.b));
      case Law::log_normal:
      case Law::beta: return none("log-normal and beta have no equal in Ray Tune");
      case Law::uniform:
      case Law::log_uniform:
      case Law::inv_log_uniform: break;
    }
    return bounded(domain);
  }

  Answer operator()(const Computed& domain) const {
    return none(fmt::format("the function '{}' computes it; in Ray Tune that is sample_from, which a file can't hold",
                            domain.function));
  }

  static Answer bounded(const Float& domain) {
    if (domain.q) return none("q, which rounds past the bounds, has no equal in Ray Tune");
    const bool log = domain.law != Law::uniform;
    if (!domain.step) return OrderedJson(call(log ? "loguniform" : "uniform", domain.a, domain.b));
    double last = lattice::at_step(domain, lattice::last_step(domain));
    if (domain.b - last <= lattice::kTolerance * *domain.step) last = domain.b;  // 0.9, where three times 0.3 is less
    const Leaf again = log ? qloguniform(domain.a, last, *domain.step) : quniform(domain.a, last, *domain.step);
    if (!again.domain) {
      return none(fmt::format("steps of {} from {} are no multiples of it, which is all that Ray Tune has",
                              *domain.step, domain.a));
    }
    return OrderedJson(call(log ? "qloguniform" : "quniform", domain.a, last, *domain.step));
  }
};

Answer printed_grid(const Domain& domain) {
  const auto points = grid_points(domain);
  if (!points || points->size() > kMostGridValues) {
    return none(fmt::format("a grid of more than {} values isn't written out", kMostGridValues));
  }
  return OrderedJson(call("grid_search", *points));
}

/// Nothing but constants looks like any mapping.
bool is_all_constant(const Space& space) {
  const auto& parameters = space.parameters();
  return std::all_of(parameters.begin(), parameters.end(), [](const Parameter& parameter) {
    const auto* constant = std::get_if<Constant>(&parameter.domain);
    return constant != nullptr && !parameter.grid && reads_as_constant(constant->value);
  });
}

}  // namespace

PrintedSpace print(const Space& space) {
  PrintedSpace printed{.json = OrderedJson::object(), .notes = {}};
  for (const Parameter& parameter : space.parameters()) {
    Answer answer = parameter.grid ? printed_grid(parameter.domain) : std::visit(Print{}, parameter.domain);
    if (!answer) {
      printed.notes.push_back(fmt::format("{}: {}; left out", parameter.name(), answer.error()));
      continue;
    }
    OrderedJson* place = &printed.json;
    for (const std::string& part : parameter.path) place = &(*place)[part];
    *place = std::move(*answer);
    dialects::note_conditions(parameter, "Ray Tune's file", printed.notes);
  }
  dialects::note_constraints(space, "Ray Tune", printed.notes);
  if (!space.parameters().empty() && is_all_constant(space)) {
    const Parameter& first = space.parameters().front();
    OrderedJson* place = &printed.json;
    for (const std::string& part : first.path) place = &(*place)[part];
    *place = call("choice", std::vector<Value>{std::get<Constant>(first.domain).value});
    printed.notes.push_back(first.name() +
                            ": is written as a choice of one, so that the file is Ray Tune's by its shape");
  }
  return printed;
}

}  // namespace winnow::ray
