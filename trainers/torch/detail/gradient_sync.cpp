#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <winnow/trainers/torch/detail/gradient_sync.hpp>

namespace winnow::hf {
namespace {

/// Calls back when backward has added a parameter's gradient.
struct Filled final : torch::autograd::FunctionPostHook {
  explicit Filled(std::function<void()> call) : call_(std::move(call)) {}
  torch::autograd::variable_list operator()(const torch::autograd::variable_list& outputs,
                                            const torch::autograd::variable_list&) override {
    call_();
    return outputs;
  }
  std::function<void()> call_;
};

constexpr std::int64_t kFirstBucketBytes = 1 << 20;  // so that the first sum is soon on its way
constexpr std::int64_t kBucketBytes = 25 << 20;

bool holds_numbers(const torch::Tensor& tensor) {
  return tensor.scalar_type() == torch::kFloat32 || tensor.scalar_type() == torch::kFloat64;
}

}  // namespace

GradientSync::GradientSync(std::shared_ptr<Ranks> ranks, const std::vector<torch::Tensor>& parameters,
                           std::size_t numbers)
    : ranks_(std::move(ranks)) {
  for (const torch::Tensor& one : parameters) {
    if (one.requires_grad()) parameters_.push_back({.tensor = one});
  }
  make_buckets(numbers);
  for (std::size_t i = 0; i < parameters_.size(); ++i) hook(i);
}

GradientSync::~GradientSync() {
  for (Parameter& one : parameters_) one.accumulator->del_post_hook(one.hook);
}

void GradientSync::make_buckets(std::size_t numbers) {
  std::int64_t room = 0;                                // bytes, in the last bucket
  for (std::size_t i = parameters_.size(); i-- > 0;) {  // backward comes to the last ones first
    const torch::Tensor& one = parameters_[i].tensor;
    if (room <= 0 || one.dtype() != parameters_[buckets_.back().parameters.front()].tensor.dtype()) {
      room = buckets_.empty() ? kFirstBucketBytes : kBucketBytes;
      buckets_.emplace_back();
    }
    buckets_.back().parameters.push_back(i);
    room -= static_cast<std::int64_t>(one.nbytes());
  }
  if (buckets_.empty() || !holds_numbers(parameters_[buckets_.back().parameters.front()].tensor)) {
    buckets_.emplace_back();
  }
  const auto told = static_cast<std::int64_t>(parameters_.size() + numbers);
  for (std::size_t b = 0; b < buckets_.size(); ++b) {
    Bucket& bucket = buckets_[b];
    std::int64_t size = b + 1 == buckets_.size() ? told : 0;
    for (const std::size_t index : bucket.parameters) size += parameters_[index].tensor.numel();
    auto options = parameters_.empty() ? torch::TensorOptions() : parameters_.front().tensor.options();
    options = options.dtype(torch::kFloat32);
    if (!bucket.parameters.empty()) options = parameters_[bucket.parameters.front()].tensor.options();
    bucket.flat = torch::zeros({size}, options.requires_grad(false));
    std::int64_t begin = 0;
    for (const std::size_t index : bucket.parameters) {
      Parameter& one = parameters_[index];
      one.bucket = b;
      one.view = bucket.flat.narrow(0, begin, one.tensor.numel()).view(one.tensor.sizes());
      begin += one.tensor.numel();
    }
  }
  const torch::Tensor& last = buckets_.back().flat;
  used_ = last.narrow(0, last.size(0) - told, static_cast<std::int64_t>(parameters_.size()));
  numbers_ = last.narrow(0, last.size(0) - static_cast<std::int64_t>(numbers), static_cast<std::int64_t>(numbers));
}

void GradientSync::hook(std::size_t index) {
  Parameter& one = parameters_[index];
  one.accumulator = torch::autograd::impl::grad_accumulator(one.tensor);
  one.hook = one.accumulator->add_post_hook(std::make_unique<Filled>([this, index] {
    if (!is_open_) return;
    fill(index);
    send_full();
  }));
}

void GradientSync::begin() {
  for (Bucket& bucket : buckets_) bucket.missing = bucket.parameters.size();
  for (Parameter& one : parameters_) one.is_filled = false;
  next_ = 0;
  is_open_ = true;
}

void GradientSync::fill(std::size_t index) {
  const torch::NoGradGuard no_grad;
  Parameter& one = parameters_[index];
  const torch::Tensor grad = one.tensor.grad();
  if (!grad.defined()) return;
  if (one.bucket < next_) {
    throw std::logic_error("a gradient changed after it was sent to the other ranks: one backward a batch");
  }
  one.view.copy_(grad.is_sparse() ? grad.to_dense() : grad);
  if (!std::exchange(one.is_filled, true)) --buckets_[one.bucket].missing;
}

/// In their order, as all ranks do; but not the last, with which the numbers go.
void GradientSync::send_full() {
  while (next_ + 1 < buckets_.size() && buckets_[next_].missing == 0) send(buckets_[next_]);
}

void GradientSync::send(Bucket& bucket) {
  ++next_;
  bucket.wait = ranks_->reduce(bucket.flat);
}

std::vector<double> GradientSync::finish(const std::vector<double>& numbers) {
  const torch::NoGradGuard no_grad;
  if (!is_open_) begin();
  // What backward didn't come to: gradients of earlier batches of the step, or none.
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].bucket < next_ || parameters_[i].is_filled) continue;
    fill(i);
    if (!parameters_[i].is_filled) parameters_[i].view.zero_();
  }
  is_open_ = false;
  std::vector<double> said(parameters_.size());
  for (std::size_t i = 0; i < parameters_.size(); ++i) said[i] = parameters_[i].is_filled ? 1 : 0;
  said.insert(said.end(), numbers.begin(), numbers.end());
  said.resize(parameters_.size() + static_cast<std::size_t>(numbers_.size(0)), 0);
  torch::Tensor& last = buckets_.back().flat;
  const auto told = static_cast<std::int64_t>(said.size());
  last.narrow(0, last.size(0) - told, told).copy_(torch::tensor(said, torch::kFloat64));
  while (next_ < buckets_.size()) send(buckets_[next_]);
  for (Bucket& bucket : buckets_) std::exchange(bucket.wait, nullptr)();
  const torch::Tensor used = used_.to(torch::kCPU, torch::kFloat64);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (used.data_ptr<double>()[i] > 0) {
      parameters_[i].tensor.mutable_grad() = parameters_[i].view;
    } else {
      parameters_[i].tensor.mutable_grad().reset();
    }
  }
  const torch::Tensor sums = numbers_.to(torch::kCPU, torch::kFloat64);
  return {sums.data_ptr<double>(), sums.data_ptr<double>() + numbers.size()};
}

std::vector<double> GradientSync::add_up(const std::vector<double>& numbers) {
  torch::Tensor sums = torch::tensor(numbers, torch::kFloat64).to(buckets_.back().flat.device());
  ranks_->reduce(sums)();
  sums = sums.cpu();
  return {sums.data_ptr<double>(), sums.data_ptr<double>() + numbers.size()};
}

}  // namespace winnow::hf
