#include <winnow/actors/fair_share.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace winnow {
namespace {

constexpr double kHunger = 10;          ///< seconds without a slot before a lower priority is asked for one
constexpr std::int64_t kPatience = 16;  ///< slots that a sweep without one sees go to higher priorities

/// Counted whole, so that ten tenths of a core are one. A part that is less than one counts as one.
std::int64_t millicores(double cpus) {
  return cpus <= 0 ? 0 : std::max<std::int64_t>(1, std::llround(cpus * 1000));
}

}  // namespace

FairShare::FairShare(Capacity capacity)
    : capacity_(std::move(capacity)),
      millicores_(millicores(capacity_.cpus)),
      free_(millicores_),
      gpus_(static_cast<double>(capacity_.devices.capacity(1))) {}

void FairShare::want(SweepKey sweep, const Wants& wants, double now) {
  Sweep& entry = sweeps_[sweep];
  count(entry, now);
  if (!entry.wants_more()) entry.waits_since = given_;
  if (!entry.hungry()) entry.hungry_since = now;
  const double least = least_used(now);
  if (wants.up_to > entry.wants.up_to) entry.used = std::max(entry.used, least);
  // What it is ahead or behind by was counted by its weight.
  if (wants.weight != entry.wants.weight) entry.used = least + (entry.used - least) * entry.wants.weight / wants.weight;
  entry.wants = wants;
  if (capacity_.cpus > 0) entry.wants.each.cpus = std::min(wants.each.cpus, capacity_.cpus);
}

void FairShare::leave(SweepKey sweep) {
  const auto it = sweeps_.find(sweep);
  if (it == sweeps_.end()) return;
  it->second.wants.up_to = 0;
  if (it->second.slots == 0) sweeps_.erase(it);
}

double FairShare::part(const Sweep& sweep) const {
  const auto slots = std::max<std::int64_t>(1, capacity_.slots);
  double most = static_cast<double>(sweep.slots) / static_cast<double>(slots);
  if (millicores_ > 0) most = std::max(most, static_cast<double>(sweep.millicores) / static_cast<double>(millicores_));
  if (gpus_ > 0) most = std::max(most, sweep.gpus / gpus_);
  return most / sweep.wants.weight;
}

double FairShare::used(const Sweep& sweep, double now) const {
  return sweep.slots == 0 ? sweep.used : sweep.used + part(sweep) * std::max(0.0, now - sweep.counted);
}

double FairShare::least_used(double now) const {
  std::optional<double> least;
  const auto look = [&](auto counts) {
    for (const auto& [key, sweep] : sweeps_) {
      if (counts(sweep)) least = std::min(least.value_or(used(sweep, now)), used(sweep, now));
    }
  };
  look([](const Sweep& sweep) { return sweep.wants_more(); });
  if (!least) look([](const Sweep& sweep) { return sweep.slots > 0; });
  return least.value_or(least_);
}

void FairShare::count(Sweep& sweep, double now) const {
  sweep.used = used(sweep, now);
  sweep.counted = now;
}

bool FairShare::before(const Entry& a, const Entry& b, double now) const {
  const auto rank = [&](const Entry& entry) {
    const Sweep& sweep = entry.second;
    const bool starves = sweep.slots == 0 && sweep.passed >= kPatience;
    const auto since = static_cast<double>(sweep.waits_since);
    if (starves) return std::tuple(0, 0, since, 0.0, 0.0, entry.first);
    return std::tuple(1, -sweep.wants.priority, used(sweep, now), part(sweep), since, entry.first);
  };
  return rank(a) < rank(b);
}

FairShare::Entry* FairShare::first(const std::set<SweepKey>& passed, double now) {
  Entry* found = nullptr;
  for (Entry& entry : sweeps_) {
    if (!entry.second.wants_more() || passed.contains(entry.first)) continue;
    if (found == nullptr || before(entry, *found, now)) found = &entry;
  }
  return found;
}

std::optional<FairShare::Turn> FairShare::next(double now, bool of_house) {
  bool cpus_awaited = false, gpus_awaited = false;
  std::set<SweepKey> passed;
  while (Entry* entry = first(passed, now)) {
    if (!of_house) return give(*entry, {}, now);
    const Needs& each = entry->second.wants.each;
    passed.insert(entry->first);
    if (!has_room(each)) continue;  // it waits for nothing that will come
    if ((cpus_awaited && each.cpus > 0) || (gpus_awaited && each.gpus > 0)) continue;
    if (auto taken = take(each)) return give(*entry, std::move(*taken), now);
    const bool lacks_cpus = millicores_ > 0 && millicores(each.cpus) > free_;
    (lacks_cpus ? cpus_awaited : gpus_awaited) = true;
  }
  return std::nullopt;
}

FairShare::Turn FairShare::give(Entry& entry, Taken taken, double now) {
  auto& [key, sweep] = entry;
  count(sweep, now);
  least_ = std::max(least_, sweep.used);
  ++sweep.slots;
  sweep.millicores += taken.millicores;
  sweep.gpus += taken.devices.gpus;
  sweep.waits_since = ++given_;
  sweep.passed = 0;
  for (auto& [other, waiting] : sweeps_) {
    if (waiting.wants_more() && waiting.wants.priority < sweep.wants.priority) ++waiting.passed;
  }
  return {key, std::move(taken)};
}

std::optional<FairShare::Taken> FairShare::take(const Needs& each) {
  Taken taken;
  if (millicores_ > 0) taken.millicores = millicores(each.cpus);
  if (taken.millicores > free_) return std::nullopt;
  if (each.gpus > 0) {
    auto share = capacity_.devices.take(each.gpus);
    if (!share) return std::nullopt;
    taken.devices = std::move(*share);
  }
  free_ -= taken.millicores;
  return taken;
}

void FairShare::give_back(SweepKey sweep, const Taken& taken, double now) {
  free_ += taken.millicores;
  if (!taken.devices.empty()) capacity_.devices.give_back(taken.devices);
  const auto it = sweeps_.find(sweep);
  if (it == sweeps_.end()) return;
  Sweep& entry = it->second;
  count(entry, now);
  if (--entry.slots == 0) entry.hungry_since = now;
  entry.millicores -= taken.millicores;
  entry.gpus = entry.slots == 0 ? 0 : entry.gpus - taken.devices.gpus;
  if (entry.slots == 0 && entry.wants.up_to == 0) sweeps_.erase(it);
}

const FairShare::Entry* FairShare::lowest_below(int priority, double now) const {
  const Entry* found = nullptr;
  const auto rank = [&](const Entry& entry) {
    return std::tuple(entry.second.wants.priority, -used(entry.second, now), entry.first);
  };
  for (const Entry& entry : sweeps_) {
    if (entry.second.slots == 0 || entry.second.wants.priority >= priority) continue;
    if (found == nullptr || rank(entry) < rank(*found)) found = &entry;
  }
  return found;
}

std::optional<FairShare::SweepKey> FairShare::to_yield(double now) {
  for (auto& [key, sweep] : sweeps_) {
    if (!sweep.hungry() || now - sweep.hungry_since < kHunger || !has_room(sweep.wants.each)) continue;
    const Entry* lower = lowest_below(sweep.wants.priority, now);
    if (lower == nullptr) continue;
    sweep.hungry_since = now;
    return lower->first;
  }
  return std::nullopt;
}

bool FairShare::may_yield() const {
  return std::any_of(sweeps_.begin(), sweeps_.end(), [&](const Entry& entry) {
    return entry.second.hungry() && lowest_below(entry.second.wants.priority, 0) != nullptr;
  });
}

bool FairShare::has_room(const Needs& each) const {
  return each.gpus <= 0 || capacity_.devices.capacity(each.gpus) > 0;
}

std::int64_t FairShare::held(SweepKey sweep) const {
  const auto it = sweeps_.find(sweep);
  return it == sweeps_.end() ? 0 : it->second.slots;
}

}  // namespace winnow
