/// What happens, as thousands of WebSockets hear of it: bench_followers [--followers N] [--rate N] [--seconds S]
/// [--json FILE].
///
/// A winnowd of its own, in a process of its own, shares the machine with the client. So many followers of one sweep,
/// and one client that reports so many times a second, a batch every 20 ms. Of each twentieth follower every event is
/// looked at: the milliseconds until it is there, from its time, when it was decided (before it was durable), and from
/// when the client had the answer to its batch (0: it was there before); and that none is missing.
#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <memory>
#include <thread>

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

struct Seen {
  std::int64_t seq = 0;
  double decided = 0;
  double arrived = 0;
};

struct Figures {
  std::vector<Seen> seen;            ///< by those that are looked at
  std::int64_t first = 0;            ///< the event of the first report
  std::vector<double> acknowledged;  ///< when each of these was
  std::int64_t missing = 0;          ///< of them
  std::int64_t ended = 0;            ///< followers that were dropped
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
      figures.seen.push_back({seq, time, arrived});
    });
  };
  co_await read_all(socket, on_piece);
  if (!figures.over) ++figures.ended;
}

/// Reports of one trial: each is an event.
asio::awaitable<void> report(std::filesystem::path socket, std::string sweep, int rate, double seconds,
                             Figures& figures) {
  constexpr int kBatchesPerSecond = 50;
  Connection connection(co_await asio::this_coro::executor, socket);
  (void)co_await connection.post(sweep + "/ask", "{}");
  const std::string before = co_await connection.get(sweep);
  figures.first = Value::parse(before)["seq"].get<std::int64_t>() + 1;
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
    figures.acknowledged.resize(static_cast<std::size_t>(step), now());
  }
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
  std::atomic<bool> reported = false;
  std::thread reporter([&] {  // of its own, so that it hears of its answers while followers are read
    asio::io_context own(1);
    asio::co_spawn(own, report(daemon.socket(), sweep, rate, seconds, figures), rethrow);
    own.run();
    reported = true;
  });
  while (!reported) context.run_for(std::chrono::milliseconds(100));
  reporter.join();
  context.run_for(std::chrono::seconds(1));
  figures.over = true;
  std::vector<float> decided, acknowledged;
  for (const Seen& seen : figures.seen) {
    if (seen.seq < figures.first) continue;
    const double at = figures.acknowledged.at(static_cast<std::size_t>(seen.seq - figures.first));
    decided.push_back(static_cast<float>(1000 * (seen.arrived - seen.decided)));
    acknowledged.push_back(static_cast<float>(1000 * std::max(0.0, seen.arrived - at)));
  }
  if (decided.empty()) throw std::runtime_error("no event came");
  const OrderedJson result{{"followers", followers},
                           {"events", static_cast<int>(decided.size()) / ((followers + 19) / 20)},
                           {"p50_ms_after_decision", quantile(decided, 0.5)},
                           {"p99_ms_after_decision", quantile(decided, 0.99)},
                           {"p50_ms_after_acknowledgement", quantile(acknowledged, 0.5)},
                           {"p99_ms_after_acknowledgement", quantile(acknowledged, 0.99)},
                           {"missing", figures.missing},
                           {"dropped", figures.ended},
                           {"rss_mib", resident_mib(daemon.pid())}};
  std::puts(result.dump(1).c_str());
  if (!file.empty()) std::ofstream(file) << result.dump(1) << '\n';
  return 0;
}
