/// What a training by several ranks does beside one by a single process: each rank trains on its share of every batch,
/// and what all of them must know alike (an end, a failure, the loss) goes with the gradients of each step.
#pragma once

#include <torch/types.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <winnow/core/report.hpp>
#include <winnow/core/value.hpp>
#include <winnow/trainers/torch/detail/gradient_sync.hpp>
#include <winnow/trainers/torch/detail/rank_exchange.hpp>
#include <winnow/trainers/torch/model.hpp>
#include <winnow/trainers/torch/ranks.hpp>

namespace winnow::hf {

/// All ranks make the same calls in the same order. Every call throws RankError.
class RankedTraining {
public:
  /// `batches`: of a step.
  RankedTraining(std::shared_ptr<Ranks> ranks, std::shared_ptr<Model> model, std::vector<torch::Tensor> parameters,
                 std::int64_t batches);

  [[nodiscard]] int rank() const { return ranks_->rank(); }
  [[nodiscard]] int size() const { return ranks_->size(); }

  /// Once, before anything else: fails where the ranks' `about` differ, and gives all of them rank 0's weights.
  /// `watched`: something may change the control. False: it was done before.
  bool enter(const OrderedJson& about, bool watched);
  /// Rank 0's, as DistributedDataParallel does before each step.
  void broadcast_buffers();
  /// The flags of rank 0's control, if anything may change it there.
  using Flags = std::array<bool, 5>;
  [[nodiscard]] Flags agreed(const Flags& control);
  /// What the model draws isn't to be the same on all ranks.
  void draw_apart(std::vector<at::Generator> generators) const;

  /// A part of so many rows, or batches, is this rank's: [first, last), which may be empty.
  using OnShare = std::function<double(std::int64_t first, std::int64_t last)>;
  /// Trains on this rank's share of a batch by `train`, which returns the loss, weighed by its rows. `steps`: its
  /// gradients complete a step. A rank that is cancelled, or whose `train` has thrown, waits for the next end_of_step.
  void train_share(std::int64_t rows, bool steps, bool cancelled, const OnShare& train);
  /// With the gradients, if it is a step, which are the sums then. Returns the losses of the batches since the last
  /// call; null: one of the ranks is cancelled.
  std::optional<std::vector<double>> end_of_step(bool steps);

  EvaluatedPart evaluate_share(std::int64_t batches,
                               const std::function<EvaluatedPart(std::int64_t first, std::int64_t last)>& evaluate);
  /// By rank 0, for all.
  Metrics computed(const std::function<Metrics()>& compute) { return computed_by_first(*ranks_, compute); }

  /// For a checkpoint: all ranks' states, and the sums of gradients that wait for their step (undefined: none does).
  std::vector<std::vector<torch::Tensor>> gather(const std::vector<torch::Tensor>& states);
  std::vector<torch::Tensor> waiting_gradients();

private:
  [[nodiscard]] std::int64_t share(std::int64_t all, int rank) const { return all * rank / size(); }

  std::shared_ptr<Ranks> ranks_;
  std::shared_ptr<Model> model_;
  std::vector<torch::Tensor> parameters_;
  std::size_t batches_;
  std::unique_ptr<GradientSync> sync_{};  ///< null: not entered yet
  bool is_watched_ = false;
  bool is_cancelled_ = false;
  std::string failure_{};         ///< what this rank has thrown since the last step
  std::vector<double> losses_{};  ///< this rank's, of batches since then
};

}  // namespace winnow::hf
