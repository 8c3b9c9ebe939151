#include <winnow/samplers/sobol.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <winnow/core/options.hpp>
#include <winnow/samplers/detail/sobol_sequence.hpp>

namespace winnow {

Result<std::unique_ptr<Sampler>> make_sobol(const Value& options, SamplerContext context) {
  OptionReader reader("sobol", options);
  const bool scramble = reader.flag("scramble").value_or(true);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  UnitCube cube(context.space);
  if (cube.dimension() > SobolSequence::kMostDimensions) {
    return invalid_option("parameters", "sobol takes at most " + std::to_string(SobolSequence::kMostDimensions) +
                                            " that vary, got " + std::to_string(cube.dimension()));
  }
  auto sequence =
      std::make_unique<SobolSequence>(cube.dimension(), scramble ? std::optional(context.seed) : std::nullopt);
  std::vector<std::string> description{"the first 2^k trials fill the space evenly: run_cap should be a power of two"};
  return std::make_unique<SequenceSampler>(std::move(context), std::move(cube), std::move(sequence),
                                           Value{{"scramble", scramble}}, std::move(description));
}

}  // namespace winnow
