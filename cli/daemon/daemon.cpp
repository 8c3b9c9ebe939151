#include <winnow/cli/daemon/daemon.hpp>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>
#include <boost/asio/thread_pool.hpp>

#include <mutex>
#include <optional>
#include <utility>

#include <winnow/base/clock.hpp>
#include <winnow/base/file.hpp>
#include <winnow/cli/daemon/log.hpp>
#include <winnow/cli/daemon/notify.hpp>
#include <winnow/engine/manager.hpp>
#include <winnow/server/asktell_handlers.hpp>
#include <winnow/server/document.hpp>
#include <winnow/server/http_server.hpp>
#include <winnow/server/read_api.hpp>
#include <winnow/server/sweep_handlers.hpp>
#include <winnow/server/token_handlers.hpp>
#include <winnow/server/upload_handlers.hpp>

namespace winnow::cli {
namespace {

using namespace server;

constexpr std::size_t kWorkers = 8;  ///< requests that wait for a disk or a sweep, at once
constexpr std::chrono::seconds kGrace{5};

/// Whoever changes something stands in the log, with what came of it; but for reports and the like, which the ledger
/// has.
Handler logged(Handler handler, Log& log) {
  return [handler = std::move(handler), &log](Request request) -> boost::asio::awaitable<Response> {
    const std::string what = request.method + " " + request.path;
    const std::string who = request.principal.name;
    const bool changes = request.method != "GET" && request.method != "HEAD";
    Response response = co_await handler(std::move(request));
    const std::string* made = response.fields.find("Location");
    if (changes) log.info(fmt::format("{}: {}: {}{}", who, what, response.status, made == nullptr ? "" : " " + *made));
    co_return response;
  };
}

/// Each sweep that runs keeps a handful of files open.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

/// Who may write there could put other files in the place of the tokens.
Result<void> nobody_elses(const std::filesystem::path& directory) {
  using std::filesystem::perms;
  std::error_code failed;
  const auto status = std::filesystem::status(directory, failed);
  if (!std::filesystem::exists(status)) return {};  // it is made, or it is said why not
  if ((status.permissions() & (perms::group_write | perms::others_write)) == perms::none) return {};
  return fail(errc::invalid_input,
              directory.string() + ": others may write there; chmod go-w, or name another by --dir");
}

std::uint64_t mebibytes(std::int64_t count) {
  return static_cast<std::uint64_t>(count) << 20U;
}

std::string listing(const HttpServer& http, const std::filesystem::path& socket) {
  std::string text = socket.string();
  for (const std::string& address : http.addresses()) text += ", " + address;
  return text;
}

/// Read by requests, replaced at SIGHUP.
class CurrentAllowance {
public:
  explicit CurrentAllowance(std::optional<Allowance> allowance) : allowance_(std::move(allowance)) {}
  void set(const std::optional<Allowance>& allowance) {
    const std::lock_guard lock(mutex_);
    allowance_ = allowance;
  }
  [[nodiscard]] std::optional<Allowance> get() const {
    const std::lock_guard lock(mutex_);
    return allowance_;
  }

private:
  mutable std::mutex mutex_;
  std::optional<Allowance> allowance_;
};

/// What of the settings may change takes effect; the rest is named. The file of the log is opened anew in any case, and
/// certificate and key are read.
void read_once_more(const Settings& running, const std::function<Result<Settings>()>& reread, HttpServer& http,
                    CurrentAllowance& allowed, Log& log) {
  const auto next = reread();
  const Settings& settings = next ? *next : running;
  if (auto opened = log.open(settings.log); !opened) log.warn("SIGHUP: " + opened.error().message);
  if (next) allowed.set(next->allow);
  if (!next) log.warn("SIGHUP: the settings stay as they are: " + next.error().message);
  if (auto taken = http.reload(settings.http); !taken) log.warn("SIGHUP: " + taken.error().message);
  for (const std::string& key : keys_for_restart(running, settings)) {
    log.warn("SIGHUP: " + key + " is otherwise now, which takes a restart");
  }
  log.info(next ? "SIGHUP: settings, certificate and the log's file were read once more"
                : "SIGHUP: certificate and the log's file were read once more");
}

/// Until the signal that ends it.
void wait_for_end(const sigset_t& signals, const std::function<void()>& on_hangup, Log& log) {
  for (;;) {
    int signal = 0;
    if (::sigwait(&signals, &signal) != 0) continue;
    if (signal != SIGHUP) return log.info(fmt::format("{}: ending", signal == SIGTERM ? "SIGTERM" : "SIGINT"));
    on_hangup();
  }
}

}  // namespace

sigset_t hold_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

Result<void> serve(const Settings& settings, const std::function<Result<Settings>()>& reread,
                   std::shared_ptr<Spawner> spawner, const sigset_t& signals) {
  raise_descriptor_limit();
  ::umask(077);  // what is in the state directory is nobody else's
  Log log;
  if (auto opened = log.open(settings.log); !opened) return opened;
  if (auto own = nobody_elses(settings.directory); !own) return own;
  auto manager = Manager::start({.directory = settings.directory,
                                 .slots = settings.slots,
                                 .min_free = mebibytes(settings.min_free),
                                 .spawner = std::move(spawner),
                                 .on_notice = [&log](const std::string& text) { log.info(text); }});
  if (!manager) return fail(manager.error());
  auto tokens = TokenStore::open(settings.directory, static_cast<Instant>(wall_clock()));
  if (!tokens) return fail(tokens.error());
  const auto uploads = Uploads::open(settings.directory / "uploads",
                                     {.bytes = mebibytes(settings.uploads), .min_free = mebibytes(settings.min_free)});
  if (!uploads) return fail(uploads.error());
  boost::asio::thread_pool workers(kWorkers);
  HttpServer* serving = nullptr;  // set before the first request
  CurrentAllowance allowed(settings.allow);
  Handlers handlers =
      sweep_handlers(*manager, workers,
                     {.base = absolute_path(".").lexically_normal(),
                      .stats = [&serving] { return serving == nullptr ? HttpStats() : serving->stats(); },
                      .allowed = [&allowed] { return allowed.get(); },
                      .uploads = uploads->get()});
  handlers.merge(upload_handlers(**uploads, workers, [&allowed] { return allowed.get(); }));
  ReadApi reading(settings.directory / "sweeps", [&manager] { return manager->list(); });
  handlers.merge(reading.handlers());
  handlers.merge(token_handlers(*tokens));
  handlers.merge(document_handlers());
  for (auto& [operation, handler] : handlers) {
    if (operation != "putUploadFile") handler = logged(std::move(handler), log);  // a part of a file, one of many
  }
  handlers.merge(asktell_handlers(*manager));
  auto routes = RouteTable::make(api_document());
  if (!routes) return fail(routes.error());
  auto api = Api::make(std::move(*routes), std::move(handlers));
  if (!api) return fail(api.error());
  HttpOptions http_options = settings.http;
  http_options.unix_socket = settings.directory / "socket";
  http_options.on_fault = [&log](std::string_view operation, std::string_view why) {
    log.warn(fmt::format("{}: {}", operation, why));
  };
  auto http = HttpServer::start(http_options, *api, *tokens);
  if (!http) return fail(http.error());
  serving = &*http;
  log.info(fmt::format("{} sweeps in {}; listening on {}", manager->list().size(), settings.directory.string(),
                       listing(*http, http_options.unix_socket)));
  notify("READY=1");
  wait_for_end(
      signals, [&] { read_once_more(settings, reread, *http, allowed, log); }, log);
  notify("STOPPING=1");
  http->stop(kGrace);
  workers.join();
  reading.stop();
  manager->stop();
  log.info("ended; every sweep goes on at the next start");
  return {};
}

}  // namespace winnow::cli
