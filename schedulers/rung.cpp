#include <algorithm>
#include <cmath>
#include <functional>
#include <winnow/schedulers/rung.hpp>

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

}  // namespace

void Rung::insert(double value) {
  if (!lower_.empty() && value < lower_.front()) {
    push(lower_, value, std::less<>());
  } else {
    push(upper_, value, std::greater<>());
  }
  const double position = std::floor(fraction_ * static_cast<double>(size() - 1));
  const std::size_t wanted = std::min(static_cast<std::size_t>(position) + 1, size());
  while (lower_.size() < wanted) push(lower_, pop(upper_, std::greater<>()), std::less<>());
  while (lower_.size() > wanted) push(upper_, pop(lower_, std::less<>()), std::greater<>());
}

std::optional<Rung::Neighbours> Rung::around_quantile() const {
  if (lower_.empty()) return std::nullopt;
  const double low = lower_.front();
  if (upper_.empty()) return Neighbours{low, low, 1};
  const double position = fraction_ * static_cast<double>(size() - 1);
  return Neighbours{low, upper_.front(), position - std::floor(position)};
}

}  // namespace winnow
