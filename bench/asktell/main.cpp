/// Trials over HTTP: bench_asktell [--connections N] [--seconds S] [--batch N] [--winnowd FILE] [--json FILE].
///
/// A winnowd of its own, in a process of its own, shares the machine with the client. First each connection asks for a
/// trial, reports once and tells its end, one durable request after the other; then a few connections send batches,
/// each with the reports and ends of the trials of the batch before, and as many asks. At the end the daemon's own
/// counts are compared with what was acknowledged.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "../daemon.hpp"
#include "../quantile.hpp"

namespace {

using namespace winnow;
using namespace winnow::bench;
using Clock = std::chrono::steady_clock;

struct Figures {
  std::vector<float> milliseconds;  ///< of each request
  std::int64_t trials = 0;          ///< told
};

asio::awaitable<void> train(std::filesystem::path socket, std::string sweep, Clock::time_point end, Figures& figures) {
  Connection connection(co_await asio::this_coro::executor, socket);
  const auto timed = [&](std::string what, std::string body) -> asio::awaitable<std::string> {
    const auto started = Clock::now();
    std::string answer = co_await connection.post(sweep + what, std::move(body));
    figures.milliseconds.push_back(std::chrono::duration<float, std::milli>(Clock::now() - started).count());
    co_return answer;
  };
  while (true) {
    if (Clock::now() >= end) co_return;
    const std::string asked = co_await timed("/ask", "{}");
    const std::string trial = R"({"trial":)" + std::to_string(Value::parse(asked)["trial"].get<std::int64_t>());
    (void)co_await timed("/report", trial + R"(,"step":1,"metrics":{"loss":0.5}})");
    (void)co_await timed("/tell", trial + R"(,"state":"complete"})");
    ++figures.trials;
  }
}

/// The numbers behind each `"trial":`.
std::vector<std::int64_t> trials_in(const std::string& answers) {
  constexpr std::string_view kTrial = "\"trial\":";
  std::vector<std::int64_t> trials;
  for (auto at = answers.find(kTrial); at != std::string::npos; at = answers.find(kTrial, at + 1)) {
    trials.push_back(std::strtoll(answers.c_str() + at + kTrial.size(), nullptr, 10));
  }
  return trials;
}

asio::awaitable<void> train_batches(std::filesystem::path socket, std::string sweep, std::size_t size,
                                    Clock::time_point end, Figures& figures) {
  Connection connection(co_await asio::this_coro::executor, socket);
  std::vector<std::int64_t> trials;
  bool more = true;
  while (true) {
    more = Clock::now() < end;
    if (!more && trials.empty()) co_return;
    std::string body = "[";
    for (const std::int64_t trial : trials) {
      const std::string number = std::to_string(trial);
      body += R"({"op":"report","trial":)" + number + R"(,"step":1,"metrics":{"loss":0.5}},)";
      body += R"({"op":"tell","trial":)" + number + R"(,"state":"complete"},)";
    }
    for (std::size_t i = 0; more && i < size; ++i) body += R"({"op":"ask"},)";
    body.back() = ']';
    const auto started = Clock::now();
    const std::string answers = co_await connection.post(sweep + "/batch", std::move(body));
    figures.milliseconds.push_back(std::chrono::duration<float, std::milli>(Clock::now() - started).count());
    figures.trials += static_cast<std::int64_t>(trials.size());
    trials = trials_in(answers);
  }
}

template <class Client>
OrderedJson measure(int connections, double seconds, std::int64_t& told, Client client) {
  asio::io_context context(1);
  Figures figures;
  const auto started = Clock::now();
  const auto end = started + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  for (int i = 0; i < connections; ++i) {
    asio::co_spawn(context, client(end, figures), rethrow);
  }
  context.run();
  const double took = std::chrono::duration<double>(Clock::now() - started).count();
  told += figures.trials;
  auto& times = figures.milliseconds;
  return {{"trials_per_second", static_cast<double>(figures.trials) / took},
          {"requests_per_second", static_cast<double>(times.size()) / took},
          {"p50_ms", quantile(times, 0.5)},
          {"p99_ms", quantile(times, 0.99)}};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Trials a second over HTTP");
  int connections = 64;
  double seconds = 5;
  int batches = 2;
  std::size_t batch = 1000;
  std::string winnowd = (std::filesystem::path(argv[0]).parent_path() / "winnowd").string();
  std::string file;
  app.add_option("--connections", connections);
  app.add_option("--seconds", seconds);
  app.add_option("--batch", batch, "trials in a batch");
  app.add_option("--batch-connections", batches);
  app.add_option("--winnowd", winnowd);
  app.add_option("--json", file);
  CLI11_PARSE(app, argc, argv);

  const auto dir = TempDir::make("winnow-bench").value();
  const Daemon daemon(winnowd, dir.path() / "state");
  std::int64_t told = 0;
  OrderedJson result;
  const auto socket = daemon.socket();
  const std::string one = new_sweep(socket);
  result["single"] = measure(connections, seconds, told,
                             [&](Clock::time_point end, Figures& figures) { return train(socket, one, end, figures); });
  result["rss_mib"] = resident_mib(daemon.pid());
  const std::string other = new_sweep(socket);
  result["batch"] = measure(batches, seconds, told, [&](Clock::time_point end, Figures& figures) {
    return train_batches(socket, other, batch, end, figures);
  });
  result["rss_after_batches_mib"] = resident_mib(daemon.pid());
  result["told"] = told;
  std::puts(result.dump(1).c_str());
  if (!file.empty()) std::ofstream(file) << result.dump(1) << '\n';
  return 0;
}
