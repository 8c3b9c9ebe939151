/// Parts of the system by themselves: recovery, the verdict, an ask.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include <winnow/base/clock.hpp>
#include <winnow/core/random.hpp>
#include <winnow/schedulers/asha.hpp>
#include <winnow/session/asktell.hpp>

#include "figures.hpp"

namespace winnow::bench {
namespace {

/// Events gathered into transactions of some thousands.
class Writer {
public:
  explicit Writer(Session& session) : session_(session) {}

  void add(Event event) {
    event.seq = session_.sweep.last_seq() + 1;
    must(session_.sweep.apply(event));
    events_.push_back(std::move(event));
    if (events_.size() >= 10'000) flush();
  }
  void flush() {
    must(session_.ledger.append(events_));
    events_.clear();
  }

private:
  Session& session_;
  std::vector<Event> events_;
};

/// A ledger as a run leaves it that was killed: `reports` reports, the last trial running. Returns its next report.
Report write_ledger(const std::filesystem::path& root, std::int64_t reports) {
  Session session = make_session(root, "scheduler: {type: asha, max_t: 729, grace_period: 27, reduction_factor: 3}\n");
  Writer writer(session);
  Sweep& sweep = session.sweep;
  Report report;
  report.trial = -1;
  while (sweep.counts().reports < reports) {
    if (sweep.counts().running == 0) {
      report = {report.trial + 1, 1, 0, {}};
      writer.add(sweep.suggested(report.trial, *session.sampler->propose(report.trial), 0, wall_clock()));
      writer.add(sweep.started(report.trial, std::nullopt, wall_clock()));
    }
    const double x = sweep.find(report.trial)->params.find("x")->get<double>();
    report.step = *report.step + 1;
    report.metrics = {{"loss", x + 1 / static_cast<double>(*report.step)}};
    for (Event& event : must(sweep.on_report(report, wall_clock())).events) writer.add(std::move(event));
  }
  writer.flush();
  report.step = *report.step + 1;
  return report;
}

}  // namespace

void measure_recovery(const Settings& settings, Figures& figures) {
  const auto root = settings.directory / "recovery";
  Report report = write_ledger(root, static_cast<std::int64_t>(1'000'000 * settings.scale));
  std::vector<double> times;
  for (int i = 0; i < 3; ++i) {
    const double start = seconds_now();
    Session session = must(open_session(root));
    std::vector<Event> events{session.sweep.started(report.trial, *report.step - 1, wall_clock())};
    must(session.sweep.apply(events.back()));
    report.attempt = session.sweep.find(report.trial)->attempt;
    events.push_back(must(session.sweep.on_report(report, wall_clock())).events.front());
    must(session.ledger.append(events));
    times.push_back(seconds_now() - start);
    report.step = *report.step + 1;
  }
  std::sort(times.begin(), times.end());
  figures["recovery_s_1e6"] = times[1];
  std::filesystem::remove_all(root);
}

void measure_verdicts(Figures& figures) {
  for (const auto& [name, size] : {std::pair{"verdict_ns_1e1", 10}, std::pair{"verdict_ns_1e6", 1'000'000}}) {
    Rng rng = keyed_rng(1, 0, "bench");
    Asha filled = must(Asha::make({.max_t = 81, .grace_period = 1, .reduction_factor = 3}, {.goal = Goal::minimize}));
    const auto decide = [&](Asha& asha, TrialId trial) {
      const Judged report{trial, 1, uniform01(rng)};
      const Decision decision = asha.judge(report);
      asha.record(report, decision);
      asha.ended(trial, TrialState::stopped);
    };
    for (TrialId trial = 0; trial < size; ++trial) decide(filled, trial);
    double spent = 0;
    constexpr TrialId kRound = 1000;  // a small rung gets one value per copy, so that it stays small
    for (int round = 0; round < 100; ++round) {
      std::vector<Asha> copies(size < kRound ? kRound : 0, filled);
      const double start = seconds_now();
      for (TrialId i = 0; i < kRound; ++i) {
        decide(copies.empty() ? filled : copies[static_cast<std::size_t>(i)], size + i);
      }
      spent += seconds_now() - start;
    }
    figures[name] = spent / (100.0 * kRound) * 1e9;
  }
}

void measure_ask(const Settings& settings, Figures& figures) {
  const auto root = settings.directory / "ask";
  AskTell asktell(make_session(root, "scheduler: {type: asha, max_t: 27, grace_period: 1, reduction_factor: 3}\n"));
  std::vector<double> times;
  for (int i = 0; i < 1001; ++i) {
    const double start = seconds_now();
    const OrderedJson answer = asktell.handle(R"({"op":"ask"})");
    times.push_back(seconds_now() - start);
    if (!answer.contains("trial")) die("no answer to an ask: " + answer.dump());
  }
  std::nth_element(times.begin(), times.begin() + 500, times.end());
  figures["ask_us"] = times[500] * 1e6;
  must(asktell.close());
  std::filesystem::remove_all(root);
}

}  // namespace winnow::bench
