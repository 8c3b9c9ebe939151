#include <winnow/server/log_handlers.hpp>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <stdexcept>
#include <utility>

#include <winnow/base/file.hpp>
#include <winnow/server/byte_range.hpp>
#include <winnow/server/on_workers.hpp>
#include <winnow/server/query.hpp>

namespace winnow::server {

namespace asio = boost::asio;

namespace {

constexpr std::int64_t kUsualBytes = std::int64_t{64} << 10;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 20;
constexpr std::chrono::milliseconds kPeriod{200};  ///< between two looks at a log that is followed

struct AttemptLog {
  std::shared_ptr<SweepView> view;
  TrialId trial = 0;
  Attempt attempt = 0;
  std::filesystem::path file{};

  /// The attempt is under way.
  [[nodiscard]] Result<bool> goes_on() const {
    return view->look([&](const SweepView::Now& now) -> Result<bool> {
      const Trial* one = now.sweep.find(trial);
      return one != nullptr && one->attempt == attempt && one->state == TrialState::running;
    });
  }
};

Result<AttemptLog> log_of(SweepViews& views, const Request& request) {
  const auto view = views.open(request.parameter("id"));
  if (!view) return fail(view.error());
  const auto number = query::trial(request);
  if (!number) return fail(number.error());
  const auto newest = (*view)->look([&](const SweepView::Now& now) -> Result<Attempt> {
    const Trial* trial = now.sweep.find(*number);
    if (trial == nullptr) return no_trial(std::to_string(*number));
    return trial->attempt;
  });
  if (!newest) return fail(newest.error());
  const std::int64_t attempt = query::integer(request, "attempt", *newest);
  if (attempt < 1 || attempt > *newest) {
    return fail(errc::unknown_trial, *newest == 0 ? fmt::format("trial {} hasn't started", *number)
                                                  : fmt::format("trial {} has no attempt {}", *number, attempt));
  }
  const std::int64_t rank = query::integer(request, "rank", 0);
  const std::string name =
      rank == 0 ? fmt::format("attempt-{}.log", attempt) : fmt::format("attempt-{}.rank-{}.log", attempt, rank);
  return AttemptLog{*view, *number, static_cast<Attempt>(attempt), (*view)->dir().trial(*number) / name};
}

tl::unexpected<Error> no_log(const AttemptLog& log) {
  return fail(errc::unknown_trial, fmt::format("attempt {} of trial {} has no log: only what runs as a process of its "
                                               "own has one",
                                               log.attempt, log.trial));
}

/// Less where the file ends before.
Result<std::string> read_part(const Fd& file, const ByteRange& part) {
  std::string bytes(static_cast<std::size_t>(part.size), '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got =
        ::pread(file.get(), bytes.data() + size, bytes.size() - size, static_cast<off_t>(part.first + size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return posix::failed("the log", "can't be read");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  return bytes;
}

Result<std::uint64_t> size_of_log(const Fd& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return posix::failed("the log", "can't be read");
  return static_cast<std::uint64_t>(status.st_size);
}

Result<Response> part_response(const AttemptLog& log, const Request& request) {
  const Fd file = posix::open(log.file, O_RDONLY);
  if (!file) return no_log(log);
  const auto size = size_of_log(file);
  if (!size) return fail(size.error());
  const std::string* field = request.fields.find("Range");
  auto range = field == nullptr ? std::nullopt : byte_range(*field, *size);
  if (range && range->size == 0) {
    Response response = problem_response(416, "the log is shorter");
    response.fields.set("Content-Range", fmt::format("bytes */{}", *size));
    return response;
  }
  const bool is_range = range.has_value();
  const auto limit = static_cast<std::uint64_t>(query::integer(request, "limit", kUsualBytes));
  if (!range) range = part_of(query::integer(request, "offset", 0), limit, *size);
  range->size = std::min(range->size, kMostBytes);
  auto text = read_part(file, *range);
  if (!text) return fail(text.error());
  const std::size_t got = text->size();
  Response response = text_response(is_range ? 206 : 200, "text/plain; charset=utf-8", std::move(*text));
  response.fields.set("Accept-Ranges", "bytes");
  response.fields.set("Log-Offset", std::to_string(range->first));
  response.fields.set("Log-Size", std::to_string(*size));
  if (is_range) {
    response.fields.set("Content-Range", fmt::format("bytes {}-{}/{}", range->first,
                                                     range->first + std::max<std::size_t>(got, 1) - 1, *size));
  }
  return response;
}

// --- as it comes

struct Following {
  AttemptLog log;
  std::int64_t offset = 0;  ///< below 0: before the end that it has at first
  Fd file{};
  bool over = false;
  bool cancelled = false;                       ///< on the connection's strand, as the timer
  std::shared_ptr<asio::steady_timer> timer{};  ///< while it waits
};

/// Empty: there is nothing new, or nothing will be (`over`).
Result<std::string> next_part(Following& following) {
  const auto goes_on = following.log.goes_on();
  if (!goes_on) return fail(goes_on.error());
  if (!following.file) following.file = posix::open(following.log.file, O_RDONLY);  // it comes with the first print
  if (!following.file) {
    following.over = !*goes_on;
    return std::string();
  }
  if (following.offset < 0) {
    const auto size = size_of_log(following.file);
    if (!size) return fail(size.error());
    following.offset = static_cast<std::int64_t>(part_of(following.offset, 0, *size).first);
  }
  auto text = read_part(following.file, {static_cast<std::uint64_t>(following.offset), kUsualBytes});
  if (!text) return text;
  following.offset += static_cast<std::int64_t>(text->size());
  following.over = text->empty() && !*goes_on;  // looked at before what was read
  return text;
}

asio::awaitable<Chunks> next_chunks(asio::thread_pool& workers, std::shared_ptr<Following> following) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  Chunks chunks;
  while (chunks.empty() && !following->over && !following->cancelled) {
    std::function<void(std::function<void(Result<std::string>)>)> start =
        [&workers, following](std::function<void(Result<std::string>)> done) {
          asio::post(workers, [following, done = std::move(done)] {
            done(catching(errc::internal, [&]() -> Result<std::string> { return next_part(*following); }));
          });
        };
    Result<std::string> text = co_await completion<Result<std::string>>(start);
    if (!text) throw std::runtime_error(text.error().message);
    if (!text->empty()) chunks.push_back(chunk(std::move(*text)));
    if (!chunks.empty() || following->over || following->cancelled) continue;
    following->timer = std::make_shared<asio::steady_timer>(executor, kPeriod);
    boost::system::error_code woken;
    co_await following->timer->async_wait(asio::redirect_error(asio::use_awaitable, woken));
    following->timer.reset();
  }
  if (following->cancelled) chunks.clear();
  co_return chunks;
}

Result<Response> follow_response(AttemptLog log, asio::thread_pool& workers, const Request& request) {
  const auto following =
      std::make_shared<Following>(Following{.log = std::move(log), .offset = query::integer(request, "offset", 0)});
  Response response{.fields = {{"Content-Type", "text/plain; charset=utf-8"}, {"X-Accel-Buffering", "no"}}};
  response.body = Stream{.next = [&workers, following] { return next_chunks(workers, following); },
                         .cancel =
                             [following] {
                               following->cancelled = true;
                               if (following->timer) following->timer->cancel();
                             }};
  return response;
}

}  // namespace

Handlers log_handlers(SweepViews& views, asio::thread_pool& workers) {
  return {{"getTrialLog", on_workers(workers, [&views, &workers](const Request& request) -> Result<Response> {
             auto log = log_of(views, request);
             if (!log) return fail(log.error());
             return query::flag(request, "follow", false) ? follow_response(std::move(*log), workers, request)
                                                          : part_response(*log, request);
           })}};
}

}  // namespace winnow::server
