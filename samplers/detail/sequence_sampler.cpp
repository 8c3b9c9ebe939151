#include <algorithm>
#include <winnow/samplers/detail/keyed.hpp>
#include <winnow/samplers/detail/sequence_sampler.hpp>

namespace winnow {
namespace {

constexpr std::uint64_t kStretches = 1000;
constexpr std::uint64_t kStretch = std::uint64_t{1} << 32;  // no sweep has as many trials

}  // namespace

SequenceSampler::SequenceSampler(SamplerContext context, UnitCube cube, std::unique_ptr<PointSequence> sequence,
                                 Value options, std::vector<std::string> description)
    : context_(std::move(context)),
      cube_(std::move(cube)),
      sequence_(std::move(sequence)),
      options_(std::move(options)),
      description_(std::move(description)) {}

std::optional<Assignment> SequenceSampler::propose(TrialId trial) {
  const TrialId place = std::max<TrialId>(trial - std::ssize(context_.start_with), 0);
  const auto values = feasible_values(static_cast<std::uint64_t>(place));
  return complete(Source{context_.space, context_.seed, context_.functions}, trial,
                  [&](std::string_view name) -> const Value* {
                    const auto side = values ? cube_.find(name) : std::nullopt;
                    return side ? &(*values)[*side] : nullptr;
                  });
}

Value SequenceSampler::draw(TrialId trial, std::string_view name, const Domain& domain) {
  return keyed_draw(context_.seed, trial, name, domain);
}

std::optional<std::vector<Value>> SequenceSampler::feasible_values(std::uint64_t index) {
  for (std::uint64_t stretch = 0; stretch < kStretches; ++stretch) {
    std::vector<Value> values = cube_.values(sequence_->point(index + stretch * kStretch));
    if (feasible(context_.space, cube_, values)) return values;
  }
  return std::nullopt;
}

}  // namespace winnow
