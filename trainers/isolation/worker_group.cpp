#include <winnow/trainers/isolation/worker_group.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace winnow::isolation {
namespace {

using Clock = WorkerRun::Clock;

/// The events of one worker.
constexpr std::size_t kEvents = 3;

}  // namespace

WorkerGroup::WorkerGroup(std::vector<std::unique_ptr<WorkerRun>> runs, std::chrono::milliseconds grace, int cancelled)
    : runs_(std::move(runs)), grace_(grace), cancel_event_(cancelled) {}

WorkerGroup::~WorkerGroup() {
  tell({{"op", "leave"}});
  hurry_all();
  wait([this] { return std::all_of(runs_.begin(), runs_.end(), [](const auto& run) { return run->is_over(); }); });
}

void WorkerGroup::tell(const Value& message) {
  for (const auto& run : runs_) run->tell(message);
}

Result<Value> WorkerGroup::call(const Value& request) {
  return call_each(std::vector<Value>(runs_.size(), request));
}

Result<Value> WorkerGroup::call_each(const std::vector<Value>& requests) {
  for (std::size_t i = 0; i < runs_.size(); ++i) runs_[i]->call(requests[i]);
  bool has_failed = false;
  wait([&] {
    for (const auto& run : runs_) {
      const bool failed = run->answer() && !*run->answer();
      if (failed && !std::exchange(has_failed, true)) hurry_all();  // the others may wait for it
    }
    return std::all_of(runs_.begin(), runs_.end(), [](const auto& run) { return run->answer().has_value(); });
  });
  if (has_failed) return fail(failure());
  return *runs_.front()->answer();
}

Result<Value> WorkerGroup::call_first(const Value& request) {
  runs_.front()->call(request);
  wait([this] { return runs_.front()->answer().has_value(); });
  if (!*runs_.front()->answer()) return fail(failure());
  return *runs_.front()->answer();
}

std::vector<WorkerGroup::Rested> WorkerGroup::rest() {
  const auto is_well = [](const auto& run) { return !run->is_over() && run->answer() && run->answer()->has_value(); };
  if (cancelled_ || !std::all_of(runs_.begin(), runs_.end(), is_well)) return {};
  hurry_all();  // a destructor may hang
  if (!call({{"op", "rest"}}) || cancelled_) return {};
  std::vector<Rested> rested;
  for (const auto& run : runs_) {
    const auto memory = (*run->answer())->at("memory").template get<std::uint64_t>();
    rested.push_back({run->release(), memory});
  }
  runs_.clear();
  return rested;
}

/// Waits for news and takes it in, until `done`.
template <class Done>
void WorkerGroup::wait(Done done) {
  while (!done()) {
    events_.clear();
    std::optional<Clock::time_point> due;
    for (const auto& run : runs_) {
      run->wait_for(events_);
      if (const auto its = run->due()) due = std::min(due.value_or(*its), *its);
    }
    events_.push_back({cancelled_ ? -1 : cancel_event_, POLLIN, 0});
    int timeout = -1;
    if (due) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - Clock::now());
      timeout = static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 1'000'000));
    }
    if (::poll(events_.data(), events_.size(), timeout) < 0) continue;
    if (events_.back().revents != 0) {
      cancelled_ = true;
      tell({{"op", "cancel"}});
      hurry_all();
    }
    for (std::size_t i = 0; i < runs_.size(); ++i) runs_[i]->take_in(std::span(events_).subspan(kEvents * i, kEvents));
  }
}

void WorkerGroup::hurry_all() {
  for (const auto& run : runs_) run->hurry(Clock::now() + grace_);
}

Error WorkerGroup::failure() const {
  if (cancelled_) return {errc::cancelled, "the trial was cancelled"};
  // One whose process is gone is the reason, else one that has failed by itself: what the others say comes of that.
  const auto weight = [](const WorkerRun& run) {
    if (!run.answer() || *run.answer()) return 0;
    if (run.is_over()) return run.was_killed() ? 1 : 3;
    return run.answer()->error().code == errc::trial_failed ? 2 : 1;
  };
  const auto worst = std::max_element(runs_.begin(), runs_.end(),
                                      [&](const auto& a, const auto& b) { return weight(*a) < weight(*b); });
  Error error = (*worst)->answer()->error();
  const bool says_who = error.message.starts_with("rank ");  // by what another one told it
  if (runs_.size() > 1 && !says_who)
    error.message = "rank " + std::to_string(worst - runs_.begin()) + ": " + error.message;
  return error;
}

}  // namespace winnow::isolation
