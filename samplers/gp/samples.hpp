/// Points that fill the unit cube evenly: Sobol's sequence (Joe and Kuo's direction numbers), shifted digit by digit by
/// a draw, so that another key gives others as even.
#pragma once

#include <winnow/core/random.hpp>
#include <winnow/samplers/gp/types.hpp>

namespace winnow::gp {

/// In (0, 1). Beyond the sequence's 3,667 dimensions, plain draws.
Matrix unit_samples(Index count, Index dimensions, Rng& rng);
/// Standard normal ones, by the quantiles of these.
Matrix normal_samples(Index count, Index dimensions, Rng& rng);

}  // namespace winnow::gp
