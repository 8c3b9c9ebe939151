#include <winnow/server/curves.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include <winnow/server/json_body.hpp>
#include <winnow/server/query.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow::server {
namespace {

constexpr std::size_t kMostTrials = 1000;
constexpr std::size_t kMostPoints = 200'000;  ///< of one answer
constexpr std::int64_t kUsualTrials = 50;
constexpr std::int64_t kUsualPoints = 200;

/// splitmix64's: numbers next to each other are far from each other after it.
std::uint64_t scattered(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

Result<std::vector<TrialId>> named_trials(const Request& request, const Sweep& sweep) {
  std::vector<TrialId> trials;
  for (const std::string& word : query::words(request, "trials")) {
    TrialId number = -1;
    const auto [at, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || at != word.data() + word.size()) {
      return wrong_field("trials", "is numbers of trials, parted by commas");
    }
    if (sweep.find(number) == nullptr) return no_trial(word);
    trials.push_back(number);
  }
  std::sort(trials.begin(), trials.end());
  trials.erase(std::unique(trials.begin(), trials.end()), trials.end());
  if (trials.size() > kMostTrials) return wrong_field("trials", fmt::format("is at most {} trials", kMostTrials));
  return trials;
}

struct WantedCurves {
  Drawing drawing{};
  std::vector<CurveWish> wishes{};
  std::map<TrialId, TrialState> states{};
};

Result<WantedCurves> wanted_curves(const SweepView::Now& now, const Request& request) {
  const MetricSpec* objective = now.sweep.objective();
  WantedCurves wanted;
  wanted.drawing.metric = query::text(request, "metric", objective == nullptr ? "" : objective->name);
  wanted.drawing.until = now.sweep.last_seq();
  if (wanted.drawing.metric.empty()) return wrong_field("metric", "is missing: the sweep names none");
  auto trials = named_trials(request, now.sweep);
  if (!trials) return fail(trials.error());
  if (trials->empty()) {
    *trials = sample_of(now.sweep, static_cast<std::size_t>(query::integer(request, "sample", kUsualTrials)));
  }
  const auto points = static_cast<std::size_t>(query::integer(request, "points", kUsualPoints));
  wanted.drawing.points = std::min(points, kMostPoints / std::max<std::size_t>(1, trials->size()));
  const auto since = query::integer(request, "since", 0);
  for (const TrialId trial : *trials) {
    const TrialTrace& trace = now.traces[static_cast<std::size_t>(trial)];
    if (trace.changed <= since) continue;
    wanted.wishes.push_back({trial, trace.reported});
    wanted.states.emplace(trial, now.sweep.find(trial)->state);
  }
  return wanted;
}

Result<Response> drawn(SweepView& view, const WantedCurves& wanted) {
  const auto curves = draw_curves(view.ledger(), view.curves(), wanted.wishes, wanted.drawing);
  if (!curves) return fail(curves.error());
  OrderedJson json{{"seq", wanted.drawing.until}, {"metric", wanted.drawing.metric}, {"curves", OrderedJson::array()}};
  for (const auto& [trial, curve] : *curves) {
    OrderedJson one{{"trial", trial}, {"state", to_string(wanted.states.at(trial))}, {"count", curve.count()}};
    one.update(points_json(curve.points(), false));
    json["curves"].push_back(std::move(one));
  }
  return json_response(200, json);
}

}  // namespace

OrderedJson points_json(const std::vector<CurvePoint>& points, bool whole) {
  OrderedJson json;
  if (whole) json = {{"seq", OrderedJson::array()}, {"attempt", OrderedJson::array()}, {"time", OrderedJson::array()}};
  json["step"] = json["value"] = OrderedJson::array();
  for (const CurvePoint& point : points) {
    json["step"].push_back(point.step);
    json["value"].push_back(number_to_json(point.value));
    if (!whole) continue;
    json["seq"].push_back(point.seq);
    json["attempt"].push_back(point.attempt);
    json["time"].push_back(number_to_json(point.time));
  }
  return json;
}

std::vector<TrialId> sample_of(const Sweep& sweep, std::size_t most) {
  std::vector<TrialId> trials;
  for (const Trial& trial : sweep.trials()) trials.push_back(trial.number);
  if (trials.size() <= most) return trials;
  const auto best = best_trial(sweep);
  const auto rank = [&](TrialId trial) {
    return best && trial == best->trial ? 0 : scattered(static_cast<std::uint64_t>(trial));
  };
  const auto end = trials.begin() + static_cast<std::ptrdiff_t>(most);
  std::nth_element(trials.begin(), end, trials.end(), [&](TrialId a, TrialId b) { return rank(a) < rank(b); });
  trials.erase(end, trials.end());
  std::sort(trials.begin(), trials.end());
  return trials;
}

Result<Response> get_curves(SweepViews& views, const Request& request) {
  const auto view = views.open(request.parameter("id"));
  if (!view) return fail(view.error());
  std::optional<WantedCurves> wanted;
  auto looked = (*view)->look([&](const SweepView::Now& now) {
    return unless_known(request, etag_of(now.sweep.last_seq()), [&]() -> Result<Response> {
      auto made = wanted_curves(now, request);
      if (!made) return fail(made.error());
      wanted = std::move(*made);
      return Response{};
    });
  });
  if (!looked || !wanted) return looked;
  auto response = drawn(**view, *wanted);
  if (response) response->fields.set("ETag", etag_of(wanted->drawing.until));
  return response;
}

}  // namespace winnow::server
