/// `winnow run --from DIR`: what earlier runs know, in another space too.
#include "support.hpp"

namespace winnow::warm_start_test {
namespace {

using test::Finished;
using test::lines_of;
using test::TempDir;
using test::winnow;
using test::write;

std::string sweep(const std::string& method, const std::string& parameters, int trials) {
  return "name: warm\nmethod: " + method +
         "\nseed: 4\nmetric: {name: loss, goal: minimize}\nparameters: " + parameters +
         "\ntrainer: {type: landscape, function: learning_curve, steps: 2}\nslots: 1\nrun_cap: " +
         std::to_string(trials) + "\n";
}

constexpr const char* kWide = "{asymptote: {min: 0.0, max: 1.0}, rate: {values: [1]}, noise: {values: [0.0, 0.1]}}";
constexpr const char* kNarrow = "{asymptote: {min: 0.0, max: 0.5}, rate: {value: 1}, scale: {value: 2}}";

Value line_of(const Finished& run, const std::string& event) {
  for (const std::string& line : lines_of(run.out)) {
    const Value json = Value::parse(line, nullptr, false);
    if (json.is_object() && json.value("event", "") == event) return json;
  }
  ADD_FAILURE() << "no line of " << event << ": " << run.out << run.err;
  return Value::object();
}

TEST(WarmStart, TakesWhatFitsAndSaysHowMuch) {
  const TempDir temp;
  const auto first = (temp / "first").string();
  ASSERT_EQ(
      winnow({"run", write(temp / "a.yaml", sweep("random", kWide, 20)).string(), "--dir", first, "--quiet"}).code, 0);
  const auto narrow = write(temp / "b.yaml", sweep("tpe", kNarrow, 8)).string();
  const auto second = temp / "second";
  const Finished run = winnow({"run", narrow, "--dir", second.string(), "--from", first, "--json"});
  ASSERT_EQ(run.code, 0) << run.err;
  const Value from = line_of(run, "from");
  EXPECT_GT(from["trials"], 3);
  EXPECT_EQ(from["trials"].get<int>() + from["outside"].get<int>(), 20)
      << "those with an asymptote beyond 0.5 don't fit";
  std::filesystem::remove_all(first);
  test::expect_replays(second);
  const Finished cold = winnow({"run", narrow, "--dir", (temp / "cold").string(), "--quiet"});
  ASSERT_EQ(cold.code, 0) << cold.err;
  const auto params = [](const std::filesystem::path& dir) {
    std::vector<std::string> all;
    for (const Event& event : test::events_of(dir)) {
      if (const auto* suggested = event.as<event::Suggested>()) all.push_back(suggested->params.to_json().dump());
    }
    return all;
  };
  EXPECT_NE(params(second), params(temp / "cold")) << "a model from the start";
}

TEST(WarmStart, SaysWhatIsNoUse) {
  const TempDir temp;
  const auto first = (temp / "first").string();
  const auto wide = write(temp / "a.yaml", sweep("random", kWide, 3)).string();
  ASSERT_EQ(winnow({"run", wide, "--dir", first, "--quiet"}).code, 0);
  const Finished random = winnow({"run", wide, "--dir", (temp / "r").string(), "--from", first, "--quiet"});
  EXPECT_EQ(random.code, 0);
  EXPECT_NE(random.err.find("--from: random doesn't learn"), std::string::npos) << random.err;
  auto other = sweep("tpe", kWide, 2);
  other.replace(other.find("name: loss"), 10, "name: acc");
  const Finished metric = winnow(
      {"run", write(temp / "m.yaml", other).string(), "--dir", (temp / "m").string(), "--from", first, "--json"});
  EXPECT_EQ(line_of(metric, "from")["without"], Value::array({"acc"}));
  EXPECT_EQ(winnow({"run", wide, "--dir", (temp / "n").string(), "--from", (temp / "nowhere").string()}).code, 2);
}

}  // namespace
}  // namespace winnow::warm_start_test
