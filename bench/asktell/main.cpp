/// Trials over HTTP: bench_asktell [--connections N] [--seconds S] [--batch N] [--winnowd FILE] [--json FILE].
///
/// A winnowd of its own, in a process of its own, shares the machine with the client. First each connection asks for a
/// trial, reports once and tells its end, one durable request after the other; then a few connections send batches,
/// each with the reports and ends of the trials of the batch before, and as many asks. At the end the daemon's own
/// counts are compared with what was acknowledged.
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include <winnow/server/awaitable.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <winnow/base/temp_dir.hpp>
#include <winnow/core/value.hpp>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using namespace winnow;
using Clock = std::chrono::steady_clock;
using Unix = asio::local::stream_protocol;

constexpr const char* kSweep = R"(name: bench
method: random
seed: 1
metric: {name: loss, goal: minimize}
parameters: {x1: {min: -5.0, max: 10.0}, x2: {min: 0.0, max: 15.0}}
)";

class Daemon {
public:
  Daemon(const std::string& program, std::filesystem::path state) : state_(std::move(state)), pid_(::fork()) {
    if (pid_ != 0) return;
    ::execl(program.c_str(), program.c_str(), "--dir", state_.c_str(), "--listen", "127.0.0.1:0", nullptr);
    std::perror(program.c_str());
    std::_Exit(127);
  }
  ~Daemon() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  [[nodiscard]] std::filesystem::path socket() const { return state_ / "socket"; }
  [[nodiscard]] pid_t pid() const { return pid_; }

private:
  std::filesystem::path state_;
  pid_t pid_;
};

/// One keep-alive connection.
class Connection {
public:
  Connection(asio::any_io_executor executor, const std::filesystem::path& socket) : socket_(std::move(executor)) {
    socket_.connect(Unix::endpoint(socket.string()));
  }
  asio::awaitable<std::string> post(std::string target, std::string body, std::string type = "application/json") {
    http::request<http::string_body> request(http::verb::post, target, 11);
    request.set(http::field::host, "localhost");
    request.set(http::field::content_type, type);
    request.body() = std::move(body);
    request.prepare_payload();
    co_await http::async_write(socket_, request, asio::use_awaitable);
    http::response_parser<http::string_body> parser;
    parser.body_limit(std::size_t{64} << 20);
    co_await http::async_read(socket_, buffer_, parser, asio::use_awaitable);
    if (parser.get().result_int() >= 300) throw std::runtime_error(target + ": " + parser.get().body());
    co_return std::move(parser.get().body());
  }

private:
  Unix::socket socket_;
  boost::beast::flat_buffer buffer_;
};

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
    asio::co_spawn(context, client(end, figures), [](const std::exception_ptr& thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
  }
  context.run();
  const double took = std::chrono::duration<double>(Clock::now() - started).count();
  told += figures.trials;
  auto& times = figures.milliseconds;
  std::sort(times.begin(), times.end());
  const auto quantile = [&](double q) {
    return times[static_cast<std::size_t>(q * static_cast<double>(times.size() - 1))];
  };
  return {{"trials_per_second", static_cast<double>(figures.trials) / took},
          {"requests_per_second", static_cast<double>(times.size()) / took},
          {"p50_ms", quantile(0.5)},
          {"p99_ms", quantile(0.99)}};
}

asio::awaitable<void> create(std::filesystem::path socket, std::string& sweep) {
  Connection connection(co_await asio::this_coro::executor, socket);
  const std::string created = co_await connection.post("/api/v1/sweeps", kSweep, "application/yaml");
  sweep = "/api/v1/sweeps/" + Value::parse(created)["id"].get<std::string>();
}

std::string new_sweep(const std::filesystem::path& socket) {
  asio::io_context context(1);
  std::string sweep;
  asio::co_spawn(context, create(socket, sweep), [](const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
  context.run();
  return sweep;
}

std::int64_t resident_mib(pid_t pid) {
  std::ifstream statm("/proc/" + std::to_string(pid) + "/statm");
  std::int64_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * ::sysconf(_SC_PAGESIZE) >> 20;
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
  for (int i = 0; i < 1000 && !std::filesystem::exists(daemon.socket()); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
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
