/// A page of a sweep's trials, as listTrials answers it: which of them, in what order, and from where on.
///
/// A page ends at a place in the order, not at a count: so what comes while somebody pages neither hides a trial nor
/// shows one twice (one whose value changes meanwhile moves in the order by value).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/server/http.hpp>
#include <winnow/session/sweep_view.hpp>

namespace winnow::server {

struct TrialOrder {
  bool by_value = false;    ///< best first; else by number
  bool descending = false;  ///< the other way round; trials without a value stand last all the same
};

struct TrialPlace {
  TrialId trial = 0;
  std::optional<double> value{};  ///< of the order by value only
};

struct TrialQuery {
  TrialOrder order{};
  std::optional<TrialPlace> after{};  ///< those behind it only
  std::optional<TrialState> state{};
  std::int64_t since = 0;  ///< those that an event after this one has changed
  std::size_t limit = 100;
};

struct TrialPage {
  std::vector<const Trial*> trials{};
  bool more = false;
};

/// Fails with `invalid_input` for an order by value of a sweep that judges nothing.
Result<TrialPage> trial_page(const SweepView::Now& now, const TrialQuery& query);

/// A place as a text, for the client to give back as it is; and read again: `invalid_input` for what isn't one of that
/// order.
std::string cursor_of(const TrialOrder& order, const Sweep& sweep, const Trial& trial);
Result<TrialPlace> place_of(const TrialOrder& order, const std::string& cursor);

/// The query of a request. Fails with `invalid_input` and the name.
Result<TrialQuery> trial_query(const Request& request);

}  // namespace winnow::server
