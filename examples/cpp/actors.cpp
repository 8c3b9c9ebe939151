// A sweep inside a program that has a CAF actor system of its own. It spawns the sweep, hears of its events, adds a
// trainer actor of its own type beside Winnow's, pauses the sweep, resumes it, and stops it. docs/actors.md explains
// the messages.
//
//     actors DIR
#include <cmath>
#include <cstdio>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <winnow/engine/hosted.hpp>
#include <winnow/spec/sweep_file.hpp>
#include <winnow/trainers/function.hpp>

namespace {

using namespace winnow;

constexpr Step kSteps = 9;

double loss(const Assignment& params, Step step) {
  return std::abs(params.find("x")->get<double>() - 0.3) + 1.0 / static_cast<double>(step);
}

// What Winnow's own trainers run: one step a slice.
std::shared_ptr<TrainableFactory> slices() {
  return slice_trainer({.advance = [](SliceState& state) -> Result<Progress> {
                          if (state.slice == kSteps) return Progress(Finished{});
                          return Progress(StepReport{{}, {{"loss", loss(state.trial.params, state.slice + 1)}}});
                        },
                        .save = {},
                        .restore = {}});
}

// A trainer of our own type: it talks to the scheduler of its attempt, and tells the fleet when it is free again.
struct own_trainer_state {
  static inline const char* name = "example.trainer";
  explicit own_trainer_state(trainer_actor::pointer) {}  // CAF builds it with the actor
  fleet_actor fleet;
  StartAttempt attempt{.trial = -1};
  Step step = 0;
  bool reported = false;  // else the question was an end or a pause
  bool leaving = false;   // after the running step
};
using own_trainer = trainer_actor::stateful_pointer<own_trainer_state>;

void next_step(own_trainer self) {
  own_trainer_state& my = self->state;
  my.reported = my.step < kSteps;
  if (my.reported) {
    ++my.step;
    self->send(
        my.attempt.answer_to,
        Report{
            my.attempt.trial, my.attempt.attempt, my.step, {{"loss", loss(my.attempt.params, my.step)}, {"own", 1}}});
  } else {
    self->send(my.attempt.answer_to, AttemptEnded{my.attempt.trial, my.attempt.attempt, Ending::completed, "", 0});
  }
}

void on_answer(own_trainer self, const Answer& answer) {
  own_trainer_state& my = self->state;
  if (my.reported && answer.error && answer.error->code != errc::stale_attempt) {  // nobody else would end the attempt
    my.reported = false;
    self->send(my.attempt.answer_to,
               AttemptEnded{my.attempt.trial, my.attempt.attempt, Ending::error, answer.error->message, 0});
    return;
  }
  if (my.reported && answer.verdict == Verdict::go_on && !my.leaving) return next_step(self);
  const bool pauses = answer.verdict == Verdict::pause || answer.verdict == Verdict::exploit;
  if (my.reported && pauses) {  // it has no checkpoint: the trial would start over
    my.reported = false;
    self->send(my.attempt.answer_to, AttemptPaused{my.attempt.trial, my.attempt.attempt, std::nullopt, 0});
    return;
  }
  my.leaving = false;
  my.attempt = {.trial = -1};
  self->send(my.fleet, SlotFree{trainer_actor(self)});
}

trainer_actor::behavior_type make_own_trainer(own_trainer self, fleet_actor fleet) {
  self->state.fleet = std::move(fleet);
  return {
      [self](const StartAttempt& order) {
        self->state.attempt = order;
        self->state.step = order.from_step.value_or(0);
        next_step(self);
      },
      [self](const Answer& answer) { on_answer(self, answer); },
      [self](const Drain&) { self->state.leaving = self->state.attempt.trial >= 0; },
  };
}

SweepSpec sweep() {
  SweepSpec spec;
  spec.name = "hosted";
  spec.metrics = {{.name = "loss", .goal = Goal::minimize, .target = std::nullopt}};
  spec.space = *Space::make({{.path = {"x"}, .domain = Float{.law = Law::uniform, .a = 0, .b = 1}}});
  spec.scheduler.type = "asha";
  spec.scheduler.options = {{"max_t", kSteps}, {"reduction_factor", 3}};
  return spec;  // no run_cap: it goes on until it is stopped
}

struct Config : caf::actor_system_config {
  Config() { add_message_types<caf::id_block::winnow>(); }
};

int fail_with(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: actors DIR\n"), 2;
  const auto file = sweep_file_of(sweep());
  if (!file) return fail_with(file.error());
  auto session = create_session(*file, argv[1], 7);
  if (!session) return fail_with(session.error());

  Config config;
  caf::actor_system system(config);
  caf::scoped_actor self(system);
  const auto me = caf::actor_cast<caf::actor>(self);
  auto hosted = HostedSweep::start(system, std::move(*session), slices(), {.slots = 2, .listener = me, .on_event = {}});
  if (!hosted) return fail_with(hosted.error());
  self->send(hosted->scheduler(), Subscribe{me});
  self->send(hosted->fleet(), AdoptTrainer{system.spawn(make_own_trainer, hosted->fleet())});

  const auto say = [&](CommandVerb verb) {
    self->request(hosted->scheduler(), std::chrono::seconds(10), Command{verb, std::nullopt, "the example says so"})
        .receive([&](const Answer&) { std::printf("told it to %s\n", std::string(to_string(verb)).c_str()); },
                 [](const caf::error& error) { std::printf("no answer: %s\n", to_string(error).c_str()); });
  };
  int reports = 0, own = 0;
  bool paused = false, stopped = false;
  for (bool running = true; running;) {
    self->receive(
        [&](const SweepNews& news) {
          for (const Event& event : news.events) {
            const auto* reported = event.as<event::Reported>();
            if (reported == nullptr) continue;
            ++reports;
            own += find_metric(reported->metrics, "own") != nullptr ? 1 : 0;
          }
        },
        [&](const SweepEnded& ended) {
          std::printf("ended: %s\n", ended.why.c_str());
          running = false;
        });
    if (reports > 200 && !paused) {
      paused = true;
      say(CommandVerb::pause);
      say(CommandVerb::resume);
    }
    if (reports > 600 && own > 0 && !stopped) {
      stopped = true;
      say(CommandVerb::stop);
    }
  }
  if (auto finished = hosted->finish(); !finished) return fail_with(finished.error());
  std::printf("heard of %d reports, %d of them from the trainer of our own\n", reports, own);
  return reports > 600 && own > 0 ? 0 : 1;
}
