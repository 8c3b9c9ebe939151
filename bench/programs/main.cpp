/// Programs as trials, beside the bare system calls in the same run.
///     bench_programs [--json FILE]
/// start: from the call that starts a trial to the program's first instruction, over posix_spawn of the same program;
/// trivial: /bin/true as a trial, whole sweeps, over a loop of posix_spawn and waitpid; lines: reports a second of
/// programs that report 10,000 lines each, durable.
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <vector>

#include <winnow/base/temp_dir.hpp>
#include <winnow/engine/run.hpp>
#include <winnow/trainers/command.hpp>
#include <winnow/trainers/make_trainer.hpp>

extern char** environ;

namespace {

using namespace winnow;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

[[noreturn]] void die(const std::string& why) {
  fmt::print(stderr, "bench_programs: {}\n", why);
  std::exit(1);
}

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

std::string lines_program() {
  return fs::read_symlink("/proc/self/exe").parent_path() / "bench_lines";
}

pid_t spawn(std::vector<std::string> words, int output = -1, int channel = -1) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (output >= 0) posix_spawn_file_actions_adddup2(&actions, output, 1);
  if (channel >= 0) posix_spawn_file_actions_adddup2(&actions, channel, 3);
  pid_t pid = -1;
  if (::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ) != 0) die("posix_spawn");
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

/// Milliseconds until a bare child's first report is read.
double bare_first_report() {
  std::array<int, 2> channel{};
  if (::pipe2(channel.data(), O_CLOEXEC) != 0) die("pipe");
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  const std::int64_t begin = now_ns();
  const pid_t pid = spawn({lines_program(), "first"}, null, channel[1]);
  ::close(channel[1]);
  char byte = 0;
  if (::read(channel[0], &byte, 1) != 1) die("no report");
  const double took = static_cast<double>(now_ns() - begin) / 1e6;
  ::close(channel[0]);
  ::close(null);
  ::waitpid(pid, nullptr, 0);
  return took;
}

double trial_first_report(TrainableFactory& factory, const fs::path& home, int trial) {
  TrialContext context;
  context.trial = trial;
  context.home = home / std::to_string(trial);
  const std::int64_t begin = now_ns();
  auto made = factory.make(context);
  const auto progress = (*made)->advance();
  const double took = static_cast<double>(now_ns() - begin) / 1e6;
  if (!progress) die(progress.error().message);
  (*made)->answered(1, Verdict::go_on);
  while (std::holds_alternative<Burst>(*(*made)->advance())) (*made)->answered(1, Verdict::go_on);
  return took;
}

void bench_start(const fs::path& scratch, const std::shared_ptr<Spawner>& spawner, OrderedJson& json) {
  CommandOptions options;
  options.command = {lines_program(), "first"};
  options.directory = scratch;
  auto factory = command_trainer(options, spawner);
  std::vector<double> bare, ours;
  for (int i = 0; i < 300; ++i) {
    bare.push_back(bare_first_report());
    ours.push_back(trial_first_report(**factory, scratch / "start", i));
  }
  const double difference = median(ours) - median(bare);
  fmt::print("start to first report    bare {:.3f} ms, trial {:.3f} ms: {:+.3f} ms (300 each, medians)\n", median(bare),
             median(ours), difference);
  json["start"] = {{"bare_ms", median(bare)}, {"trial_ms", median(ours)}, {"over_ms", difference}};
}

double sweep_seconds(const fs::path& scratch, const std::string& name, const std::string& text,
                     const std::shared_ptr<Spawner>& spawner) {
  auto parsed = parse_spec(text, name);
  if (!parsed) die(parsed.error().message);
  auto made = make_trainer(parsed->spec, scratch, spawner);
  if (!made) die(made.error().message);
  RunOptions run_options;
  run_options.dir = scratch / name;
  run_options.min_free = 0;
  const auto begin = Clock::now();
  const auto outcome = winnow::run(parsed->spec, made->factory, run_options);
  const double took = seconds_since(begin);
  if (!outcome) die(outcome.error().message);
  if (outcome->error) die(outcome->error->message);
  return took;
}

void bench_trivial(const fs::path& scratch, const std::shared_ptr<Spawner>& spawner, int slots, OrderedJson& json) {
  constexpr int kTrials = 1000;
  const auto begin = Clock::now();
  for (int i = 0; i < kTrials; ++i) ::waitpid(spawn({"/bin/true"}), nullptr, 0);
  const double bare = kTrials / seconds_since(begin);
  const std::string text = fmt::format(
      "name: trivial\nmethod: random\nseed: 1\nparameters: {{x: {{min: 0.0, max: 1.0}}}}\ncommand: [/bin/true]\n"
      "slots: {}\nrun_cap: {}\n",
      slots, kTrials);
  const double ours = kTrials / sweep_seconds(scratch, fmt::format("trivial-{}", slots), text, spawner);
  fmt::print("1,000 x /bin/true        bare loop {:.0f}/s, {} slots {:.0f}/s: {:.2f} of it\n", bare, slots, ours,
             ours / bare);
  json["trivial"].push_back({{"slots", slots}, {"bare_per_s", bare}, {"trials_per_s", ours}, {"ratio", ours / bare}});
}

void bench_lines(const fs::path& scratch, const std::shared_ptr<Spawner>& spawner, OrderedJson& json) {
  constexpr int kTrials = 8;
  constexpr int kLines = 10'000;
  const std::string text = fmt::format(
      "name: lines\nmethod: random\nseed: 1\nmetric: {{name: loss}}\nparameters: {{x: {{min: 0.0, max: 1.0}}}}\n"
      "command: [\"{}\", \"{}\"]\nslots: {}\nrun_cap: {}\n",
      lines_program(), kLines, kTrials, kTrials);
  const double rate = kTrials * kLines / sweep_seconds(scratch, "lines", text, spawner);
  fmt::print("8 trials x 10,000 lines  {:.0f} durable reports/s\n", rate);
  json["lines"] = {{"reports_per_s", rate}};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Programs as trials, beside the bare system calls"};
  std::string file;
  app.add_option("--json", file, "write the figures there too");
  CLI11_PARSE(app, argc, argv);
  auto spawner = Spawner::start();
  if (!spawner) die(spawner.error().message);
  const auto folder = TempDir::make("winnow-bench");
  if (!folder) die(folder.error().message);
  const fs::path& scratch = folder->path();
  OrderedJson json;
  bench_start(scratch, *spawner, json);
  for (const int slots : {2, 4}) bench_trivial(scratch, *spawner, slots, json);
  bench_lines(scratch, *spawner, json);
  if (!file.empty()) std::ofstream(file) << json.dump(2) << "\n";
}
