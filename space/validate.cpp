#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <winnow/space/detail/lattice.hpp>
#include <winnow/space/draw.hpp>

namespace winnow {
namespace {

using namespace lattice;

template <class... Args>
tl::unexpected<Error> invalid(fmt::format_string<Args...> text, Args&&... args) {
  return fail(errc::invalid_input, fmt::format(text, std::forward<Args>(args)...));
}

bool finite(const Value& value) {
  if (value.is_number_float()) return std::isfinite(value.get<double>());
  return !value.is_structured() || std::all_of(value.begin(), value.end(), finite);
}

bool is_bounded(Law law) {
  return law == Law::uniform || law == Law::log_uniform || law == Law::inv_log_uniform;
}

/// `name (number)`, as messages cite a bound.
std::string cited(std::string_view name, double number) {
  return fmt::format("{} ({})", name, number);
}

struct Validate {
  Result<void> operator()(const Constant& domain) const {
    if (!finite(domain.value)) return invalid("value must be finite; a text in quotes may say .inf or .nan");
    return {};
  }

  Result<void> operator()(const Categorical& domain) const {
    const auto& weights = domain.weights;
    if (domain.values.empty()) return invalid("values must hold at least one value");
    if (!std::all_of(domain.values.begin(), domain.values.end(), finite)) {
      return invalid("values must be finite; a text in quotes may say .inf or .nan");
    }
    if (weights.empty()) return {};
    if (weights.size() != domain.values.size()) {
      return invalid("probabilities must be as many as values ({}), not {}", domain.values.size(), weights.size());
    }
    for (const double weight : weights) {
      if (!(weight >= 0 && weight <= kLargest)) {
        return invalid("probabilities must be finite and not negative, not {}", weight);
      }
    }
    const double sum = std::reduce(weights.begin(), weights.end());
    if (!(sum > 0 && sum <= kLargest)) return invalid("probabilities must have a finite sum greater than 0");
    return {};
  }

  Result<void> operator()(const Integer& domain) const {
    if (domain.low > domain.high) return invalid("min ({}) must be at most max ({})", domain.low, domain.high);
    if (domain.step < 1) return invalid("step ({}) must be at least 1", domain.step);
    if (domain.log && domain.low < 1) return invalid("min ({}) must be at least 1 with log", domain.low);
    if (domain.log && !domain.floor && domain.step / 2 >= domain.low) {
      return invalid("step ({}) must be less than twice min ({}) with log", domain.step, domain.low);
    }
    if (domain.floor && !domain.log) return invalid("floor needs log");
    return {};
  }

  Result<void> operator()(const Float& domain) const {
    if (auto law = check_law(domain); !law) return law;
    if (domain.q && !(*domain.q > 0 && *domain.q <= kLargest)) {
      return invalid("{} must be greater than 0", cited("q", *domain.q));
    }
    if (domain.integral && !(domain.q && std::trunc(*domain.q) == *domain.q && *domain.q < kTwoTo63)) {
      return invalid("q must be a whole number where the results are to be integers");
    }
    if (domain.clip && !(domain.q && is_bounded(domain.law))) return invalid("clip needs q, and min and max");
    if (domain.range) {
      if (auto range = check_range(domain); !range) return range;
    }
    if (!domain.step) return {};
    if (domain.law != Law::uniform && domain.law != Law::log_uniform) {
      return invalid("step is for uniform and log-uniform only");
    }
    if (domain.q) return invalid("step and q exclude each other");
    if (domain.law == Law::log_uniform && *domain.step / 2 >= domain.a) {
      return invalid("{} must be less than twice {}", cited("step", *domain.step), cited("min", domain.a));
    }
    if (!(*domain.step > 0)) return invalid("{} must be greater than 0", cited("step", *domain.step));
    if (!(last_step(domain) < kTwoTo53)) return invalid("{} is too fine for the range", cited("step", *domain.step));
    return {};
  }

  Result<void> operator()(const Computed& domain) const {
    if (domain.function.empty()) return invalid("function must name a function of the program");
    return {};
  }

  static Result<void> check_range(const Float& domain) {
    const Interval range = *domain.range;
    if (domain.law != Law::normal && domain.law != Law::beta) return invalid("a range is for normal and beta only");
    if (domain.q) return invalid("q and a range exclude each other");
    if (!std::isfinite(range.low)) return invalid("{} must be finite", cited("min", range.low));
    if (!std::isfinite(range.high)) return invalid("{} must be finite", cited("max", range.high));
    if (range.low >= range.high) {
      return invalid("{} must be less than {}", cited("min", range.low), cited("max", range.high));
    }
    if (domain.law == Law::normal && (domain.a < range.low || domain.a > range.high)) {
      return invalid("{} must lie between {} and {}", cited("mu", domain.a), cited("min", range.low),
                     cited("max", range.high));
    }
    return {};
  }

  static Result<void> check_law(const Float& domain) {
    const bool bounded = is_bounded(domain.law);
    const std::string_view a = bounded ? "min" : domain.law == Law::beta ? "a" : "mu";
    const std::string_view b = bounded ? "max" : domain.law == Law::beta ? "b" : "sigma";
    if (!std::isfinite(domain.a)) return invalid("{} must be finite", cited(a, domain.a));
    if (!std::isfinite(domain.b)) return invalid("{} must be finite", cited(b, domain.b));
    if (bounded && domain.a > domain.b) {
      return invalid("{} must be less than {}", cited(a, domain.a), cited(b, domain.b));
    }
    const bool positive_a = bounded ? domain.law != Law::uniform : domain.law == Law::beta;
    if (positive_a && domain.a <= 0) return invalid("{} must be greater than 0", cited(a, domain.a));
    if (!bounded && domain.b <= 0) return invalid("{} must be greater than 0", cited(b, domain.b));
    return {};
  }
};

}  // namespace

Result<void> validate(const Domain& domain) {
  return std::visit(Validate{}, domain);
}

}  // namespace winnow
