/// Crossovers of real vectors, by the names, the rules and the defaults of Optuna's
/// (optuna/samplers/nsgaii/_crossovers, 5.0.0). The vectors lie in the unit cube; a child may lie outside of it.
///
/// uniform   each gene from one of two parents (Syswerda, "Uniform Crossover in Genetic Algorithms", 1989)
/// blxalpha  uniform between the parents and beyond, by `alpha` of their distance (Eshelman and Schaffer, 1993)
/// sbx       simulated binary crossover within bounds (Deb and Agrawal, 1995; Deb and Beyer, 2001)
/// vsbx      the same without bounds, and beyond the parents (Ballester and Carter, GECCO 2003, §3.2)
/// spx       uniform in the simplex of three parents, blown up by `epsilon` (Tsutsui et al., 1999)
/// undx      normal around the middle of two parents; across, as wide as the third lies from their line (Ono et al.,
/// 1999)
///
/// Of sbx and vsbx: of the two children each gene is taken with `use_child_gene_prob`, else the parents', swapped with
/// `uniform_crossover_prob`; one of the two is the child.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/samplers/evolution/chance.hpp>

namespace winnow::evolution {

using Point = std::vector<double>;

struct Crossover {
  enum class Kind { uniform, blxalpha, sbx, spx, undx, vsbx };

  Kind kind = Kind::uniform;
  double swapping_prob = 0.5;           ///< uniform: of taking the second parent's gene, in [0, 1]
  double alpha = 0.5;                   ///< blxalpha
  std::optional<double> eta{};          ///< sbx, vsbx: >= 0; by default 2, with several objectives 20
  double uniform_crossover_prob = 0.5;  ///< sbx, vsbx: in [0, 1]
  double use_child_gene_prob = 0.5;     ///< sbx, vsbx: in (0, 1]
  std::optional<double> epsilon{};      ///< spx; by default √(n + 2)
  double sigma_xi = 0.5;  ///< undx: along the line, the square root of the standard deviation (as in Optuna)
  std::optional<double> sigma_eta{};  ///< undx: likewise, across; by default 0.35 / √n

  [[nodiscard]] std::size_t parents() const { return kind == Kind::spx || kind == Kind::undx ? 3 : 2; }
  /// What makes the same one.
  [[nodiscard]] Value to_value() const;
};

/// A name, or an object with it as `type` and its options; null: uniform. Fails with `invalid_option`.
Result<Crossover> crossover_from(const Value* option);

/// As many parents as it takes.
Point cross(const Crossover& crossover, const std::vector<Point>& parents, bool several_objectives, Chance& chance);

}  // namespace winnow::evolution
