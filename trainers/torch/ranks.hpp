/// The processes that train one trial together: PyTorch's process group (c10d), by Gloo on CPUs and by NCCL on CUDA
/// devices, where LibTorch has it. The only file that knows c10d, whose interface differs between LibTorch 1.13
/// and 2.x.
///
/// A rank that leaves says why in the store at which they met. So the others, whose connection to it breaks, can tell
/// what it threw from its being killed.
#pragma once

#include <torch/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/trainers/rank_place.hpp>

namespace winnow::hf {

/// The training by several ranks is over: `trial_failed` (one has thrown), `trial_lost` (one is gone, or hangs), or
/// what the rank that ended it said.
class RankError : public std::runtime_error {
public:
  explicit RankError(Error error);
  [[nodiscard]] const Error& error() const { return error_; }

private:
  Error error_;
};

/// The ranks must make the same calls in the same order; each waits for the others, up to the place's time limit. Every
/// call throws RankError, and after that there is no other. Used by one thread at a time.
class Ranks {
public:
  /// Meets the others. `name` is that of what they do together (`7/1`: a trial and its attempt); `device` is where the
  /// tensors are that they reduce. Fails with `trial_lost` where they don't come in time, with `invalid_input` for a
  /// place that can't be, with `unsupported` where LibTorch hasn't what it takes.
  static Result<std::shared_ptr<Ranks>> join(const RankPlace& place, const std::string& name,
                                             const torch::Device& device);
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
  ~Ranks();

  [[nodiscard]] int rank() const;
  [[nodiscard]] int size() const;

  /// What rank 0 gave.
  std::string broadcast(const std::string& bytes);
  /// Rank 0's values, into all of them.
  void broadcast(const std::vector<torch::Tensor>& tensors);
  /// Of each rank, to all.
  std::vector<std::string> gather(const std::string& bytes);

  /// Sends the tensor, contiguous, on its way to be the sum over all ranks. What is returned waits for that.
  std::function<void()> reduce(torch::Tensor tensor);

  /// This rank goes on no further; the others hear why.
  void leave(const Error& why) noexcept;

private:
  struct Group;
  explicit Ranks(std::unique_ptr<Group> group);
  std::unique_ptr<Group> group_;
};

/// What ranks leave for each other at the place where they meet, under its name. Rank 0's keeps it, unless somebody
/// else does (RankPlace::store_is_kept). Used by one thread at a time; throws RankError where whoever keeps it is gone.
class Board {
public:
  /// Fails with `trial_lost` where nobody keeps one there in time.
  static Result<Board> open(const RankPlace& place);
  Board(Board&&) noexcept;
  Board& operator=(Board&&) noexcept;
  ~Board();

  void put(const std::string& key, const std::string& bytes);
  /// None: nobody has put it yet.
  [[nodiscard]] std::optional<std::string> find(const std::string& key) const;

private:
  struct Store;
  explicit Board(std::unique_ptr<Store> store);
  std::unique_ptr<Store> store_;
};

}  // namespace winnow::hf
