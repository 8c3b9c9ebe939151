/// The formats of search spaces by name: which one a file is in, reading and printing it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/space/dialects/printed.hpp>
#include <winnow/space/reader.hpp>
#include <winnow/space/space.hpp>

namespace winnow {

enum class Dialect { wandb, optuna, ray, sigopt, hydra, nni };

std::string_view to_string(Dialect dialect);
std::optional<Dialect> dialect_named(std::string_view name);
/// In the enumerators' order.
std::vector<Dialect> all_dialects();
/// `wandb, optuna, ray, sigopt, hydra, nni`
std::vector<std::string> dialect_names();

/// The dialect of a file that holds nothing but a space, by its shape; nullopt for any other. A W&B space is a mapping
/// of names to mappings such as `{min: 0, max: 1}`, a SigOpt space a list of definitions or an experiment, an Optuna
/// space maps names to distributions or suggest calls, a Ray Tune space has `tune.…(…)` among its leaves, a Hydra file
/// `hydra.sweeper` with `params`, an NNI space maps names to `{_type, _value}`.
std::optional<Dialect> recognise(const Node& root);
/// True if a file has this dialect's shape.
bool looks_like(Dialect dialect, const Node& root);

/// Reads a bare space. An empty one if `diagnostics` has an error afterwards.
Space read_space(Dialect dialect, const Node& node, Diagnostics& diagnostics, const std::string& path = "");

/// The same space as JSON can hold it, where all texts are quoted: what is read as Python is written out.
Node settled(Dialect dialect, const Node& root);

/// The space in a dialect's own terms; what it can't say is in the notes. wandb: the `parameters` mapping.
PrintedSpace print_space(Dialect dialect, const Space& space);

}  // namespace winnow
