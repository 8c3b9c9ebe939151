#include <winnow/server/log_handlers.hpp>

#include <fmt/format.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <utility>

#include <winnow/server/byte_range.hpp>
#include <winnow/server/on_workers.hpp>
#include <winnow/server/query.hpp>
#include <winnow/session/attempt_log.hpp>

namespace winnow::server {

namespace asio = boost::asio;

namespace {

constexpr std::int64_t kUsualBytes = std::int64_t{64} << 10;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 20;
constexpr std::chrono::milliseconds kPeriod{200};  ///< between two looks at a log that is followed

Result<AttemptLog> log_of(SweepViews& views, const Request& request) {
  auto view = views.open(request.parameter("id"));
  if (!view) return fail(view.error());
  const auto number = query::trial(request);
  if (!number) return fail(number.error());
  const std::int64_t attempt = query::integer(request, "attempt", 0);  // it can't be asked for
  return attempt_log(std::move(*view), *number, attempt > 0 ? std::optional(attempt) : std::nullopt,
                     query::integer(request, "rank", 0));
}

Result<Response> part_response(const AttemptLog& log, const Request& request) {
  const auto file = open_log(log);
  if (!file) return fail(file.error());
  const auto size = size_of_log(*file);
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
  auto text = read_log(*file, range->first, static_cast<std::size_t>(range->size));
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
  LogFollower log;
  bool cancelled = false;                       ///< on the connection's strand, as the timer
  std::shared_ptr<asio::steady_timer> timer{};  ///< while it waits
};

asio::awaitable<Chunks> next_chunks(asio::thread_pool& workers, std::shared_ptr<Following> following) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  Chunks chunks;
  while (chunks.empty() && !following->log.over() && !following->cancelled) {
    const Portions next = [following] { return following->log.next(); };
    Result<std::string> text = co_await done_on(workers, next);
    if (!text) throw std::runtime_error(text.error().message);
    if (!text->empty()) chunks.push_back(chunk(std::move(*text)));
    if (!chunks.empty() || following->log.over() || following->cancelled) continue;
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
      std::make_shared<Following>(Following{.log = {std::move(log), query::integer(request, "offset", 0)}});
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
