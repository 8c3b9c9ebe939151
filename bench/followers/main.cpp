/// What happens, as thousands of WebSockets hear of it: bench_followers [--followers N] [--rate N] [--seconds S]
/// [--json FILE].
///
/// A winnowd of its own, in a process of its own, shares the machine with the client. So many followers of one sweep,
/// and one client that reports so many times a second, a batch every 20 ms. Of each twentieth follower every event is
/// looked at: the milliseconds from its time, when it was decided (before it was durable and acknowledged), until it is
/// there; and that none is missing.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include <boost/asio/steady_timer.hpp>

#include "../follower.hpp"
#include "../quantile.hpp"

namespace {

using namespace winnow;
using namespace winnow::bench;
using Clock = std::chrono::steady_clock;

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

struct Figures {
  std::vector<float> milliseconds;
  std::int64_t events = 0;   ///< seen by those that are looked at
  std::int64_t missing = 0;  ///< of them
  std::int64_t ended = 0;    ///< followers that were dropped
  bool over = false;
};

asio::awaitable<void> follow(Unix::socket& socket, std::string target, bool looked_at, Figures& figures) {
  co_await upgrade(socket, target);
  EventReader reader;
  std::int64_t last = 0;
  const auto on_piece = [&](std::string_view piece) {
    if (!looked_at) return;
    const double arrived = now();
    reader.take(piece, [&](std::int64_t seq, double time) {
      if (last != 0) figures.missing += seq - last - 1;
      last = seq;
      ++figures.events;
      figures.milliseconds.push_back(static_cast<float>(1000 * (arrived - time)));
    });
  };
  co_await read_all(socket, on_piece);
  if (!figures.over) ++figures.ended;
}

/// Reports of one trial: each is an event.
asio::awaitable<void> report(std::filesystem::path socket, std::string sweep, int rate, double seconds,
                             asio::io_context& context, Figures& figures) {
  constexpr int kBatchesPerSecond = 50;
  Connection connection(co_await asio::this_coro::executor, socket);
  (void)co_await connection.post(sweep + "/ask", "{}");
  asio::steady_timer timer(co_await asio::this_coro::executor, Clock::now());
  std::int64_t step = 0;
  for (int batch = 0; batch < static_cast<int>(seconds * kBatchesPerSecond); ++batch) {
    timer.expires_at(timer.expiry() + std::chrono::milliseconds(1000 / kBatchesPerSecond));
    co_await timer.async_wait(asio::use_awaitable);
    std::string body = "[";
    for (int i = 0; i < rate / kBatchesPerSecond; ++i) {
      body += R"({"op":"report","trial":0,"step":)" + std::to_string(++step) + R"(,"metrics":{"loss":0.5}},)";
    }
    body.back() = ']';
    (void)co_await connection.post(sweep + "/batch", std::move(body));
  }
  timer.expires_after(std::chrono::seconds(1));
  co_await timer.async_wait(asio::use_awaitable);
  figures.over = true;
  context.stop();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Events to thousands of followers");
  int followers = 2000;
  int rate = 1000;
  double seconds = 10;
  std::string winnowd = (std::filesystem::path(argv[0]).parent_path() / "winnowd").string();
  std::string file;
  app.add_option("--followers", followers);
  app.add_option("--rate", rate, "events a second");
  app.add_option("--seconds", seconds);
  app.add_option("--winnowd", winnowd);
  app.add_option("--json", file);
  CLI11_PARSE(app, argc, argv);
  allow_many_files();

  const auto dir = TempDir::make("winnow-bench").value();
  const Daemon daemon(winnowd, dir.path() / "state");
  const std::string sweep = new_sweep(daemon.socket());
  asio::io_context context(1);
  Figures figures;
  std::vector<std::unique_ptr<Unix::socket>> sockets;
  for (int i = 0; i < followers; ++i) {
    sockets.push_back(std::make_unique<Unix::socket>(context));
    sockets.back()->connect(Unix::endpoint(daemon.socket().string()));
    asio::co_spawn(context, follow(*sockets.back(), sweep + "/events?since=0", i % 20 == 0, figures), rethrow);
    context.poll();
  }
  const auto settled = Clock::now() + std::chrono::seconds(2);
  context.run_until(settled);
  figures = Figures();
  asio::co_spawn(context, report(daemon.socket(), sweep, rate, seconds, context, figures), rethrow);
  context.run();
  auto& times = figures.milliseconds;
  if (times.empty()) throw std::runtime_error("no event came");
  const OrderedJson result{{"followers", followers},
                           {"events", figures.events / ((followers + 19) / 20)},
                           {"p50_ms", quantile(times, 0.5)},
                           {"p99_ms", quantile(times, 0.99)},
                           {"missing", figures.missing},
                           {"dropped", figures.ended},
                           {"rss_mib", resident_mib(daemon.pid())}};
  std::puts(result.dump(1).c_str());
  if (!file.empty()) std::ofstream(file) << result.dump(1) << '\n';
  return 0;
}
