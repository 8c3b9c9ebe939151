#include <winnow/samplers/latin_hypercube.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <winnow/core/options.hpp>
#include <winnow/samplers/detail/latin_hypercubes.hpp>

namespace winnow {

Result<std::unique_ptr<Sampler>> make_latin_hypercube(const Value& options, SamplerContext context) {
  OptionReader reader("latin_hypercube", options);
  LatinHypercubes::Options read;
  read.n = reader.integer("n", read.n);
  read.scramble = reader.flag("scramble").value_or(read.scramble);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (read.n < 1) return invalid_option("n", "must be at least 1, got " + std::to_string(read.n));
  UnitCube cube(context.space);
  auto sequence = std::make_unique<LatinHypercubes>(cube.dimension(), context.seed, read);
  const std::string n = std::to_string(read.n);
  std::vector<std::string> description{"each " + n + " trials fill the space evenly: run_cap should be a multiple of " +
                                       n};
  return std::make_unique<SequenceSampler>(std::move(context), std::move(cube), std::move(sequence),
                                           Value{{"n", read.n}, {"scramble", read.scramble}}, std::move(description));
}

}  // namespace winnow
