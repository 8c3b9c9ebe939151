#include <winnow/server/trial_page.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include <winnow/core/goal.hpp>
#include <winnow/server/json_body.hpp>
#include <winnow/server/query.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow::server {
namespace {

constexpr std::array kStates = {TrialState::queued,  TrialState::running,   TrialState::paused,
                                TrialState::stopped, TrialState::completed, TrialState::failed};

bool comes_before(const TrialOrder& order, Goal goal, const TrialPlace& a, const TrialPlace& b) {
  if (!order.by_value) return order.descending ? a.trial > b.trial : a.trial < b.trial;
  if (a.value.has_value() != b.value.has_value()) return a.value.has_value();
  if (a.value && better(goal, *a.value, *b.value)) return !order.descending;
  if (a.value && better(goal, *b.value, *a.value)) return order.descending;
  return a.trial < b.trial;
}

TrialPlace place(const TrialOrder& order, const Sweep& sweep, const Trial& trial) {
  return {trial.number, order.by_value ? trial_value(sweep, trial) : std::nullopt};
}

/// A cursor of one order is none of another.
char mark_of(const TrialOrder& order) {
  if (order.by_value) return order.descending ? 'w' : 'v';
  return order.descending ? 'm' : 'n';
}

}  // namespace

Result<TrialPage> trial_page(const SweepView::Now& now, const TrialQuery& query) {
  const Sweep& sweep = now.sweep;
  if (query.order.by_value && sweep.objective() == nullptr) {
    return wrong_field("sort", "the sweep names no metric, so no trial has a value");
  }
  const Goal goal = sweep.objective() == nullptr ? Goal::minimize : sweep.objective()->goal;
  const auto before = [&](const TrialPlace& a, const TrialPlace& b) { return comes_before(query.order, goal, a, b); };
  std::vector<TrialPlace> places;
  for (const Trial& trial : sweep.trials()) {
    if (query.state && trial.state != *query.state) continue;
    if (now.traces[static_cast<std::size_t>(trial.number)].changed <= query.since) continue;
    const TrialPlace at = place(query.order, sweep, trial);
    if (!query.after || before(*query.after, at)) places.push_back(at);
  }
  TrialPage page{.more = places.size() > query.limit};
  const std::size_t size = std::min(places.size(), query.limit);
  std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(size), places.end(), before);
  places.resize(size);
  for (const TrialPlace& at : places) page.trials.push_back(sweep.find(at.trial));
  return page;
}

std::string cursor_of(const TrialOrder& order, const Sweep& sweep, const Trial& trial) {
  const TrialPlace at = place(order, sweep, trial);
  return fmt::format("{}{}:{}", mark_of(order), at.trial, at.value ? format_double(*at.value) : "");
}

Result<TrialPlace> place_of(const TrialOrder& order, const std::string& cursor) {
  TrialPlace place;
  const auto colon = cursor.find(':');
  const bool is_marked = colon != std::string::npos && cursor.front() == mark_of(order);
  if (!is_marked) return wrong_field("after", "is a `next` of a page in the same order");
  const char* end = cursor.data() + colon;
  const auto [at, error] = std::from_chars(cursor.data() + 1, end, place.trial);
  const std::string value = cursor.substr(colon + 1);
  const auto read = value.empty() ? Result<double>(0) : parse_double(value);
  if (error != std::errc() || at != end || !read) return wrong_field("after", "is no `next` of a page");
  if (!value.empty()) place.value = *read;
  return place;
}

Result<TrialQuery> trial_query(const Request& request) {
  TrialQuery asked;
  asked.order = {.by_value = query::text(request, "sort") == "value",
                 .descending = query::text(request, "order") == "desc"};
  asked.limit = static_cast<std::size_t>(query::integer(request, "limit", 100));
  asked.since = query::integer(request, "since", 0);
  if (const auto* after = find(request.query, "after")) {
    const auto place = place_of(asked.order, *after);
    if (!place) return fail(place.error());
    asked.after = *place;
  }
  const std::string state = query::text(request, "state");
  for (const TrialState one : kStates) {
    if (to_string(one) == state) asked.state = one;
  }
  return asked;
}

}  // namespace winnow::server
