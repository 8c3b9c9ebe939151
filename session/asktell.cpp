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
  const auto number = whole_number(*it);
  if (!number || *number < low || *number > high) {
    const std::string range = high == kHighest ? fmt::format(">= {}", low) : fmt::format("from {} to {}", low, high);
    return fail(errc::invalid_input, fmt::format("\"{}\" must be an integer {}, not {}", key, range, shown(*it)));
  }
  return *number;
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

/// Which attempt of which trial a request is about.
struct About {
  TrialId trial = 0;
  Attempt attempt = 0;
};

Result<About> about(const Value& request) {
  const auto trial = integer(request, "trial", 0);
  if (!trial) return fail(trial.error());
  const auto attempt = attempt_of(request);
  if (!attempt) return fail(attempt.error());
  return About{*trial, *attempt};
}

/// The client's own; empty: there is none.
Result<std::string> key_of(const Value& request) {
  constexpr std::size_t kLongest = 255;
  const auto key = request.find("key");
  if (key == request.end()) return std::string();
  const bool right = key->is_string() && !key->get_ref<const std::string&>().empty() &&
                     key->get_ref<const std::string&>().size() <= kLongest;
  if (!right) return fail(errc::invalid_input, "\"key\" must be a text of 1 to 255 bytes");
  return key->get<std::string>();
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

AskTell::AskTell(Session session) : session_(std::move(session)), before_(session_.sweep.wall_of_session()) {}

Result<AskTell> AskTell::of_many(Session session) {
  AskTell desk(std::move(session));
  desk.together_ = true;
  const Sweep& sweep = desk.session_.sweep;
  if (sweep.counts().running == 0) return desk;
  std::map<TrialId, bool> promoted;
  const auto remember = [&](const Event& event) {
    if (event.kind() == EventKind::promoted) promoted[event.trial] = true;
    const auto* started = event.as<event::Started>();
    if (started == nullptr) return;
    StartAttemptOf attempt{event.trial, event.attempt, started->from_step, std::nullopt};
    attempt.promoted = std::exchange(promoted[event.trial], false);
    const Trial& trial = *sweep.find(event.trial);
    if (trial.state != TrialState::running || trial.attempt != event.attempt) return;
    if (trial.inherits) attempt.donor = trial.inherited.back().donor;
    desk.hand_out(attempt, event.text);
  };
  if (auto read = desk.session_.ledger.read(0, remember); !read) return fail(read.error());
  return desk;
}

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
  constexpr const char* kKnown = "ask, suggest, report, heartbeat, tell, best";
  if (!request.is_object()) return fail(errc::invalid_input, "a request is an object, e.g. {\"op\":\"ask\"}");
  const auto op = request.find("op");
  if (op == request.end()) return fail(errc::invalid_input, fmt::format("\"op\" is missing; known: {}", kKnown));
  if (*op == "ask") return ask(request);
  if (*op == "report") return report(request);
  if (*op == "suggest") return suggest(request);
  if (*op == "heartbeat") return heartbeat(request);
  if (*op == "tell") return tell(request);
  if (*op == "best") {
    if (auto known = only(request, {"op"}); !known) return fail(known.error());
    return best();
  }
  return fail(errc::invalid_input, fmt::format("unknown op {}; known: {}", shown(*op), kKnown));
}

Result<void> AskTell::commit(std::vector<Event> events) {
  if (events.empty()) return {};
  if (!together_) return record(session_, std::move(events));
  const auto keep = [](std::span<Event>) { return Result<void>(); };  // in `save`
  return session_.sweep.commit(events, keep, [&](Event& event) {
    observe(*session_.sampler, session_.sweep, event);
    unsaved_.push_back(std::move(event));
  });
}

Result<void> AskTell::commit_decided(Result<std::vector<Event>> events) {
  return events ? commit(std::move(*events)) : fail(events.error());
}

Result<void> AskTell::save() {
  if (unsaved_.empty()) return {};
  const auto seq = session_.ledger.append(unsaved_);
  unsaved_.clear();
  return seq ? Result<void>() : fail(seq.error());
}

Result<void> AskTell::command(CommandVerb verb, std::optional<TrialId> trial, const std::string& why) {
  return commit_decided(session_.sweep.on_command(verb, trial, why, now_()));
}

Result<void> AskTell::tick() {
  if (auto done = look_at_clock(now_()); !done) return done;
  return lose_silent();
}

Result<void> AskTell::look_at_clock(double now) {
  const auto expired = session_.sweep.on_clock(running(), now);
  return expired ? commit(std::vector<Event>{*expired}) : Result<void>();
}

Result<void> AskTell::lose_silent() {
  const Sweep& sweep = session_.sweep;
  const TrialSpec& rules = sweep.spec().trial;
  const auto limit = sweep.stopping_now() ? std::optional(rules.grace) : rules.report_timeout;
  if (!limit) return {};
  const double now = steady_clock();
  std::vector<TrialId> silent;
  for (const auto& [trial, heard] : heard_) {
    if (now - heard >= *limit) silent.push_back(trial);
  }
  for (const TrialId trial : silent) {
    heard_.erase(trial);
    const std::string why = fmt::format("nothing was heard of it for {:.6g} s", *limit);
    if (auto done = commit_decided(sweep.on_lost(trial, 0, why, now_())); !done) return done;
  }
  return {};
}

Result<void> AskTell::finish_if_done() {
  const Sweep& sweep = session_.sweep;
  while (sweep.counts().running == 0 && !sweep.finished()) {
    Move move = next_move(sweep, 0, checkpoint_of, now_());
    if (!std::holds_alternative<Done>(move.what) && !std::holds_alternative<AskAgain>(move.what)) return {};
    if (auto done = commit(std::move(move.events)); !done) return done;
  }
  return {};
}

const StartAttemptOf* AskTell::handed_out(const std::string& key) const {
  const auto it = key.empty() ? handed_.end() : handed_.find(key);
  if (it == handed_.end()) return nullptr;
  const Trial& trial = *session_.sweep.find(it->second.trial);
  return trial.state == TrialState::running && trial.attempt == it->second.attempt ? &it->second : nullptr;
}

void AskTell::hand_out(const StartAttemptOf& attempt, const std::string& key) {
  constexpr std::size_t kSpare = 1024;
  hear(attempt.trial);
  if (key.empty()) return;
  handed_.insert_or_assign(key, attempt);
  const auto running = static_cast<std::size_t>(session_.sweep.counts().running);
  if (handed_.size() <= 2 * running + kSpare) return;
  std::erase_if(handed_, [&](const auto& entry) { return handed_out(entry.first) == nullptr; });
}

/// Who runs no more isn't waited for.
void AskTell::hear(TrialId number) {
  const Trial* trial = session_.sweep.find(number);
  if (trial != nullptr && trial->state == TrialState::running) {
    heard_[number] = steady_clock();
  } else {
    heard_.erase(number);
  }
}

Result<OrderedJson> AskTell::ask(const Value& request) {
  if (auto known = only(request, {"op", "key"}); !known) return fail(known.error());
  const auto key = key_of(request);
  if (!key) return fail(key.error());
  if (const auto* again = handed_out(*key)) {
    auto answer = start(*again);
    const Trial& trial = *session_.sweep.find(again->trial);
    if (trial.course.has_reported()) answer["last_step"] = trial.last_step;  // its worker may have been begun anew
    return answer;
  }
  Sweep& sweep = session_.sweep;
  const double now = now_();
  if (auto looked = look_at_clock(now); !looked) return fail(looked.error());
  for (;;) {
    if (!may_start_ || (allowed_ > 0 && sweep.counts().running >= allowed_)) return OrderedJson{{"wait", true}};
    Move move = next_move(sweep, 0, checkpoint_of, now);
    if (const auto* asked = std::get_if<AskSampler>(&move.what)) {
      auto params = session_.sampler->propose(asked->trial);
      if (params) {
        move = suggested_and_started(sweep, *asked, std::move(*params), now);
      } else {
        move = {{suggested(sweep, *asked, std::nullopt, now)}, AskAgain{}};
      }
    }
    const auto* attempt = std::get_if<StartAttemptOf>(&move.what);
    if (attempt != nullptr) move.events.back().text = *key;  // the start; what the client is known by after a crash
    if (auto done = commit(std::move(move.events)); !done) return fail(done.error());
    if (std::holds_alternative<AskAgain>(move.what)) continue;
    if (attempt != nullptr) {
      hand_out(*attempt, *key);
      return start(*attempt);
    }
    if (const auto* wait = std::get_if<Wait>(&move.what); wait != nullptr && wait->more) {
      return OrderedJson{{"wait", true}};
    }
    return OrderedJson{{"done", true}};  // nothing may start, also not after the reports that are still to come
  }
}

OrderedJson AskTell::start(const StartAttemptOf& attempt) const {
  const Sweep& sweep = session_.sweep;
  const Trial& trial = *sweep.find(attempt.trial);
  OrderedJson answer{{"trial", attempt.trial}, {"params", sweep.spec().space.nest(trial.params)}};
  if (attempt.donor) {
    answer["exploit"] = OrderedJson{{"trial", *attempt.donor}, {"step", *attempt.from_step}};
    answer["resume_from_step"] = *attempt.from_step;
  } else if (attempt.promoted) {
    answer["resume_from_step"] = attempt.from_step.value_or(0);
  } else if (attempt.attempt > 1) {
    answer["attempt"] = attempt.attempt;
    answer["last_step"] = attempt.from_step.value_or(0);
  }
  if (together_) answer["attempt"] = attempt.attempt;  // one of several clients says whose it speaks for
  return answer;
}

Result<OrderedJson> AskTell::report(const Value& request) {
  if (auto known = only(request, {"op", "trial", "attempt", "step", "metrics"}); !known) return fail(known.error());
  const auto whose = about(request);
  if (!whose) return fail(whose.error());
  Report report{whose->trial, whose->attempt, std::nullopt, {}};
  if (request.contains("step")) {
    const auto step = integer(request, "step", 0, kHighestStep);
    if (!step) return fail(step.error());
    report.step = *step;
  }
  auto reported = metrics_of(request, session_.sweep.spec(), true);
  if (!reported) return fail(reported.error());
  report.metrics = std::move(reported->metrics);
  const double now = now_();
  if (auto looked = look_at_clock(now); !looked) return fail(looked.error());
  if (session_.sweep.was_said(report)) report.metrics.clear();  // sent again, it adds nothing
  auto judgement = session_.sweep.on_report(report, now);
  if (!judgement) return fail(judgement.error());
  if (auto done = commit(std::move(judgement->events)); !done) return fail(done.error());
  const Trial& after = *session_.sweep.find(report.trial);
  if (after.pause_due) {  // the checkpoint is the client's: the pause is carried out by the answer
    if (auto done = commit({session_.sweep.paused(report.trial, after.last_step, now)}); !done) {
      return fail(done.error());
    }
  }
  hear(report.trial);
  // The client's checkpoint was recorded: it is to be kept.
  const Verdict told = judgement->verdict == Verdict::exploit ? Verdict::pause : judgement->verdict;
  return with_left_out({{"verdict", to_string(told)}}, *reported);
}

Result<OrderedJson> AskTell::heartbeat(const Value& request) {
  if (auto known = only(request, {"op", "trial", "attempt"}); !known) return fail(known.error());
  const auto whose = about(request);
  if (!whose) return fail(whose.error());
  // As of a report that adds nothing.
  auto judgement = session_.sweep.on_report({whose->trial, whose->attempt, std::nullopt, {}}, now_());
  if (!judgement) return fail(judgement.error());
  hear(whose->trial);
  const Trial& trial = *session_.sweep.find(whose->trial);
  const bool stop = trial.stop_due || session_.sweep.stopping_now() || judgement->verdict == Verdict::stop;
  if (stop && trial.state == TrialState::running) {  // who hears that trains no further, and may say nothing more
    if (auto done = commit_decided(session_.sweep.on_lost(whose->trial, whose->attempt, "", now_())); !done) {
      return fail(done.error());
    }
    hear(whose->trial);
  }
  return OrderedJson{{"verdict", to_string(stop ? Verdict::stop : Verdict::go_on)}};
}

Result<OrderedJson> AskTell::suggest(const Value& request) {
  if (auto known = only(request, {"op", "trial", "attempt", "name", "distribution"}); !known)
    return fail(known.error());
  const auto whose = about(request);
  if (!whose) return fail(whose.error());
  const auto name = request.find("name");
  if (name == request.end() || !name->is_string()) return fail(errc::invalid_input, "\"name\" must be a text");
  const auto distribution = request.find("distribution");
  if (distribution == request.end()) return fail(errc::invalid_input, "\"distribution\" is missing");
  const auto domain = optuna::parse_distribution(*distribution);
  if (!domain) return fail(domain.error());
  Sweep& sweep = session_.sweep;
  auto known = sweep.known_draw(whose->trial, whose->attempt, *name, *domain);
  if (!known) return fail(known.error());
  hear(whose->trial);
  if (*known) return OrderedJson{{"value", **known}};
  Value value = session_.sampler->draw(whose->trial, name->get<std::string>(), *domain);
  Event drawn = sweep.drawn(whose->trial, *name, *domain, value, sweep.last_seq(), now_());
  if (auto done = commit({std::move(drawn)}); !done) return fail(done.error());
  return OrderedJson{{"value", std::move(value)}};
}

Result<OrderedJson> AskTell::tell(const Value& request) {
  if (auto known = only(request, {"op", "trial", "attempt", "state", "metrics"}); !known) return fail(known.error());
  const auto whose = about(request);
  if (!whose) return fail(whose.error());
  const auto state = request.find("state");
  if (state == request.end() || (*state != "complete" && *state != "failed")) {
    return fail(errc::invalid_input, "\"state\" must be \"complete\" or \"failed\"");
  }
  const auto told = metrics_of(request, session_.sweep.spec(), false);
  if (!told) return fail(told.error());
  const bool complete = *state == "complete";
  auto events = session_.sweep.on_tell(whose->trial, whose->attempt, complete, told->metrics, now_());
  if (auto done = commit_decided(std::move(events)); !done) return fail(done.error());
  hear(whose->trial);
  OrderedJson answer{{"ok", true}};
  const MetricSpec* judged = session_.sweep.objective();
  const Trial& trial = *session_.sweep.find(whose->trial);
  if (complete && judged != nullptr && !trial.told && trial.objective.count() == 0) answer["absent"] = {judged->name};
  return with_left_out(std::move(answer), *told);
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
  return commit({event_of(event::Interrupted{}, now_())});
}

}  // namespace winnow
