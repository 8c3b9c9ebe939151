#include <algorithm>
#include <array>
#include <winnow/core/options.hpp>
#include <winnow/core/registry.hpp>
#include <winnow/samplers/brute_force.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/grid.hpp>
#include <winnow/samplers/halton.hpp>
#include <winnow/samplers/latin_hypercube.hpp>
#include <winnow/samplers/random.hpp>
#include <winnow/samplers/registry.hpp>
#include <winnow/samplers/sobol.hpp>
#include <winnow/samplers/start_with.hpp>

namespace winnow {
namespace {

using MadeSampler = Result<std::unique_ptr<Sampler>>;

Result<GridSampler> grid_of(const SamplerOptions& o, bool mark_all) {
  return GridSampler::make({.space = o.space,
                            .seed = o.seed,
                            .mark_all = mark_all,
                            .num_samples = o.num_samples,
                            .start_with = o.start_with,
                            .functions = o.functions});
}

MadeSampler boxed(Result<GridSampler> grid) {
  if (!grid) return fail(std::move(grid.error()));
  return std::make_unique<GridSampler>(std::move(*grid));
}

std::optional<std::int64_t> total_of(const Result<GridSampler>& grid) {
  return grid ? grid->total() : std::nullopt;
}

bool has_marks(const Space& space) {
  const auto& parameters = space.parameters();
  return std::any_of(parameters.begin(), parameters.end(), [](const Parameter& p) { return p.grid; });
}

/// For one that has no options.
Result<void> check_none(std::string_view name, const SamplerOptions& options) {
  return OptionReader(name, options.options).finish();
}

MadeSampler make_grid(const SamplerOptions& o) {
  if (auto valid = check_none("grid", o); !valid) return fail(std::move(valid.error()));
  return boxed(grid_of(o, true));
}

std::optional<std::int64_t> grid_total(const SamplerOptions& o) {
  return total_of(grid_of(o, true));
}

/// Random search crosses the marked parameters (Ray Tune's grid_search within a random space); without marks it draws.
MadeSampler make_random(const SamplerOptions& o) {
  if (auto valid = check_none("random", o); !valid) return fail(std::move(valid.error()));
  if (has_marks(o.space)) return boxed(grid_of(o, false));
  return std::make_unique<RandomSampler>(o.space, o.seed, o.functions);
}

std::optional<std::int64_t> random_total(const SamplerOptions& o) {
  return has_marks(o.space) ? total_of(grid_of(o, false)) : std::nullopt;
}

SamplerContext context_of(const SamplerOptions& o) {
  return {.space = o.space,
          .seed = o.seed,
          .goals = o.goals,
          .judged = o.judged,
          .functions = o.functions,
          .start_with = o.start_with};
}

template <auto make>
MadeSampler made(const SamplerOptions& o) {
  return make(o.options, context_of(o));
}

template <auto total>
std::optional<std::int64_t> counted(const SamplerOptions& o) {
  return total(context_of(o));
}

struct Entry {
  std::string_view name;
  MadeSampler (*make)(const SamplerOptions& options);
  std::optional<std::int64_t> (*total)(const SamplerOptions& options);
  const char* examples;  ///< a JSON array of options; each option stands in one of them
};

constexpr std::array kEntries = {
    Entry{"brute_force", &made<make_brute_force>, &counted<brute_force_total>,
          R"([{"avoid_premature_stop": false}, {"avoid_premature_stop": true}])"},
    Entry{"grid", &make_grid, &grid_total, "[{}]"},
    Entry{"halton", &made<make_halton>, nullptr, R"([{"scramble": true}, {"scramble": false}])"},
    Entry{"latin_hypercube", &made<make_latin_hypercube>, nullptr,
          R"([{"n": 32, "scramble": true}, {"n": 5, "scramble": false}])"},
    Entry{"random", &make_random, &random_total, "[{}]"},
    Entry{"sobol", &made<make_sobol>, nullptr, R"([{"scramble": true}, {"scramble": false}])"},
};

}  // namespace

Result<std::unique_ptr<Sampler>> make_sampler(std::string_view method, SamplerOptions options) {
  const Entry* entry = registry::find(kEntries, method);
  if (entry == nullptr) return registry::unknown(kEntries, "method", "sampler", method);
  if (auto valid = check_num_samples(options.num_samples); !valid) return fail(std::move(valid.error()));
  auto sampler = entry->make(options);
  if (!sampler || options.start_with.empty()) return sampler;
  auto started = StartWith::make({.points = std::move(options.start_with),
                                  .space = std::move(options.space),
                                  .seed = options.seed,
                                  .functions = std::move(options.functions)},
                                 std::move(*sampler));
  if (!started) return fail(std::move(started.error()));
  return std::make_unique<StartWith>(std::move(*started));
}

std::vector<Value> sampler_examples(std::string_view method) {
  const Entry* entry = registry::find(kEntries, method);
  return entry == nullptr ? std::vector<Value>() : Value::parse(entry->examples).get<std::vector<Value>>();
}

bool is_sampler(std::string_view method) {
  return registry::find(kEntries, method) != nullptr;
}

std::vector<std::string> sampler_names() {
  return registry::names(kEntries);
}

std::optional<std::int64_t> sampler_total(std::string_view method, const SamplerOptions& options) {
  const Entry* entry = registry::find(kEntries, method);
  return entry == nullptr || entry->total == nullptr ? std::nullopt : entry->total(options);
}

}  // namespace winnow
