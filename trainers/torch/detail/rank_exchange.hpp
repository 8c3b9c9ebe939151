/// What the ranks of a training tell each other beside gradients.
#pragma once

#include <torch/types.h>

#include <functional>
#include <string>
#include <vector>

#include <winnow/core/report.hpp>
#include <winnow/core/value.hpp>
#include <winnow/trainers/torch/detail/first_line.hpp>
#include <winnow/trainers/torch/ranks.hpp>

namespace winnow::hf {

/// Runs `body`, which returns a Result; the other ranks, if there are any, hear of its error, or of what it throws. A
/// RankError is an error.
template <class Body>
auto among_ranks(Ranks* ranks, Body&& body) -> decltype(body()) {
  if (ranks == nullptr) return body();
  try {
    auto result = body();
    if (!result) ranks->leave(result.error());
    return result;
  } catch (const RankError& error) {
    ranks->leave(error.error());
    return fail(error.error());
  } catch (const std::exception& error) {
    ranks->leave({errc::trial_failed, first_line(error)});
    throw;
  }
}

/// Part of an evaluation, of as many whole batches.
struct EvaluatedPart {
  std::string error{};  ///< what was thrown; the rest is as far as it came
  double loss = 0;      ///< sum over the rows
  bool has_loss = true;
  std::vector<torch::Tensor> logits{};  ///< of each batch, on the CPU
  std::vector<torch::Tensor> labels{};
};
/// Of all ranks, in their order. Throws RankError where one has thrown.
EvaluatedPart gather_parts(Ranks& ranks, EvaluatedPart own);

/// What rank 0 computes. Throws RankError where that throws.
Metrics computed_by_first(Ranks& ranks, const std::function<Metrics()>& compute);

/// Throws RankError: `error` of all ranks that have one.
[[noreturn]] void throw_failures(Ranks& ranks, const std::string& error);

/// Throws RankError where the values at a key differ, and says which.
void must_be_alike(Ranks& ranks, const OrderedJson& about);

/// The states of all ranks' generators: a list of its own for each.
std::vector<std::vector<torch::Tensor>> gather_tensors(Ranks& ranks, const std::vector<torch::Tensor>& own);

}  // namespace winnow::hf
