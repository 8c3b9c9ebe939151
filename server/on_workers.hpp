/// Answers and bodies that are made on a pool of threads, since they wait for a disk, an actor or a lock: so that no
/// connection holds up another.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <winnow/base/catching.hpp>
#include <winnow/core/result.hpp>
#include <winnow/server/completion.hpp>
#include <winnow/server/http.hpp>
#include <winnow/server/problem.hpp>

namespace winnow::server {

/// What `work` returns when it is done on the pool, which must outlive it; what it throws is `internal`.
template <class T>
boost::asio::awaitable<Result<T>> done_on(boost::asio::thread_pool& workers, std::function<Result<T>()> work) {
  std::function<void(std::function<void(Result<T>)>)> start =
      [&workers, work = std::move(work)](std::function<void(Result<T>)> done) {
        boost::asio::post(workers, [work, done = std::move(done)] { done(catching(errc::internal, work)); });
      };
  co_return co_await completion<Result<T>>(start);
}

/// A handler whose work, a function of the request that returns a Result<Response>, is done on the pool; an error is
/// its problem body. The pool must outlive the handler's last call.
template <class Work>
Handler on_workers(boost::asio::thread_pool& workers, Work work) {
  return [&workers, work = std::move(work)](Request request) -> boost::asio::awaitable<Response> {
    const auto asked = std::make_shared<const Request>(std::move(request));
    std::function<Result<Response>()> answering = [&work, asked]() -> Result<Response> { return work(*asked); };
    Result<Response> answer = co_await done_on(workers, answering);
    if (answer) co_return std::move(*answer);
    co_return problem_response(answer.error());
  };
}

/// The next portion of a body; empty: that was all.
using Portions = std::function<Result<std::string>()>;

/// A body in portions that are made on the pool, one after the other, each when the last is with the system. An error
/// breaks it off, so that nobody takes it for whole.
Stream stream_on_workers(boost::asio::thread_pool& workers, Portions portions);

}  // namespace winnow::server
