#include <mutex>
#include <utility>

#include <winnow/trainers/torch/detail/ranked_training.hpp>

namespace winnow::hf {

RankedTraining::RankedTraining(std::shared_ptr<Ranks> ranks, std::shared_ptr<Model> model,
                               std::vector<torch::Tensor> parameters, std::int64_t batches)
    : ranks_(std::move(ranks)),
      model_(std::move(model)),
      parameters_(std::move(parameters)),
      batches_(static_cast<std::size_t>(batches)) {}

bool RankedTraining::enter(const OrderedJson& about, bool watched) {
  if (sync_ != nullptr) return false;
  must_be_alike(*ranks_, about);
  ranks_->broadcast(parameters_);
  broadcast_buffers();
  is_watched_ = ranks_->broadcast(watched ? "watched" : "") == "watched";
  sync_ = std::make_unique<GradientSync>(ranks_, parameters_, batches_ + 2);
  return true;
}

void RankedTraining::broadcast_buffers() {
  std::vector<torch::Tensor> buffers;
  for (const auto& [name, buffer] : model_->buffers()) buffers.push_back(buffer);
  if (!buffers.empty()) ranks_->broadcast(buffers);
}

RankedTraining::Flags RankedTraining::agreed(const Flags& control) {
  if (!is_watched_) return control;
  std::string flags;
  for (const bool flag : control) flags += flag ? '1' : '0';
  flags = ranks_->broadcast(flags);
  Flags first{};
  for (std::size_t i = 0; i < first.size(); ++i) first.at(i) = flags.at(i) == '1';
  return first;
}

void RankedTraining::draw_apart(std::vector<at::Generator> generators) const {
  if (rank() == 0) return;
  for (at::Generator& one : generators) {
    const std::lock_guard lock(one.mutex());
    one.set_current_seed(one.current_seed() + static_cast<std::uint64_t>(rank()));
  }
}

void RankedTraining::train_share(std::int64_t rows, bool steps, bool cancelled, const OnShare& train) {
  if (losses_.empty()) broadcast_buffers();
  if (steps) sync_->begin();
  is_cancelled_ = is_cancelled_ || cancelled;
  const std::int64_t first = share(rows, rank());
  const std::int64_t last = share(rows, rank() + 1);
  double loss = 0;
  if (first < last && !is_cancelled_ && failure_.empty()) {
    try {
      loss = train(first, last);
    } catch (const RankError&) {
      throw;
    } catch (const std::exception& error) {
      failure_ = first_line(error);
    }
  }
  losses_.push_back(loss);
}

std::optional<std::vector<double>> RankedTraining::end_of_step(bool steps) {
  std::vector<double> said{is_cancelled_ ? 1.0 : 0.0, failure_.empty() ? 0.0 : 1.0};
  said.insert(said.end(), losses_.begin(), losses_.end());
  losses_.clear();
  auto sums = steps ? sync_->finish(said) : sync_->add_up(said);
  if (sums[1] > 0) throw_failures(*ranks_, failure_);
  if (sums[0] > 0) return std::nullopt;
  sums.erase(sums.begin(), sums.begin() + 2);
  return sums;
}

EvaluatedPart RankedTraining::evaluate_share(
    std::int64_t batches, const std::function<EvaluatedPart(std::int64_t first, std::int64_t last)>& evaluate) {
  broadcast_buffers();
  EvaluatedPart part;
  try {
    part = evaluate(share(batches, rank()), share(batches, rank() + 1));
  } catch (const std::exception& error) {
    part = EvaluatedPart{};
    part.error = first_line(error);
  }
  return gather_parts(*ranks_, std::move(part));
}

std::vector<std::vector<torch::Tensor>> RankedTraining::gather(const std::vector<torch::Tensor>& states) {
  return gather_tensors(*ranks_, states);
}

std::vector<torch::Tensor> RankedTraining::waiting_gradients() {
  std::vector<double> ranks_with;
  for (const torch::Tensor& one : parameters_) ranks_with.push_back(one.grad().defined() ? 1 : 0);
  ranks_with = sync_->add_up(ranks_with);
  std::vector<torch::Tensor> sums(parameters_.size());
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (ranks_with[i] == 0) continue;
    const torch::Tensor grad = parameters_[i].grad();
    sums[i] = (grad.defined() ? grad.clone() : torch::zeros_like(parameters_[i])).contiguous();
    ranks_->reduce(sums[i])();
  }
  return sums;
}

}  // namespace winnow::hf
