/// Runs that are looked at while they go on: what a view says is what the ledger says, and few are kept.
#include <winnow/session/sweep_views.hpp>

#include <gtest/gtest.h>

#include <winnow/session/recovered.hpp>
#include <winnow/session/session.hpp>
#include <winnow/session/sweep_json.hpp>

#include "../temp_dir.hpp"

namespace winnow::sweep_views_test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::TempDir;

SweepSpec spec() {
  SweepSpec spec;
  spec.name = "viewed";
  spec.durability = Durability::relaxed;
  spec.metrics = {{.name = "loss", .goal = Goal::minimize, .target = {}}};
  spec.space = *Space::make({{.path = {"x"}, .domain = Float{}}});
  return spec;
}

Session made(const fs::path& root) {
  auto session = create_session(*sweep_file_of(spec()), root, 1);
  EXPECT_TRUE(session) << (session ? "" : session.error().message);
  return std::move(*session);
}

void put(Session& session, std::vector<Event> events) {
  const auto kept = record(session, std::move(events));
  EXPECT_TRUE(kept) << kept.error().message;
}

/// A trial that runs.
TrialId begin(Session& session) {
  const auto number = static_cast<TrialId>(session.sweep.trials().size());
  put(session, {session.sweep.suggested(number, Assignment({{"x", 0.5}}), 0, 1), session.sweep.started(number, {}, 2)});
  return number;
}

void report(Session& session, TrialId trial, double loss) {
  auto judged = session.sweep.on_report({.trial = trial, .step = {}, .metrics = {{"loss", loss}}}, 3);
  ASSERT_TRUE(judged) << judged.error().message;
  put(session, std::move(judged->events));
}

void end(Session& session, TrialId trial) {
  put(session, *session.sweep.on_completed(trial, 1, 4));
}

/// Every trial as it is now; with the last event, and what was changed.
std::string seen(SweepView& view) {
  std::string text;
  const auto looked = view.look([&](const SweepView::Now& now) -> Result<void> {
    text = std::to_string(now.sweep.last_seq());
    for (const Trial& trial : now.sweep.trials()) text += trial_json(now.sweep, trial).dump();
    return {};
  });
  EXPECT_TRUE(looked);
  return text;
}

TrialTrace trace(SweepView& view, TrialId trial) {
  TrialTrace found;
  (void)view.look([&](const SweepView::Now& now) -> Result<void> {
    found = now.traces.at(static_cast<std::size_t>(trial));
    return {};
  });
  return found;
}

TEST(SweepView, SaysAfterEachEventWhatAFoldOfAllSays) {
  TempDir dir;
  Session session = made(dir / "run");
  const auto view = SweepView::open(dir / "run").value();
  for (int i = 0; i < 20; ++i) {
    const TrialId trial = begin(session);
    report(session, trial, 1.0 / (1 + i));
    if (i % 3 == 0) end(session, trial);
    EXPECT_EQ(seen(*view), seen(**SweepView::open(dir / "run")));
  }
}

TEST(SweepView, KnowsTheLastEventThatChangedATrial) {
  TempDir dir;
  {
    Session session = made(dir / "run");
    for (int i = 0; i < 2; ++i) begin(session);
    report(session, 0, 1);
    end(session, 0);
  }
  const auto view = SweepView::open(dir / "run").value();
  const auto before = trace(*view, 1).changed;
  const auto ended = trace(*view, 0).changed;
  EXPECT_GT(ended, before);
  const auto again = open_session(dir / "run");  // the one that was running is queued again
  ASSERT_TRUE(again);
  EXPECT_GT(trace(*view, 1).changed, ended);
  EXPECT_EQ(trace(*view, 0).changed, ended);
}

TEST(SweepView, FindsATrialsReportsAmongOthers) {
  TempDir dir;
  Session session = made(dir / "run");
  for (int i = 0; i < 3; ++i) begin(session);
  for (int step = 1; step <= 2000; ++step) report(session, step % 10 == 0 ? 0 : step % 2 == 0 ? 1 : 2, step);
  const auto view = SweepView::open(dir / "run").value();
  const TrialTrace of_first = trace(*view, 0);
  EXPECT_EQ(of_first.reports, 200);
  std::int64_t found = 0, last = 0;
  const auto read = read_ranges(view->ledger(), of_first.reported, 0, [&](const Event& event) {
    if (event.trial != 0) return true;
    EXPECT_EQ(event.kind(), EventKind::reported);
    EXPECT_GT(event.seq, std::exchange(last, event.seq));
    return ++found < 150;
  });
  EXPECT_TRUE(read);
  EXPECT_EQ(found, 150) << "it ends where it is told to";
  found = 0;
  (void)read_ranges(view->ledger(), of_first.reported, last, [&](const Event& event) {
    found += event.trial == 0 ? 1 : 0;
    return true;
  });
  EXPECT_EQ(found, 50) << "and goes on behind that";
}

TEST(CurveStore, ACurveIsBroughtForwardByWhatCameSince) {
  TempDir dir;
  Session session = made(dir / "run");
  for (int i = 0; i < 2; ++i) begin(session);
  const auto view = SweepView::open(dir / "run").value();
  const auto drawn = [&](CurveStore& store) {
    const auto until =
        view->look([](const SweepView::Now& now) -> Result<std::int64_t> { return now.sweep.last_seq(); });
    const std::vector<CurveWish> wishes{{0, trace(*view, 0).reported}, {1, trace(*view, 1).reported}};
    return draw_curves(view->ledger(), store, wishes, {.metric = "loss", .points = 20, .until = *until}).value();
  };
  for (int step = 1; step <= 200; ++step) {
    report(session, step % 3 == 0 ? 1 : 0, 1.0 / step);
    if (step % 20 != 0) continue;
    CurveStore fresh;
    const auto kept = drawn(view->curves());
    const auto whole = drawn(fresh);
    for (const TrialId trial : {0, 1}) {
      EXPECT_EQ(kept.at(trial).points(), whole.at(trial).points()) << step;
      EXPECT_EQ(kept.at(trial).count(), whole.at(trial).count()) << step;
    }
  }
}

TEST(CurveStore, TakesNoOlderCurveForANewerOne) {
  CurveStore store;
  const CurveStore::Key key{0, "loss", 10};
  store.keep(key, {MetricCurve(10), 7});
  store.keep(key, {MetricCurve(10), 3});
  EXPECT_EQ(store.find(key).seen, 7);
  EXPECT_EQ(store.find({1, "loss", 10}).seen, 0);
}

TEST(EventRanges, OfSeveralTrialsAreReadOnce) {
  const std::vector<EventRange> apart{{1, 9}, {11, 20}, {30, 30}};
  EXPECT_EQ(merged({{30, 30}, {1, 5}, {12, 20}, {4, 9}, {11, 14}}), apart);
  EXPECT_EQ(merged({{1, 9}, {10, 12}}), (std::vector<EventRange>{{1, 12}}));
}

TEST(SweepViews, KeepsFewAndNoneThatNobodyLooksAt) {
  TempDir dir;
  for (const char* name : {"a", "b", "c"}) made(dir / name);
  SweepViews views(dir.path(), {.kept = 2, .unused = 60s});
  const SweepViews::Clock::time_point start{};
  const auto a = views.open("a", start).value();
  ASSERT_TRUE(views.open("b", start + 1s));
  EXPECT_EQ(views.open("a", start + 2s).value(), a);
  ASSERT_TRUE(views.open("c", start + 3s));
  EXPECT_EQ(views.kept(), 2U);
  EXPECT_EQ(views.open("a", start + 4s).value(), a) << "b was looked at before";
  views.drop_unused(start + 63500ms);
  EXPECT_EQ(views.kept(), 1U);
  views.drop_unused(start + 65s);
  EXPECT_EQ(views.kept(), 0U);
}

TEST(SweepViews, NoticesThatARunIsGone) {
  TempDir dir;
  made(dir / "a");
  SweepViews views(dir.path());
  ASSERT_TRUE(views.open("a"));
  fs::remove_all(dir / "a");
  EXPECT_EQ(views.open("a").error().code, errc::unknown_sweep);
  made(dir / "a");
  const auto again = views.open("a");
  ASSERT_TRUE(again);
  EXPECT_EQ(seen(**again), seen(**SweepView::open(dir / "a")));
}

TEST(SweepViews, TakesNoPathForAnId) {
  TempDir dir;
  made(dir / "a");
  fs::create_directory(dir / "sweeps");
  SweepViews views(dir / "sweeps");
  for (const char* id : {"", ".", "..", "../a", ".a", "b"}) {
    EXPECT_EQ(views.open(id).error().code, errc::unknown_sweep) << id;
  }
}

}  // namespace
}  // namespace winnow::sweep_views_test
