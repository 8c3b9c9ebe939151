#include <algorithm>
#include <functional>
#include <winnow/schedulers/two_heaps.hpp>

namespace winnow {
namespace {

template <class Order>
void push(std::vector<double>& heap, double value, Order order) {
  heap.push_back(value);
  std::push_heap(heap.begin(), heap.end(), order);
}

template <class Order>
double pop(std::vector<double>& heap, Order order) {
  std::pop_heap(heap.begin(), heap.end(), order);
  const double value = heap.back();
  heap.pop_back();
  return value;
}

std::optional<double> top(const std::vector<double>& heap) {
  return heap.empty() ? std::nullopt : std::optional(heap.front());
}

}  // namespace

void TwoHeaps::insert(double value, std::size_t lower) {
  if (!lower_.empty() && value < lower_.front()) {
    push(lower_, value, std::less<>());
  } else {
    push(upper_, value, std::greater<>());
  }
  while (lower_.size() < lower) push(lower_, pop(upper_, std::greater<>()), std::less<>());
  while (lower_.size() > lower) push(upper_, pop(lower_, std::less<>()), std::greater<>());
}

std::optional<double> TwoHeaps::below() const {
  return top(lower_);
}

std::optional<double> TwoHeaps::above() const {
  return top(upper_);
}

}  // namespace winnow
