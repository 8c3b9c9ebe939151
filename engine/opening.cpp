#include <winnow/engine/opening.hpp>

#include <caf/send.hpp>
#include <utility>

#include <winnow/base/clock.hpp>
#include <winnow/engine/run.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/trainers/make_trainer.hpp>

namespace winnow {
namespace {

namespace fs = std::filesystem;

Result<void> record_command(Session& session, const Command& command) {
  auto events = session.sweep.on_command(command.verb, command.trial, command.why, wall_clock());
  return events ? record(session, std::move(*events)) : fail(events.error());
}

/// Clients have gone on meanwhile; but a sweep that had finished begins anew with the command that has it go on.
bool goes_on(const Sweep& sweep, const Errand& errand) {
  return !sweep.spec().has_trainable() && !(sweep.finished() && errand.command) && errand.settings.empty();
}

}  // namespace

sweep_actor OpenSweep::front() const {
  if (const auto* hosted = std::get_if<HostedSweep>(&sweep)) return hosted->scheduler();
  return desk();
}

desk_actor OpenSweep::desk() const {
  const auto* asked = std::get_if<AskedSweep>(&sweep);
  return asked != nullptr ? asked->desk() : desk_actor();
}

void OpenSweep::ask(AskTellRequests asked) const {
  if (const desk_actor to = desk()) return caf::anon_send(to, std::move(asked));
  refuse(asked, {errc::illegal_state, "the trials of this sweep are trained here: it has none to ask for"});
}

void refuse(const AskTellRequests& asked, const Error& why) {
  asked.answered(std::vector<Result<OrderedJson>>(asked.requests.size(), fail(why)));
}

Result<void> OpenSweep::finish() {
  return std::visit([](auto& one) { return one.finish(); }, sweep);
}

Result<Wants> Opening::wants_of(const SweepSpec& spec, const SweepShare& share) const {
  if (!spec.has_trainable()) return Wants{.up_to = share.slots};
  const auto places = places_of(spec, share.slots, devices_);
  if (!places) return fail(places.error());
  return Wants{.up_to = places->slots,
               .each = {.cpus = spec.cpus.value_or(1) * spec.trainer.ranks, .gpus = spec.gpus.value_or(0)},
               .weight = share.weight,
               .priority = share.priority};
}

Result<Opening::Needed> Opening::needed(const SweepSpec& spec, const fs::path& base, const SweepShare& share,
                                        const fs::path& started_from) const {
  auto wants = wants_of(spec, share);
  if (!wants) return fail(wants.error());
  if (!spec.has_trainable()) return Needed{*wants};
  auto trainer = make_trainer(spec, base, spawner_, {started_from, threads_of(spec, slots_), slots_});
  if (!trainer) return fail(trainer.error());
  return Needed{*wants, std::move(trainer->factory)};
}

Result<OpenSweep> Opening::begin(Session session, Needed needed, Listeners listeners) const {
  SweepSpec spec = session.sweep.spec();
  const RunDir dir = session.dir;
  GuestOptions guest{needed.wants, std::move(listeners.ended), std::move(listeners.on_event)};
  if (!needed.factory) {
    auto asked = AskedSweep::start(*house_, std::move(session), std::move(guest));
    if (!asked) return fail(asked.error());
    return OpenSweep{std::move(*asked), LedgerWatch(dir), std::move(spec)};
  }
  auto hosted = HostedSweep::start(*house_, std::move(session), std::move(needed.factory), std::move(guest));
  if (!hosted) return fail(hosted.error());
  return OpenSweep{std::move(*hosted), LedgerWatch(dir), std::move(spec)};
}

Result<void> Opening::check_edits(const Recovered& run, const fs::path& root, const Edits& edits,
                                  const SweepShare& share) const {
  if (edits.set.empty()) return {};
  if (!run.sweep.spec().has_trainable() && run.sweep.counts().running > 0) {
    return fail(errc::illegal_state, "its clients train trials of it: settings change when they have told their ends");
  }
  const auto edited = edit(run, RunDir{root}, edits, wall_clock());
  if (!edited) return fail(edited.error());
  const auto possible = needed(edited->spec, run.base, share, run.started_from);
  return possible ? Result<void>() : fail(possible.error());
}

Result<Opened> Opening::open(const fs::path& root, SweepInfo info, const Errand& errand,
                             const std::function<Listeners(const SweepInfo&)>& listeners) const {
  if (auto current = bring_up_to_date(root); !current) return fail(current.error());
  if (info.created == 0) info.created = begun_at(root);  // it was made by `winnow run`
  auto before = recover(root);
  if (!before) return fail(before.error());
  const Edits edits{.set = errand.settings};
  if (auto possible = check_edits(*before, root, edits, info.share); !possible) return fail(possible.error());
  const bool finished = before->sweep.finished();
  if (finished && !errand.command && !errand.to_be_asked && edits.set.empty()) {  // it is left as it is
    describe(before->sweep, info);
    if (auto kept = write_summary(root, info); !kept) return fail(kept.error());
    return Opened{std::move(info)};
  }
  // One that was stopped before it was done goes on when it is taken up again.
  const auto& asked = errand.command;
  const bool anew = finished && asked && asked->verb == CommandVerb::resume && !asked->trial;
  if (anew && !before->sweep.stopping()) {
    describe(before->sweep, info);
    return fail(errc::illegal_state, "the sweep has finished, and nothing is left to do: " + info.why);
  }
  if (const auto& command = errand.command; command && !anew) {
    auto possible = before->sweep.on_command(command->verb, command->trial, command->why, wall_clock());
    if (!possible) return fail(possible.error());
  }
  auto session = goes_on(before->sweep, errand) ? rejoin_session(root) : open_session(root, edits);
  if (!session) return fail(session.error());
  // A session that is opened goes on; this one is opened for a command.
  if (before->sweep.on_hold() && !session->sweep.on_hold()) {
    const Command held{CommandVerb::pause, std::nullopt, before->sweep.hold_reason()};
    if (auto kept = record_command(*session, held); !kept) return fail(kept.error());
  }
  if (errand.command && !anew) {
    if (auto done = record_command(*session, *errand.command); !done) return fail(done.error());
  }
  describe(session->sweep, info);
  const bool rests = info.state != SweepState::running && !errand.to_be_asked;
  if (rests) const Session closed = std::move(*session);  // before the summary, which says how its ledger is
  if (auto kept = write_summary(root, info); !kept) return fail(kept.error());
  if (rests) return Opened{std::move(info)};
  auto what = needed(session->sweep.spec(), session->base, info.share, before->started_from);
  if (!what) return fail(what.error());
  auto begun = begin(std::move(*session), std::move(*what), listeners(info));
  if (!begun) return fail(begun.error());
  return Opened{std::move(info), std::move(*begun)};
}

}  // namespace winnow
