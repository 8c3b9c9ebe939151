#include <winnow/server/trial_handlers.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <winnow/server/curves.hpp>
#include <winnow/server/json_body.hpp>
#include <winnow/server/on_workers.hpp>
#include <winnow/server/query.hpp>
#include <winnow/server/trial_page.hpp>
#include <winnow/session/sweep_json.hpp>
#include <winnow/session/trial_columns.hpp>

namespace winnow::server {

namespace {

/// A page ends where it becomes larger, with what is in it.
constexpr std::size_t kPageBytes = std::size_t{8} << 20;
constexpr std::size_t kPageCells = 1'000'000;
constexpr std::int64_t kUsualReports = 1000;

std::string text_of(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

OrderedJson json_of(const SweepView::Now& now, const Trial& trial) {
  OrderedJson json = trial_json(now.sweep, trial);
  json["changed"] = now.traces[static_cast<std::size_t>(trial.number)].changed;
  return json;
}

Result<std::vector<TrialColumn>> wanted_columns(const Request& request, const Sweep& sweep) {
  std::vector<TrialColumn> columns;
  for (const std::string& name : query::words(request, "columns")) {
    auto column = trial_column(sweep, name);
    if (!column) return fail(Error{errc::invalid_input, "columns: " + column.error().message, "columns"});
    columns.push_back(std::move(*column));
  }
  return columns;
}

OrderedJson row_json(const std::vector<TrialColumn>& columns, const Trial& trial) {
  OrderedJson row = OrderedJson::object();
  for (const TrialColumn& column : columns) row[column.name] = cell_json(column.cell(trial));
  return row;
}

/// Takes what it has no room for off the page.
std::string rows_text(const SweepView::Now& now, const std::vector<TrialColumn>& columns, TrialPage& page) {
  std::string rows;
  for (std::size_t i = 0; i < page.trials.size(); ++i) {
    const Trial& trial = *page.trials[i];
    rows += (i > 0 ? "," : "") + text_of(columns.empty() ? json_of(now, trial) : row_json(columns, trial));
    if (rows.size() < kPageBytes || i + 1 == page.trials.size()) continue;
    page.trials.resize(i + 1);
    page.more = true;
  }
  return "[" + rows + "]";
}

std::string columns_text(const std::vector<TrialColumn>& columns, TrialPage& page) {
  const std::size_t most = std::max<std::size_t>(1, kPageCells / columns.size());
  if (page.trials.size() > most) {
    page.trials.resize(most);
    page.more = true;
  }
  OrderedJson json = OrderedJson::object();
  for (const TrialColumn& column : columns) {
    OrderedJson& cells = json[column.name] = OrderedJson::array();
    for (const Trial* trial : page.trials) cells.push_back(cell_json(column.cell(*trial)));
  }
  return text_of(json);
}

Result<Response> list(const SweepView::Now& now, const Request& request) {
  const auto asked = trial_query(request);
  if (!asked) return fail(asked.error());
  auto page = trial_page(now, *asked);
  if (!page) return fail(page.error());
  auto columns = wanted_columns(request, now.sweep);
  if (!columns) return fail(columns.error());
  const bool is_columnar = query::text(request, "format") == "columns";
  if (is_columnar && columns->empty()) *columns = trial_columns(now.sweep);
  const std::string trials = is_columnar ? columns_text(*columns, *page) : rows_text(now, *columns, *page);
  const OrderedJson next = page->more ? OrderedJson(cursor_of(asked->order, now.sweep, *page->trials.back())) : nullptr;
  return text_response(
      200, "application/json",
      fmt::format("{{\"seq\":{},\"total\":{},\"{}\":{},\"next\":{}}}\n", now.sweep.last_seq(),
                  now.sweep.trials().size(), is_columnar ? "columns" : "trials", trials, text_of(next)));
}

Result<Response> list_trials(SweepViews& views, const Request& request) {
  const auto view = views.open(request.parameter("id"));
  if (!view) return fail(view.error());
  return (*view)->look([&](const SweepView::Now& now) {
    return unless_known(request, etag_of(now.sweep.last_seq()), [&] { return list(now, request); });
  });
}

Result<Response> get_trial(SweepViews& views, const Request& request) {
  const auto view = views.open(request.parameter("id"));
  if (!view) return fail(view.error());
  const auto number = query::trial(request);
  if (!number) return fail(number.error());
  return (*view)->look([&](const SweepView::Now& now) -> Result<Response> {
    const Trial* trial = now.sweep.find(*number);
    if (trial == nullptr) return no_trial(std::to_string(*number));
    const TrialTrace& trace = now.traces[static_cast<std::size_t>(*number)];
    return unless_known(request, etag_of(trace.changed), [&]() -> Result<Response> {
      OrderedJson json = json_of(now, *trial);
      json["reports"] = trace.reports;
      json["started"] = trial->attempt == 0 ? OrderedJson() : OrderedJson(trial->started_at);
      json["ended"] = has_ended(trial->state) ? OrderedJson(trial->ended_at) : OrderedJson();
      json["seq"] = now.sweep.last_seq();
      return json_response(200, json);
    });
  });
}

// --- reports: the ledger is read where they stand, without keeping the view

struct Reported {
  std::int64_t seq = 0;     ///< of the sweep
  std::int64_t newest = 0;  ///< the last event that changed the trial
  std::vector<EventRange> ranges{};
  std::string metric{};  ///< the sweep's objective, if it has one
};

Result<Reported> reported_of(SweepView& view, TrialId number) {
  return view.look([&](const SweepView::Now& now) -> Result<Reported> {
    if (now.sweep.find(number) == nullptr) return no_trial(std::to_string(number));
    const TrialTrace& trace = now.traces[static_cast<std::size_t>(number)];
    const MetricSpec* objective = now.sweep.objective();
    return Reported{now.sweep.last_seq(), trace.changed, trace.reported,
                    objective == nullptr ? std::string() : objective->name};
  });
}

Result<Response> reports_page(const SweepView& view, const Reported& reported, TrialId number, const Request& request) {
  const std::int64_t limit = query::integer(request, "limit", kUsualReports);
  const std::string metric = query::text(request, "metric");
  std::string reports;
  std::int64_t count = 0, last = 0;
  bool more = false;
  const auto read =
      read_ranges(view.ledger(), reported.ranges, query::integer(request, "after", 0), [&](const Event& event) {
        const Metrics* metrics = event.trial == number ? metrics_of(event) : nullptr;
        if (metrics == nullptr || (!metric.empty() && find_metric(*metrics, metric) == nullptr)) return true;
        more = count == limit || reports.size() >= kPageBytes;
        if (more) return false;
        reports += (count++ > 0 ? "," : "") + text_of(event_json(event));
        last = event.seq;
        return true;
      });
  if (!read) return fail(read.error());
  return text_response(200, "application/json",
                       fmt::format("{{\"seq\":{},\"trial\":{},\"reports\":[{}],\"next\":{}}}\n", reported.seq, number,
                                   reports, more ? std::to_string(last) : "null"));
}

Result<Response> reports_in_points(SweepView& view, const Reported& reported, TrialId number, const Request& request) {
  const Drawing drawing{.metric = query::text(request, "metric", reported.metric),
                        .points = static_cast<std::size_t>(query::integer(request, "points", 0)),
                        .after = query::integer(request, "after", 0),
                        .until = reported.seq};
  if (drawing.metric.empty()) return wrong_field("metric", "is missing: the sweep names none");
  const auto curves = draw_curves(view.ledger(), view.curves(), {{number, reported.ranges}}, drawing);
  if (!curves) return fail(curves.error());
  const MetricCurve& curve = curves->at(number);
  OrderedJson json{{"seq", reported.seq}, {"trial", number}, {"metric", drawing.metric}, {"count", curve.count()}};
  json["points"] = points_json(curve.points(), true);
  return json_response(200, json);
}

Result<Response> list_reports(SweepViews& views, const Request& request) {
  const auto view = views.open(request.parameter("id"));
  if (!view) return fail(view.error());
  const auto number = query::trial(request);
  if (!number) return fail(number.error());
  const auto reported = reported_of(**view, *number);
  if (!reported) return fail(reported.error());
  return unless_known(request, etag_of(reported->newest), [&] {
    return find(request.query, "points") == nullptr ? reports_page(**view, *reported, *number, request)
                                                    : reports_in_points(**view, *reported, *number, request);
  });
}

}  // namespace

Handlers trial_handlers(SweepViews& views, boost::asio::thread_pool& workers) {
  const auto by = [&](Result<Response> (*answer)(SweepViews&, const Request&)) {
    return on_workers(workers, [&views, answer](const Request& request) { return answer(views, request); });
  };
  return {{"listTrials", by(list_trials)},
          {"getTrial", by(get_trial)},
          {"listReports", by(list_reports)},
          {"getCurves", by(get_curves)}};
}

}  // namespace winnow::server
