#include <winnow/schedulers/combined.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <winnow/core/options.hpp>

namespace winnow {
namespace {

int strength(Verdict verdict) {
  switch (verdict) {
    case Verdict::go_on: return 0;
    case Verdict::pause:
    case Verdict::exploit: return 1;
    case Verdict::stop: return 2;
  }
  return 0;
}

std::string_view name_of(Combined::Mode mode) {
  return mode == Combined::Mode::any_of ? "any_of" : "all_of";
}

constexpr const char* kOfNeeds = "a list of schedulers, each with its type: [{type: median_stopping}, …]";

/// The type of an entry of `of`, and its options without that.
std::optional<std::pair<std::string, Value>> typed(const Value& entry) {
  const bool named = entry.is_object() && entry.contains("type") && entry["type"].is_string();
  if (!named) return std::nullopt;
  std::pair<std::string, Value> parts(entry["type"].get<std::string>(), entry);
  parts.second.erase("type");
  return parts;
}

Result<Combined::Member> make_member(std::size_t index, const Value& entry, const SchedulerContext& context,
                                     MakeScheduler make) {
  const auto parts = typed(entry);
  if (!parts) return invalid_option("of", fmt::format("entry {} has no type; must be {}", index, kOfNeeds));
  const auto& [type, options] = *parts;
  for (const char* shared : {"resource", "metric"}) {
    if (!options.contains(shared)) continue;
    return invalid_option("of", fmt::format("entry {} ({}) has a {}; it is the same for all, and stands beside `of`",
                                            index, type, shared));
  }
  auto made = make(type, options, context);
  if (!made) return invalid_option("of", fmt::format("entry {}: {}", index, made.error().message));
  return Combined::Member{type, std::move(*made)};
}

Result<void> check_resources(const Value& of, OwnResource own_resource) {
  std::string first_type;
  std::string_view first;
  for (const Value& entry : of) {
    const auto parts = typed(entry);
    const std::string_view own = own_resource(parts->first, parts->second);
    if (own.empty() || own == first) continue;
    if (!first.empty()) {
      return invalid_option(
          "of", fmt::format("{} takes the resource {} only, {} only {}: they can't stand side by side", first_type,
                            first, parts->first, own));
    }
    first_type = parts->first;
    first = own;
  }
  return {};
}

}  // namespace

std::string_view resource_of_any(const Value& options, OwnResource own_resource) {
  if (!options.is_object() || !options.contains("of") || !options["of"].is_array()) return {};
  for (const Value& entry : options["of"]) {
    const auto parts = typed(entry);
    if (!parts) continue;
    if (const auto own = own_resource(parts->first, parts->second); !own.empty()) return own;
  }
  return {};
}

Result<std::unique_ptr<Scheduler>> Combined::make(Mode mode, std::vector<Member> members) {
  if (members.empty()) return invalid_option("of", fmt::format("must be {}; it is empty", kOfNeeds));
  const Member* pausing = nullptr;
  for (const Member& member : members) {
    if (!member.scheduler->promotes()) continue;
    if (pausing != nullptr) {
      return invalid_option("of", fmt::format("{} and {} both pause trials; at most one may, because a paused trial "
                                              "waits for the one that paused it",
                                              pausing->type, member.type));
    }
    pausing = &member;
  }
  return std::unique_ptr<Scheduler>(new Combined(mode, std::move(members)));
}

Combined::Combined(Mode mode, std::vector<Member> members) : mode_(mode), members_(std::move(members)) {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (members_[i].scheduler->promotes()) pausing_ = i;
    const auto max_t = members_[i].scheduler->max_t();
    if (!max_t) continue;
    max_t_ =
        mode_ == Mode::any_of ? std::min(max_t_.value_or(*max_t), *max_t) : std::max(max_t_.value_or(*max_t), *max_t);
  }
}

std::size_t Combined::with_rungs(TrialId trial) const {
  if (pausing_ && !members_[*pausing_].scheduler->rungs_of(trial).empty()) return *pausing_;
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [trial](const Member& member) { return !member.scheduler->rungs_of(trial).empty(); });
  return static_cast<std::size_t>(found - members_.begin());
}

Decision Combined::judge(const Judged& report) const {
  std::vector<Decision> each;
  for (const Member& member : members_) each.push_back(member.scheduler->judge(report));
  const auto milder = [](const Decision& a, const Decision& b) { return strength(a.verdict) < strength(b.verdict); };
  const auto decisive = mode_ == Mode::any_of ? std::max_element(each.begin(), each.end(), milder)
                                              : std::min_element(each.begin(), each.end(), milder);
  Decision decision;
  const std::size_t rungs = with_rungs(report.trial);
  decision.completed = max_t_ && report.resource >= *max_t_;
  decision.verdict = decision.completed ? Verdict::stop : decisive->verdict;
  if (!decision.completed) decision.why = why(each, decision.verdict);
  // Nobody stops it for being weak: who says so says that it has nothing left to do.
  decision.completed = decision.completed || (decision.verdict == Verdict::stop &&
                                              std::all_of(each.begin(), each.end(), [](const Decision& one) {
                                                return one.verdict != Verdict::stop || one.completed;
                                              }));
  const bool overruled =
      rungs == pausing_ && decision.verdict == Verdict::go_on && each[rungs].verdict != Verdict::go_on;
  if (rungs < each.size() && !overruled) decision.rung = each[rungs].rung;
  return decision;
}

std::string Combined::why(const std::vector<Decision>& each, Verdict verdict) const {
  std::string text;
  if (verdict == Verdict::go_on) return text;
  for (std::size_t i = 0; i < each.size(); ++i) {
    if (mode_ == Mode::any_of && each[i].verdict != verdict) continue;
    if (!text.empty()) text += "; ";
    text += members_[i].type;
    if (!each[i].why.empty()) text += ": " + each[i].why;
  }
  return text;
}

void Combined::record(const Judged& report, const Decision& decision) {
  const std::size_t rungs = with_rungs(report.trial);
  for (std::size_t i = 0; i < members_.size(); ++i) {
    Decision own = members_[i].scheduler->judge(report);
    if (i == pausing_) {
      own.verdict = decision.verdict;
      own.completed = decision.completed;
    }
    if (i == rungs) own.rung = decision.rung;
    members_[i].scheduler->record(report, own);
  }
}

void Combined::created(TrialId trial, const Assignment& params) {
  for (const Member& member : members_) member.scheduler->created(trial, params);
}

void Combined::ended(TrialId trial, TrialState state) {
  for (const Member& member : members_) member.scheduler->ended(trial, state);
}

void Combined::set_promotable(TrialId trial, bool promotable) {
  if (pausing_) members_[*pausing_].scheduler->set_promotable(trial, promotable);
}

Wish Combined::wish(const Room& room) const {
  return pausing_ ? members_[*pausing_].scheduler->wish(room) : Wish(Create{});
}

void Combined::record_promotion(TrialId trial) {
  if (pausing_) members_[*pausing_].scheduler->record_promotion(trial);
}

void Combined::record_exploit(TrialId trial, TrialId donor, Step step, const Assignment& params) {
  if (pausing_) members_[*pausing_].scheduler->record_exploit(trial, donor, step, params);
}

std::optional<Step> Combined::lends(TrialId trial) const {
  return pausing_ ? members_[*pausing_].scheduler->lends(trial) : std::nullopt;
}

std::vector<double> Combined::rungs_of(TrialId trial) const {
  const std::size_t rungs = with_rungs(trial);
  return rungs < members_.size() ? members_[rungs].scheduler->rungs_of(trial) : std::vector<double>();
}

Value Combined::options() const {
  Value of = Value::array();
  for (const Member& member : members_) {
    of.push_back(member.scheduler->options());
    of.back()["type"] = member.type;
  }
  return {{"of", std::move(of)}};
}

std::vector<std::string> Combined::describe() const {
  const bool any = mode_ == Mode::any_of;
  std::vector<std::string> lines = {any ? "a trial stops when any of these would stop it"
                                        : "a trial stops when all of these would stop it"};
  if (pausing_) {
    lines.push_back(fmt::format("it pauses when {} would pause it, and {} of the others would stop it",
                                members_[*pausing_].type, any ? "none" : "each"));
  }
  for (const Member& member : members_) {
    std::string indent = member.type + ": ";
    for (const std::string& line : member.scheduler->describe()) {
      lines.push_back(indent + line);
      indent = "  ";
    }
  }
  if (max_t_) lines.push_back("in all, a trial is complete at " + format_double(*max_t_));
  return lines;
}

Result<std::unique_ptr<Scheduler>> make_combined(Combined::Mode mode, const Value& options,
                                                 const SchedulerContext& context, MakeScheduler make,
                                                 OwnResource own_resource) {
  OptionReader reader(name_of(mode), options);
  const Value* of = reader.value("of");
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (of == nullptr || !of->is_array()) return invalid_option("of", fmt::format("must be {}", kOfNeeds));
  std::vector<Combined::Member> members;
  for (const Value& entry : *of) {
    auto member = make_member(members.size() + 1, entry, context, make);
    if (!member) return fail(std::move(member.error()));
    members.push_back(std::move(*member));
  }
  if (auto alike = check_resources(*of, own_resource); !alike) return fail(std::move(alike.error()));
  return Combined::make(mode, std::move(members));
}

}  // namespace winnow
