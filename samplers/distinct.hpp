/// No point twice while there are untried ones, in a space of finitely many points (what Optuna's users ask for in its
/// issues 2021, 2915 and 5440; docs/semantics.md, "Samplers").
///
/// A point that was suggested before, whatever came of it, gives way to an untried one near it: with another value of
/// one parameter, else the next one in a random order of all. When none is left, points come again.
#pragma once

#include <memory>

#include <winnow/samplers/context.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

/// Such a sampler around another one; that itself if there is nothing to do: points without number, or none at all.
std::unique_ptr<Sampler> without_repeats(std::unique_ptr<Sampler> inner, SamplerContext context);

}  // namespace winnow
