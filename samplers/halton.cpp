#include <winnow/samplers/halton.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <winnow/core/options.hpp>
#include <winnow/samplers/detail/halton_sequence.hpp>

namespace winnow {

Result<std::unique_ptr<Sampler>> make_halton(const Value& options, SamplerContext context) {
  OptionReader reader("halton", options);
  const bool scramble = reader.flag("scramble").value_or(true);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  UnitCube cube(context.space);
  if (cube.dimension() > HaltonSequence::kMostDimensions) {
    return invalid_option("parameters", "halton takes at most " + std::to_string(HaltonSequence::kMostDimensions) +
                                            " that vary, got " + std::to_string(cube.dimension()));
  }
  auto sequence =
      std::make_unique<HaltonSequence>(cube.dimension(), scramble ? std::optional(context.seed) : std::nullopt);
  return std::make_unique<SequenceSampler>(std::move(context), std::move(cube), std::move(sequence),
                                           Value{{"scramble", scramble}}, std::vector<std::string>{});
}

}  // namespace winnow
