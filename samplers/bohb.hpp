/// BOHB's sampler (Falkner, Klein and Hutter, "BOHB: Robust and Efficient Hyperparameter Optimization at Scale", ICML
/// 2018), by the rules and with the options of HpBandSter 0.7.4 (which Ray Tune's TuneBOHB runs): its parts, each with
/// its source, are in bohb/; docs/algorithms/bohb.md.
///
/// It learns from what trials came to at the rungs of a scheduler such as hyperband or asha, and at their end: the
/// largest budget that has enough of them has the say.
#pragma once

#include <memory>

#include <winnow/core/result.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

/// Fails with `invalid_option` and the option's name.
Result<std::unique_ptr<Sampler>> make_bohb(const Value& options, SamplerContext context);

}  // namespace winnow
