/// The gradients of several ranks added up: in buckets, each sent as soon as backward has filled it, so that the sums
/// are on their way while it goes on (Li et al., "PyTorch Distributed", VLDB 2020, §3.2.3; bucket sizes are
/// PyTorch's).
///
/// Not by c10d::Reducer: Debian's LibTorch lacks headers that its own includes, and it waits for a gradient of every
/// parameter. Here a rank without rows, or whose model has
/// thrown, takes part with zeros, a parameter that no rank's loss depends on stays without a gradient, and no walk over
/// the graph is needed to know it. What else the ranks have to agree on goes with the last bucket.
#pragma once

#include <torch/csrc/autograd/function.h>
#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <winnow/trainers/torch/ranks.hpp>

namespace winnow::hf {

class GradientSync {
public:
  /// All ranks have the same parameters in the same order. `numbers`: how many each adds to a step at most.
  GradientSync(std::shared_ptr<Ranks> ranks, const std::vector<torch::Tensor>& parameters, std::size_t numbers);
  GradientSync(const GradientSync&) = delete;
  GradientSync& operator=(const GradientSync&) = delete;
  ~GradientSync();

  /// Before the last backward of a step: what it computes is sent.
  void begin();
  /// After it, or in its place: waits for the sums, which are the parameters' gradients from then on. Undefined where
  /// no rank had one. Returns the sums of the ranks' `numbers`. Throws RankError.
  std::vector<double> finish(const std::vector<double>& numbers);
  /// Sums of their own, where no gradients are due. Throws RankError.
  std::vector<double> add_up(const std::vector<double>& numbers);

private:
  struct Bucket {
    std::vector<std::size_t> parameters{};
    torch::Tensor flat{};
    std::size_t missing = 0;       ///< gradients that backward still has to fill in
    std::function<void()> wait{};  ///< for its sums
  };
  struct Parameter {
    torch::Tensor tensor{};
    torch::Tensor view{};  ///< its part of a bucket
    std::size_t bucket = 0;
    bool is_filled = false;
    std::shared_ptr<torch::autograd::Node> accumulator{};
    std::uintptr_t hook = 0;
  };

  void make_buckets(std::size_t numbers);
  void hook(std::size_t index);
  void fill(std::size_t index);
  void send_full();
  void send(Bucket& bucket);

  std::shared_ptr<Ranks> ranks_;
  std::vector<Parameter> parameters_{};
  std::vector<Bucket> buckets_{};  ///< in the order in which backward is expected to fill them
  torch::Tensor used_{};           ///< a part of the last bucket: by how many ranks each parameter is
  torch::Tensor numbers_{};        ///< the rest of it
  std::size_t next_ = 0;           ///< bucket to be sent
  bool is_open_ = false;
};

}  // namespace winnow::hf
