#include <winnow/server/on_workers.hpp>

#include <stdexcept>

namespace winnow::server {

namespace asio = boost::asio;

namespace {

asio::awaitable<Chunks> next_portion(asio::thread_pool& workers, std::shared_ptr<const Portions> portions) {
  std::function<void(std::function<void(Result<std::string>)>)> start =
      [&workers, portions](std::function<void(Result<std::string>)> done) {
        asio::post(workers, [portions, done = std::move(done)] {
          done(catching(errc::internal, [&]() -> Result<std::string> { return (*portions)(); }));
        });
      };
  Result<std::string> text = co_await completion<Result<std::string>>(start);
  if (!text) throw std::runtime_error(text.error().message);
  Chunks chunks;
  if (!text->empty()) chunks.push_back(chunk(std::move(*text)));
  co_return chunks;
}

}  // namespace

Stream stream_on_workers(asio::thread_pool& workers, Portions portions) {
  return {.next = [&workers, kept = std::make_shared<const Portions>(std::move(portions))] {
    return next_portion(workers, kept);
  }};
}

}  // namespace winnow::server
