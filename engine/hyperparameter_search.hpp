/// A search as Hugging Face's Trainer has it, run: with the trials of a Trainer, or with any other's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/trainers/hf/search.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow::hf {

/// To on_notice, or to standard error.
void say(const SearchOptions& options, const std::string& text);

/// Runs it to its end, or to an interrupt: `trials` report the objectives (objective_names). A directory that holds
/// this search is gone on with. Returns the best run; with several directions the Pareto front, in order of number.
/// Empty: no trial came to a value before an interrupt. Fails with `invalid_input` where the directory holds another
/// search, with `trial_failed` where trials failed and none ended well. `crash`, where there was one: what ran in that
/// directory when its process ended by that is lost.
Result<std::vector<BestRun>> run_search(const SearchOptions& options, const SweepSpec& sweep,
                                        std::shared_ptr<TrainableFactory> trials, const std::string& crash = {});

}  // namespace winnow::hf
