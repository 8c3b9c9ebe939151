// A sweep by hand: parse it, sample a trial, judge its report.
#include <cstdio>
#include <winnow/samplers/registry.hpp>
#include <winnow/sweep/sweep.hpp>

constexpr const char* kSweep = R"(
metric: {name: loss, goal: minimize}
parameters: {rate: {min: 0.0, max: 1.0}}
scheduler: {type: asha, max_t: 9, grace_period: 1, reduction_factor: 3}
)";

int main() {
  const auto parsed = winnow::parse_spec(kSweep, "sweep.yaml");
  if (!parsed) return std::puts(parsed.error().message.c_str()), 1;
  auto sampler = winnow::make_sampler(parsed->spec.method, {.space = parsed->spec.space, .seed = 1});
  auto sweep = winnow::Sweep::make(parsed->spec, 1);
  if (!sampler || !sweep) return 1;

  const auto record = [&](winnow::Event event) {
    event.seq = sweep->last_seq() + 1;
    return sweep->apply(event).has_value();
  };
  const auto params = (*sampler)->propose(0);
  if (!params || !record(winnow::event_of(winnow::event::Opened{}, 0)) ||
      !record(sweep->suggested(0, *params, sweep->last_seq(), 1)) || !record(sweep->started(0, std::nullopt, 2))) {
    return 1;
  }
  const auto judged = sweep->on_report({.trial = 0, .attempt = 1, .step = 1, .metrics = {{"loss", 0.5}}}, 3);
  std::printf("rate = %s\n", params->find("rate")->dump().c_str());
  return judged && judged->verdict == winnow::Verdict::go_on && !judged->events.empty() ? 0 : 1;
}
