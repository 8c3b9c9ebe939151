#include <winnow/server/result_handlers.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <functional>
#include <utility>

#include <winnow/base/file.hpp>
#include <winnow/base/temp_dir.hpp>
#include <winnow/server/on_workers.hpp>
#include <winnow/server/query.hpp>
#include <winnow/session/importance_json.hpp>
#include <winnow/session/ledger_copy.hpp>
#include <winnow/session/open_to_read.hpp>
#include <winnow/session/sweep_json.hpp>
#include <winnow/session/trial_columns.hpp>
#include <winnow/storage/metrics_file.hpp>

namespace winnow::server {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kPortionBytes = std::size_t{256} << 10;
constexpr std::int64_t kPortionEvents = 1024;
constexpr TrialId kPortionTrials = 1000;

Result<Response> get_best(SweepViews& views, const Request& request) {
  const auto view = views.open(request.parameter("id"));
  if (!view) return fail(view.error());
  return (*view)->look([&](const SweepView::Now& now) -> Result<Response> {
    const bool several = now.sweep.spec().metrics.size() > 1;
    OrderedJson json{{"seq", now.sweep.last_seq()}};
    json[several ? "front" : "best"] = best_trials_json(now.sweep, (*view)->dir().root);
    return json_response(200, json);
  });
}

// --- importance

ImportanceEvaluator evaluator_of(const Request& request) {
  if (query::text(request, "evaluator") == "fanova") return FanovaOptions{};
  PedAnovaOptions options;
  options.target_quantile = query::number(request, "target_quantile", options.target_quantile);
  options.region_quantile = query::number(request, "region_quantile", options.region_quantile);
  options.evaluate_on_local = query::flag(request, "evaluate_on_local", options.evaluate_on_local);
  return options;
}

Result<Response> importance_of(const Sweep& sweep, const Request& request) {
  const auto evaluator = evaluator_of(request);
  const auto& metrics = sweep.spec().metrics;
  if (metrics.empty()) return fail(errc::illegal_state, "the sweep names no metric for which parameters could matter");
  std::vector<Importance> all;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    auto one = parameter_importance(sweep, i, evaluator);
    if (!one && one.error().code == errc::invalid_option) return fail(one.error());
    if (!one) return fail(errc::illegal_state, fmt::format("{}: {}", metrics[i].name, one.error().message));
    all.push_back(std::move(*one));
  }
  OrderedJson json{{"seq", sweep.last_seq()}};
  json.update(importance_json(metrics, all, evaluator));
  return json_response(200, json);
}

Result<Response> importance_in(SweepView& view, const Request& request) {
  return view.look([&](const SweepView::Now& now) {
    return unless_known(request, etag_of(now.sweep.last_seq()), [&] { return importance_of(now.sweep, request); });
  });
}

Result<Response> quick_importance(SweepViews& views, const Request& request) {
  const auto view = views.open(request.parameter("id"));
  return view ? importance_in(**view, request) : fail(view.error());
}

/// On a fold of its own: nobody else waits for it.
Result<Response> slow_importance(SweepViews& views, const Request& request) {
  const auto view = views.open(request.parameter("id"));
  if (!view) return fail(view.error());
  const auto own = SweepView::open((*view)->dir().root);
  return own ? importance_in(**own, request) : fail(own.error());
}

// --- downloads

Response download(const std::string& type, const std::string& name, Stream stream) {
  Response response{.fields = {{"Content-Type", type}}, .body = std::move(stream)};
  response.fields.set("Content-Disposition", "attachment; filename=\"" + name + "\"");
  return response;
}

/// The trials that there are now, as they are when their turn comes.
Result<Portions> trials_csv(std::shared_ptr<SweepView> view) {
  struct State {
    std::vector<std::string> names{};
    TrialId next = -1;  ///< -1: the header
    TrialId end = 0;
  };
  const auto state = std::make_shared<State>();
  const auto looked = view->look([&](const SweepView::Now& now) -> Result<void> {
    for (const TrialColumn& column : trial_columns(now.sweep)) state->names.push_back(column.name);
    state->end = static_cast<TrialId>(now.sweep.trials().size());
    return {};
  });
  if (!looked) return fail(looked.error());
  return Portions([view, state] {
    return view->look([&](const SweepView::Now& now) -> Result<std::string> {
      std::vector<TrialColumn> columns;
      for (const std::string& name : state->names) columns.push_back(*trial_column(now.sweep, name));
      std::string text = state->next < 0 ? csv_header(columns) : "";
      state->next = std::max<TrialId>(state->next, 0);
      const TrialId end = std::min(state->end, state->next + kPortionTrials);
      for (; state->next < end; ++state->next) text += csv_row(columns, *now.sweep.find(state->next));
      return text;
    });
  });
}

/// The reports that there are now.
Result<Portions> all_reports_csv(std::shared_ptr<SweepView> view) {
  const auto last = view->ledger().last_seq();
  if (!last) return fail(last.error());
  const auto next = std::make_shared<std::int64_t>(-1);  // -1: the header
  return Portions([view, next, end = *last]() -> Result<std::string> {
    std::string text;
    if (*next < 0) text = reports_csv_header();
    *next = std::max<std::int64_t>(*next, 0);
    while (text.empty() && *next < end) {
      const std::int64_t portion = std::min(kPortionEvents, end - *next);
      const auto read = view->ledger().read(
          *next, [&](const Event& event) { text += reports_csv(event); }, portion);
      if (!read) return fail(read.error());
      *next += portion;
    }
    return text;
  });
}

Result<Response> export_csv(SweepViews& views, asio::thread_pool& workers, const Request& request) {
  const auto view = views.open(request.parameter("id"));
  if (!view) return fail(view.error());
  const std::string table = query::text(request, "table", "trials");
  auto portions = table == "reports" ? all_reports_csv(*view) : trials_csv(*view);
  if (!portions) return fail(portions.error());
  return download("text/csv; charset=utf-8", table + ".csv", stream_on_workers(workers, std::move(*portions)));
}

/// A file that `make` makes at a path, and that has no name any more.
Result<Fd> made_file(const std::string& name, const std::function<Result<void>(const std::filesystem::path&)>& make) {
  const auto temporary = TempDir::make("winnow");
  if (!temporary) return fail(temporary.error());
  const auto path = *temporary / name;
  if (auto made = make(path); !made) return fail(made.error());
  Fd file = posix::open(path, O_RDONLY);
  if (!file) return posix::failed(path, "can't be read");
  return file;
}

Response download_file(asio::thread_pool& workers, const std::string& type, const std::string& name, Fd file) {
  const auto kept = std::make_shared<const Fd>(std::move(file));
  const auto portions = [kept, name]() -> Result<std::string> {
    std::string bytes(kPortionBytes, '\0');
    const ssize_t got = ::read(kept->get(), bytes.data(), bytes.size());
    if (got < 0) return posix::failed(name, "can't be read");
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  };
  return download(type, name, stream_on_workers(workers, portions));
}

/// Made of the ledger as it is now: the sweep's own is being written while it runs, and a copy of it wouldn't be whole.
Result<void> make_metrics_file(const Ledger& ledger, const std::filesystem::path& path) {
  auto made = MetricsFile::create(path);
  if (!made) return fail(made.error());
  if (auto caught_up = made->catch_up(ledger); !caught_up) return fail(caught_up.error());
  return made->finish();
}

/// A file that is made of the sweep's ledger.
Result<Response> download_made(SweepViews& views, asio::thread_pool& workers, const Request& request,
                               const std::string& type, const std::string& name,
                               const std::function<Result<void>(const Ledger&, const std::filesystem::path&)>& make) {
  const auto view = views.open(request.parameter("id"));
  if (!view) return fail(view.error());
  const auto ledger = open_to_read((*view)->dir());  // of its own: nobody else waits for it
  if (!ledger) return fail(ledger.error());
  auto file = made_file(name, [&](const std::filesystem::path& path) { return make(*ledger, path); });
  if (!file) return fail(file.error());
  return download_file(workers, type, name, std::move(*file));
}

}  // namespace

Handlers result_handlers(SweepViews& views, asio::thread_pool& workers, asio::thread_pool& slow) {
  const Handler quick = on_workers(workers, [&views](const Request& r) { return quick_importance(views, r); });
  const Handler thorough = on_workers(slow, [&views](const Request& r) { return slow_importance(views, r); });
  return {
      {"getBest", on_workers(workers, [&views](const Request& r) { return get_best(views, r); })},
      {"getImportance",
       [quick, thorough](Request request) {
         const bool is_slow = query::text(request, "evaluator") == "fanova";
         return is_slow ? thorough(std::move(request)) : quick(std::move(request));
       }},
      {"exportCsv",
       on_workers(workers, [&views, &workers](const Request& r) { return export_csv(views, workers, r); })},
      {"downloadMetrics", on_workers(slow,
                                     [&views, &workers](const Request& r) {
                                       return download_made(views, workers, r, "application/x-hdf5", "metrics.h5",
                                                            make_metrics_file);
                                     })},
      {"downloadLedger", on_workers(slow,
                                    [&views, &workers](const Request& r) {
                                      return download_made(views, workers, r, "application/vnd.sqlite3", "ledger.db",
                                                           copy_without_secrets);
                                    })},
  };
}

}  // namespace winnow::server
