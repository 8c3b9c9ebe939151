#include <winnow/server/asktell_handlers.hpp>

#include <fmt/format.h>

#include <utility>

#include <winnow/server/completion.hpp>
#include <winnow/server/json_body.hpp>
#include <winnow/server/problem.hpp>

namespace winnow::server {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kLargestBatch = 10'000;

using Answers = std::vector<Result<OrderedJson>>;

asio::awaitable<Answers> ask(Manager& manager, std::string sweep, std::vector<Value> requests) {
  std::function<void(std::function<void(Answers)>)> start = [&](std::function<void(Answers)> done) {
    manager.ask(sweep, std::move(requests), std::move(done));
  };
  co_return co_await completion<Answers>(start);
}

/// What a client may send once more when it was too early.
Response refusal(const Error& error) {
  Response response = problem_response(error);
  if (response.status == 503) response.fields.set("Retry-After", "1");
  return response;
}

/// The body is the request without its `op`; the key of an ask may stand in the head.
Handler one(Manager& manager, std::string op) {
  return [&manager, op = std::move(op)](Request request) -> asio::awaitable<Response> {
    auto body = object_of(request);
    if (!body) co_return body.error();
    if (body->contains("op")) co_return problem_response(wrong_field("op", "is what the path says").value());
    (*body)["op"] = op;
    const auto key = idempotency_key(request);
    if (!key) co_return key.error();
    if (!key->empty() && op == "ask" && !body->contains("key")) (*body)["key"] = *key;
    std::vector<Value> requests{std::move(*body)};
    const Answers answers = co_await ask(manager, request.parameter("id"), std::move(requests));
    co_return answers.front() ? json_response(200, *answers.front()) : refusal(answers.front().error());
  };
}

/// Each has its own answer or problem, in the order of the requests. What keeps the sweep from answering at all is the
/// whole batch's.
Handler batch(Manager& manager) {
  return [&manager](Request request) -> asio::awaitable<Response> {
    auto body = json_of(request);
    if (!body) co_return body.error();
    if (!body->is_array() || body->size() > kLargestBatch) {
      co_return problem_response(
          {errc::invalid_input, fmt::format("the body is to be an array of at most {} requests, e.g. "
                                            "[{{\"op\": \"ask\"}}]",
                                            kLargestBatch)});
    }
    auto requests = std::move(body->get_ref<Value::array_t&>());
    const Answers answers = co_await ask(manager, request.parameter("id"), std::move(requests));
    std::string text = "[";
    for (const auto& answer : answers) {
      const bool whole = !answer && (answer.error().code == errc::unknown_sweep || answer.error().code == errc::io ||
                                     answer.error().code == errc::cancelled);
      if (whole) co_return refusal(answer.error());
      if (text.size() > 1) text += ",\n";
      text += (answer ? *answer : problem_json(problem_of(answer.error()))).dump();
    }
    co_return text_response(200, "application/json", text + "]\n");
  };
}

}  // namespace

Handlers asktell_handlers(Manager& manager) {
  return {{"askTrial", one(manager, "ask")},         {"reportTrial", one(manager, "report")},
          {"suggestValue", one(manager, "suggest")}, {"heartbeatTrial", one(manager, "heartbeat")},
          {"tellTrial", one(manager, "tell")},       {"batchAskTell", batch(manager)}};
}

}  // namespace winnow::server
