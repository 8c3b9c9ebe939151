#include <winnow/server/sweep_handlers.hpp>

#include <fmt/format.h>

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include <winnow/core/json_line.hpp>
#include <winnow/engine/run.hpp>
#include <winnow/server/etag.hpp>
#include <winnow/server/json_body.hpp>
#include <winnow/server/on_workers.hpp>
#include <winnow/server/problem.hpp>
#include <winnow/server/query.hpp>
#include <winnow/server/upload_handlers.hpp>
#include <winnow/space/document.hpp>

namespace winnow::server {

namespace asio = boost::asio;

namespace {

constexpr std::int64_t kUsualPage = 100;

using Answer = Result<Response>;

/// Changes of one sweep are made one after the other, so that it is still as If-Match says when it is changed.
class Turns {
public:
  std::mutex& of(const std::string& id) { return mutexes_.at(std::hash<std::string>()(id) % mutexes_.size()); }

private:
  std::array<std::mutex, 64> mutexes_;
};

Error no_sweep(const std::string& id) {
  return {errc::unknown_sweep, fmt::format("there is no sweep '{}'", id)};
}

/// What of a SweepShare the body changes.
Result<SweepShare> changed(SweepShare share, const Value& body) {
  if (body.contains("weight")) {
    if (!body["weight"].is_number()) return wrong_field("weight", "is a number above 0");
    share.weight = body["weight"].get<double>();
  }
  if (body.contains("priority")) {
    const auto priority = whole(body, "priority", -100, 100);
    if (!priority) return fail(priority.error());
    share.priority = static_cast<int>(*priority);
  }
  if (body.contains("slots")) {
    const auto slots = whole(body, "slots", 0, kMostSlots);
    if (!slots) return fail(slots.error());
    share.slots = static_cast<int>(*slots);
  }
  if (auto right = check(share); !right) return fail(right.error());
  return share;
}

/// What is wrong with a setting, as it stands in the body rather than on a command line.
Error in_body(Error error) {
  constexpr std::string_view kOption = "--set ";
  if (error.message.starts_with(kOption)) error.message.replace(0, kOption.size(), "settings.");
  return error;
}

/// Of a sweep that runs what isn't to be run here.
Response not_allowed(const Error& error) {
  Problem refused = problem(403, error.message);
  refused.path = error.key;
  return problem_response(refused);
}

Response created(const SweepInfo& info, const std::vector<std::string>& warnings) {
  OrderedJson body = to_json(info);
  body["warnings"] = warnings;
  Response response = json_response(201, body);
  response.fields.set("Location", "/api/v1/sweeps/" + info.id);
  return response;
}

/// Where they lie here says nothing to who has sent them.
Error of_files_sent(Error error, const std::filesystem::path& folder) {
  if (const auto at = error.message.find(folder.string()); at != std::string::npos) {
    error.message.replace(at, folder.string().size(), "the files that were sent along");
  }
  return error;
}

/// The body is the sweep file itself, YAML or JSON; what part of the house it may have stands in the query.
Answer create(Manager& manager, const SweepHandlerOptions& options, const Request& request) {
  const auto key = idempotency_key(request);
  if (!key) return key.error();
  std::filesystem::path base = options.base;
  std::optional<Uploads::Taken> files;
  if (const auto* upload = find(request.query, "upload")) {
    if (find(request.query, "base") != nullptr) return wrong_field("upload", "is in the place of base: not both");
    auto taken = options.uploads == nullptr ? fail(errc::unsupported, "files can't be sent along here")
                                            : options.uploads->take(*upload, request.principal.name);
    if (!taken) {
      const auto there = manager.with_key(*key);  // which has taken it
      return there ? created(*there, {}) : upload_problem(taken.error());
    }
    files.emplace(std::move(*taken));
    base = files->folder();
  }
  if (const auto* given = find(request.query, "base")) {
    base = *given;
    if (!base.is_absolute()) return wrong_field("base", "is an absolute path of a folder here, not " + *given);
    if (!std::filesystem::is_directory(base))
      return wrong_field("base", "there is no such folder here: " + *given +
                                     "; files of another machine are sent "
                                     "along (winnow submit --with, "
                                     "/api/v1/uploads)");
  }
  SweepShare share;
  share.weight = query::number(request, "weight", share.weight);
  share.priority = static_cast<int>(query::integer(request, "priority", share.priority));
  share.slots = static_cast<int>(query::integer(request, "slots", share.slots));
  const auto* type = request.fields.find("Content-Type");
  const std::string name = type != nullptr && type->starts_with("application/json") ? "sweep.json" : "sweep.yaml";
  auto document = parse_document(request.body, name);
  if (!document) return fail(document.error());
  const auto allowance = options.allowed ? options.allowed() : std::nullopt;
  if (allowance) {
    if (auto right = check_allowed(*allowance, *document, base); !right) return not_allowed(right.error());
  }
  auto file = sweep_file_of(request.body, std::move(*document), base / name);
  if (!file) return fail(file.error());
  if (allowance) {
    if (auto right = check_allowed(*allowance, file->parsed.spec, base); !right) return not_allowed(right.error());
  }
  auto info = manager.create(*file, share, base, *key, files ? files->folder() : std::filesystem::path());
  if (!info) return fail(files ? of_files_sent(info.error(), files->folder()) : info.error());
  auto warnings = file->parsed.warnings;
  if (std::string said = said_of_slots(file->parsed.spec, share.slots); !said.empty())
    warnings.push_back(std::move(said));
  return created(*info, warnings);
}

Answer list(const Manager& manager, const Request& request) {
  const auto limit = static_cast<std::size_t>(query::integer(request, "limit", kUsualPage));
  auto page = manager.list(query::text(request, "after"), limit + 1, sweep_state(query::text(request, "state")));
  const bool more = page.size() > limit;
  if (more) page.pop_back();
  OrderedJson sweeps = OrderedJson::array();
  for (const SweepInfo& info : page) sweeps.push_back(to_json(info));
  return json_response(200,
                       {{"sweeps", std::move(sweeps)}, {"next", more ? OrderedJson(page.back().id) : OrderedJson()}});
}

/// Its ETag is its text's, so that it changes with whatever is said of the sweep.
Response answer_of(const SweepInfo& info) {
  Response response = json_response(200, to_json(info));
  response.fields.set("ETag", etag_of_text(std::get<std::string>(response.body)));
  return response;
}

Answer get(const Manager& manager, const Request& request) {
  const auto info = manager.find(request.parameter("id"));
  if (!info) return fail(no_sweep(request.parameter("id")));
  return answer_of(*info);
}

/// The sweep, which must be as If-Match says, if it says something (RFC 9110 §13.1.1). Else what is to be answered.
tl::expected<SweepInfo, Response> as_wanted(const Manager& manager, const Request& request) {
  const auto& id = request.parameter("id");
  const auto info = manager.find(id);
  if (!info) return tl::unexpected<Response>(problem_response(no_sweep(id)));
  if (request.fields.find("If-Match") == nullptr) return *info;
  const std::string etag = *answer_of(*info).fields.find("ETag");
  if (has_tag(request.fields, "If-Match", etag, TagComparison::strong)) return *info;
  Response refused = problem_response(412, fmt::format("If-Match: sweep '{}' has changed, and is {} now", id, etag));
  refused.fields.set("ETag", etag);
  return tl::unexpected<Response>(std::move(refused));
}

Answer change(Manager& manager, const Request& request) {
  const auto& id = request.parameter("id");
  const auto body = object_of(request, {"weight", "priority", "slots", "settings"});
  if (!body) return body.error();
  const auto info = as_wanted(manager, request);
  if (!info) return info.error();
  const auto share = changed(info->share, *body);
  if (!share) return fail(share.error());
  const Value settings = body->value("settings", Value::object());
  if (!settings.is_object()) return wrong_field("settings", "is an object: values by the names of settings");
  if (!settings.empty()) {
    SettingValues values;
    for (const auto& [name, value] : settings.items()) values.emplace_back(name, value);
    if (auto done = manager.set(id, values); !done) return fail(in_body(done.error()));
    if (body->size() == 1) return get(manager, request);
  }
  if (auto done = manager.share(id, *share); !done) return fail(done.error());
  return get(manager, request);
}

Answer remove(Manager& manager, const Request& request) {
  if (const auto wanted = as_wanted(manager, request); !wanted) return wanted.error();
  const auto& id = request.parameter("id");
  const auto done = manager.remove(id);
  if (done) return Response{.status = 204};
  const auto is = done.error().code == errc::illegal_state ? manager.find(id) : std::nullopt;
  const bool ends = is && (is->state == SweepState::finished || is->stopping);
  if (!ends) return fail(done.error());
  Response again = problem_response({errc::illegal_state, fmt::format("sweep '{}' is stopping: it can be deleted when "
                                                                      "its running trials have ended",
                                                                      id)});
  again.fields.set("Retry-After", "1");
  return again;
}

Answer command(Manager& manager, CommandVerb verb, const Request& request) {
  const auto body =
      verb == CommandVerb::stop ? object_of(request, {"trial", "now", "why"}) : object_of(request, {"trial", "why"});
  if (!body) return body.error();
  std::optional<TrialId> trial;
  if (body->contains("trial")) {
    trial = whole_number((*body)["trial"]);
    if (!trial || *trial < 0) return wrong_field("trial", "is a trial's number");
  }
  if (body->contains("now")) {
    if (!(*body)["now"].is_boolean()) return wrong_field("now", "is true or false");
    if (trial) return wrong_field("now", "is for stopping a whole sweep");
    if ((*body)["now"].get<bool>()) verb = CommandVerb::stop_now;
  }
  if (body->contains("why") && !(*body)["why"].is_string()) return wrong_field("why", "is a text");
  if (const auto is = as_wanted(manager, request); !is) return is.error();
  const auto done = manager.command(request.parameter("id"), verb, trial, body->value("why", std::string()));
  if (!done) return fail(done.error());
  return get(manager, request);
}

/// Prometheus' text format, version 0.0.4.
Answer metrics(const Manager& manager, const SweepHandlerOptions& options) {
  std::map<std::string_view, std::int64_t> states;
  for (const SweepState state : kSweepStates) states[to_string(state)] = 0;
  std::int64_t running = 0, reports = 0;
  for (const SweepInfo& info : manager.list()) {
    ++states[to_string(info.state)];
    running += info.counts.running;
    reports += info.counts.reports;
  }
  std::string text = "# HELP winnow_sweeps Sweeps by state.\n# TYPE winnow_sweeps gauge\n";
  for (const auto& [state, count] : states) text += fmt::format("winnow_sweeps{{state=\"{}\"}} {}\n", state, count);
  const auto add = [&](std::string_view name, std::string_view kind, std::string_view help, auto value) {
    text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help, kind, value);
  };
  add("winnow_trials_running", "gauge", "Trials that run.", running);
  add("winnow_reports", "gauge", "Reports in the ledgers of the sweeps that are here.", reports);
  if (options.stats) {
    const HttpStats stats = options.stats();
    add("winnow_http_connections", "gauge", "Open connections.", stats.open);
    add("winnow_http_requests_total", "counter", "Requests whose head was read.", stats.requests);
    add("winnow_http_refused_total", "counter", "Requests that no handler saw.", stats.refused);
    add("winnow_http_faults_total", "counter", "Requests whose handler failed.", stats.faults);
  }
  return text_response(200, "text/plain; version=0.0.4; charset=utf-8", text);
}

}  // namespace

Handlers sweep_handlers(Manager& manager, asio::thread_pool& workers, SweepHandlerOptions options) {
  const auto in_turn = [&workers, turns = std::make_shared<Turns>()](auto change) {
    return on_workers(workers, [turns, change](const Request& request) {
      const std::lock_guard turn(turns->of(request.parameter("id")));
      return change(request);
    });
  };
  const auto told = [&](CommandVerb verb) {
    return in_turn([&manager, verb](const Request& request) { return command(manager, verb, request); });
  };
  return {
      {"listSweeps", on_workers(workers, [&manager](const Request& request) { return list(manager, request); })},
      {"createSweep",
       on_workers(workers, [&manager, options](const Request& request) { return create(manager, options, request); })},
      {"getSweep", on_workers(workers, [&manager](const Request& request) { return get(manager, request); })},
      {"changeSweep", in_turn([&manager](const Request& request) { return change(manager, request); })},
      {"deleteSweep", in_turn([&manager](const Request& request) { return remove(manager, request); })},
      {"pauseSweep", told(CommandVerb::pause)},
      {"resumeSweep", told(CommandVerb::resume)},
      {"stopSweep", told(CommandVerb::stop)},
      {"retrySweep", told(CommandVerb::retry)},
      {"getReadiness", on_workers(workers,
                                  [&manager](const Request&) -> Answer {
                                    const auto causes = manager.ready();
                                    return json_response(
                                        causes.empty() ? 200 : 503,
                                        {{"status", causes.empty() ? "ready" : "not ready"}, {"causes", causes}});
                                  })},
      {"getMetrics", on_workers(workers, [&manager, options](const Request&) { return metrics(manager, options); })},
  };
}

}  // namespace winnow::server
