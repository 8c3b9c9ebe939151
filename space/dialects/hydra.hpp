/// The search space of a Hydra sweeper. Compared with hydra-core 1.3 and hydra-optuna-sweeper 1.3.
///
///   hydra:
///     sweeper:
///       params:                                  the override grammar: what stands behind `key=`
///         model.lr: tag(log, interval(1e-5, 1e-1))
///         model.layers: range(1, 4)              Optuna's sweeper includes the end
///         optimizer: choice(adam, sgd)           or adam,sgd
///         ++trainer.devices: 1                   anything else is a constant
///
/// or `search_space`, the older form: {model.lr: {type: float, low: 1e-5, high: 0.1, log: true}}. The sweeper's section
/// may stand alone, as in conf/hydra/sweeper/*.yaml. `params` comes before `search_space`.
///
/// interval draws a real number, an integer where both ends are cast: int(interval(1, 8)). A range of integers draws
/// integers, both ends included, one with a real number in it real numbers. Hydra's own sweeper (`basic`) crosses
/// choices and ranges, and excludes a range's end; so does Optuna's GridSampler. Names keep their dots, `+` and `++`:
/// they are what the program is given.
#pragma once

#include <string>

#include <winnow/space/dialects/printed.hpp>
#include <winnow/space/reader.hpp>
#include <winnow/space/space.hpp>

namespace winnow::hydra {

/// Where the sweeper's section stands in a file.
struct Sweeper {
  const Node* node = nullptr;  ///< null: there is none
  std::string path;            ///< `hydra.sweeper`, or empty
};
Sweeper find_sweeper(const Node& root);

/// The sampler by its short name: tpe (Optuna's sweeper without another), random, grid, cmaes …; `basic` is Hydra's own
/// sweeper.
std::string sampler_of(const Node& root);

/// `node` is the file. An empty space if `diagnostics` has an error afterwards.
Space read_space(const Node& node, Diagnostics& diagnostics, std::string path = "");

/// True if a file of this shape can be meant for Hydra only.
bool looks_like(const Node& root);

/// The file of Optuna's sweeper with its `params`. What the override grammar can't say is in the notes.
PrintedSpace print(const Space& space);

}  // namespace winnow::hydra
