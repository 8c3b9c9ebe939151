#include <winnow/session/asktell.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <winnow/base/clock.hpp>
#include <winnow/core/highest_step.hpp>
#include <winnow/core/json_line.hpp>
#include <winnow/core/reported.hpp>
#include <winnow/space/dialects/optuna.hpp>
#include <winnow/spec/metrics.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow {
namespace {

constexpr std::int64_t kHighest = 9'000'000'000'000'000'000;

Result<std::int64_t> integer(const Value& request, const char* key, std::int64_t low, std::int64_t high = kHighest) {
  const auto it = request.find(key);
  if (it == request.end()) return fail(errc::invalid_input, fmt::format("\"{}\" is missing", key));
  if (!it->is_number_integer() || it->get<double>() < static_cast<double>(low) ||
      it->get<double>() > static_cast<double>(high)) {
    const std::string range = high == kHighest ? fmt::format(">= {}", low) : fmt::format("from {} to {}", low, high);
    return fail(errc::invalid_input, fmt::format("\"{}\" must be an integer {}, not {}", key, range, shown(*it)));
  }
  return it->get<std::int64_t>();
}

/// `required`: there must be a number.
Result<Reported> metrics_of(const Value& request, const SweepSpec& spec, bool required) {
  Reported reported;
  const auto it = request.find("metrics");
  if (it == request.end() && !required) return reported;
  if (it == request.end() || !it->is_object()) {
    return fail(errc::invalid_input, "\"metrics\" must be an object of names to numbers, e.g. {\"loss\": 0.3}");
  }
  if (auto added = add_metrics(*it, declared_metrics(spec), reported); !added) return fail(added.error());
  if (!reported.metrics.empty() || (!required && it->empty())) return reported;
  std::string what = "\"metrics\" has no number, e.g. {\"loss\": 0.3}";
  for (const auto& [name, value] : reported.left_out) what += fmt::format("; {} is {}", name, value);
  return fail(errc::invalid_input, what);
}

/// Tells the client what of its metrics was no number; there is no log of its trial to say it in.
OrderedJson with_left_out(OrderedJson answer, const Reported& reported) {
  for (const auto& [name, value] : reported.left_out) answer["left_out"].push_back(name);
  return answer;
}

/// 0 where none is named: the current one is meant.
Result<Attempt> attempt_of(const Value& request) {
  if (!request.contains("attempt")) return 0;
  const auto attempt = integer(request, "attempt", 1);
  if (!attempt) return fail(attempt.error());
  return static_cast<Attempt>(std::min<std::int64_t>(*attempt, std::numeric_limits<Attempt>::max()));
}

/// An unknown key is a typo that would silently change what is meant.
Result<void> only(const Value& request, std::initializer_list<std::string_view> keys) {
  for (const auto& [key, value] : request.items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      return fail(errc::invalid_input, fmt::format("unknown key \"{}\"; known: {}", key, fmt::join(keys, ", ")));
    }
  }
  return {};
}

/// The checkpoints are the client's: it has one of each step that it reported.
std::optional<Step> checkpoint_of(const Trial& trial, Step at_most) {
  return std::min(trial.last_step, at_most);
}

OrderedJson error_json(const std::string& message) {
  return OrderedJson{{"error", message}};
}

}  // namespace

OrderedJson AskTell::handle(std::string_view line) {
  constexpr const char* kExample = "; send one object a line, e.g. {\"op\":\"ask\"}";
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return error_json(std::string("an empty line") + kExample);
  const auto request = parse_lenient_json_line(line);
  if (!request && line[first] != '{') return error_json(std::string("not a JSON text") + kExample);
  if (!request) return error_json(request.error().message + kExample);
  auto result = answer(*request);
  return result ? std::move(*result) : error_json(result.error().message);
}

Result<OrderedJson> AskTell::answer(const Value& request) {
  if (!request.is_object()) return fail(errc::invalid_input, "a request is an object, e.g. {\"op\":\"ask\"}");
  const auto op = request.find("op");
  if (op == request.end())
    return fail(errc::invalid_input, "\"op\" is missing; known: ask, suggest, report, tell, best");
  if (*op == "ask") {
    if (auto known = only(request, {"op"}); !known) return fail(known.error());
    return ask();
  }
  if (*op == "report") return report(request);
  if (*op == "suggest") return suggest(request);
  if (*op == "tell") return tell(request);
  if (*op == "best") {
    if (auto known = only(request, {"op"}); !known) return fail(known.error());
    return best();
  }
  return fail(errc::invalid_input, fmt::format("unknown op {}; known: ask, suggest, report, tell, best", shown(*op)));
}

Result<void> AskTell::commit(std::vector<Event> events) {
  if (events.empty()) return {};
  return record(session_, std::move(events));
}

Result<OrderedJson> AskTell::ask() {
  Sweep& sweep = session_.sweep;
  const double now = wall_clock();
  if (const auto expired = sweep.on_clock(steady_clock() - opened_, now)) {
    if (auto done = commit({*expired}); !done) return fail(done.error());
  }
  Move move = next_move(sweep, 0, checkpoint_of, now);
  if (const auto* asked = std::get_if<AskSampler>(&move.what)) {
    auto params = session_.sampler->propose(asked->trial);
    if (params) {
      move = suggested_and_started(sweep, *asked, std::move(*params), now);
    } else {
      move = {{suggested(sweep, *asked, std::nullopt, now)}, AskAgain{}};
    }
  }
  if (auto done = commit(std::move(move.events)); !done) return fail(done.error());
  if (std::holds_alternative<AskAgain>(move.what)) return ask();
  if (const auto* attempt = std::get_if<StartAttemptOf>(&move.what)) return start(*attempt);
  if (const auto* wait = std::get_if<Wait>(&move.what); wait != nullptr && wait->more) {
    return OrderedJson{{"wait", true}};
  }
  return OrderedJson{{"done", true}};  // nothing may start, also not after the reports that are still to come
}

OrderedJson AskTell::start(const StartAttemptOf& attempt) const {
  const Sweep& sweep = session_.sweep;
  const Trial& trial = *sweep.find(attempt.trial);
  OrderedJson answer{{"trial", attempt.trial}, {"params", sweep.spec().space.nest(trial.params)}};
  if (attempt.donor) {
    answer["exploit"] = OrderedJson{{"trial", *attempt.donor}, {"step", *attempt.from_step}};
    answer["resume_from_step"] = *attempt.from_step;
  } else if (attempt.promoted) {
    answer["resume_from_step"] = trial.last_step;
  } else if (attempt.attempt > 1) {
    answer["attempt"] = attempt.attempt;
    answer["last_step"] = trial.last_step;
  }
  return answer;
}

Result<OrderedJson> AskTell::report(const Value& request) {
  if (auto known = only(request, {"op", "trial", "attempt", "step", "metrics"}); !known) return fail(known.error());
  Report report;
  const auto trial = integer(request, "trial", 0);
  if (!trial) return fail(trial.error());
  report.trial = *trial;
  const auto attempt = attempt_of(request);
  if (!attempt) return fail(attempt.error());
  report.attempt = *attempt;
  if (request.contains("step")) {
    const auto step = integer(request, "step", 0, kHighestStep);
    if (!step) return fail(step.error());
    report.step = *step;
  }
  auto reported = metrics_of(request, session_.sweep.spec(), true);
  if (!reported) return fail(reported.error());
  report.metrics = std::move(reported->metrics);
  const double now = wall_clock();
  if (const auto expired = session_.sweep.on_clock(steady_clock() - opened_, now)) {
    if (auto done = commit({*expired}); !done) return fail(done.error());
  }
  auto judgement = session_.sweep.on_report(report, now);
  if (!judgement) return fail(judgement.error());
  if (auto done = commit(std::move(judgement->events)); !done) return fail(done.error());
  const Trial& after = *session_.sweep.find(report.trial);
  if (after.pause_due) {  // the checkpoint is the client's: the pause is carried out by the answer
    if (auto done = commit({session_.sweep.paused(report.trial, after.last_step, now)}); !done) {
      return fail(done.error());
    }
  }
  // The client's checkpoint was recorded: it is to be kept.
  const Verdict told = judgement->verdict == Verdict::exploit ? Verdict::pause : judgement->verdict;
  return with_left_out({{"verdict", to_string(told)}}, *reported);
}

Result<OrderedJson> AskTell::suggest(const Value& request) {
  if (auto known = only(request, {"op", "trial", "attempt", "name", "distribution"}); !known)
    return fail(known.error());
  const auto trial = integer(request, "trial", 0);
  if (!trial) return fail(trial.error());
  const auto attempt = attempt_of(request);
  if (!attempt) return fail(attempt.error());
  const auto name = request.find("name");
  if (name == request.end() || !name->is_string()) return fail(errc::invalid_input, "\"name\" must be a text");
  const auto distribution = request.find("distribution");
  if (distribution == request.end()) return fail(errc::invalid_input, "\"distribution\" is missing");
  const auto domain = optuna::parse_distribution(*distribution);
  if (!domain) return fail(domain.error());
  auto known = session_.sweep.known_draw(*trial, *attempt, *name, *domain);
  if (!known) return fail(known.error());
  if (*known) return OrderedJson{{"value", **known}};
  Value value = session_.sampler->draw(*trial, name->get<std::string>(), *domain);
  if (auto done =
          commit({session_.sweep.drawn(*trial, *name, *domain, value, session_.sweep.last_seq(), wall_clock())});
      !done) {
    return fail(done.error());
  }
  return OrderedJson{{"value", std::move(value)}};
}

Result<OrderedJson> AskTell::tell(const Value& request) {
  if (auto known = only(request, {"op", "trial", "state", "metrics"}); !known) return fail(known.error());
  const auto trial = integer(request, "trial", 0);
  if (!trial) return fail(trial.error());
  const auto state = request.find("state");
  if (state == request.end() || (*state != "complete" && *state != "failed")) {
    return fail(errc::invalid_input, "\"state\" must be \"complete\" or \"failed\"");
  }
  const auto told = metrics_of(request, session_.sweep.spec(), false);
  if (!told) return fail(told.error());
  auto events = session_.sweep.on_tell(*trial, *state == "complete", told->metrics, wall_clock());
  if (!events) return fail(events.error());
  if (auto done = commit(std::move(*events)); !done) return fail(done.error());
  return with_left_out({{"ok", true}}, *told);
}

Result<OrderedJson> AskTell::best() const {
  const Sweep& sweep = session_.sweep;
  if (sweep.objective() == nullptr) return fail(errc::illegal_state, "the sweep names no metric");
  const auto best = best_trial(sweep);
  if (!best) return fail(errc::illegal_state, "no trial has a value yet");
  return OrderedJson{{"trial", best->trial},
                     {"params", sweep.spec().space.nest(sweep.find(best->trial)->params)},
                     {"value", number_to_json(best->value)}};
}

Result<void> AskTell::close() {
  if (session_.sweep.finished()) return {};
  return commit({event_of(event::Interrupted{}, wall_clock())});
}

}  // namespace winnow
