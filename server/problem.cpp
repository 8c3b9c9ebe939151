#include <winnow/server/problem.hpp>

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <charconv>

namespace winnow::server {

namespace {

struct Kind {
  int status;
  std::string_view name;
  std::string_view title;
};

Kind kind_of(errc code) {
  switch (code) {
    case errc::invalid_input: return {422, "invalid-input", "The input is wrong"};
    case errc::invalid_option: return {422, "invalid-option", "An option is out of its range"};
    case errc::unsupported: return {422, "unsupported", "This can't be done"};
    case errc::unknown_trial: return {404, "unknown-trial", "There is no such trial"};
    case errc::unknown_sweep: return {404, "unknown-sweep", "There is no such sweep"};
    case errc::stale_attempt: return {409, "stale-attempt", "A newer attempt has taken the trial over"};
    case errc::illegal_state: return {409, "illegal-state", "The state doesn't allow it"};
    case errc::trial_failed: return {409, "trial-failed", "The trial failed"};
    case errc::trial_lost: return {409, "trial-lost", "The trial is lost"};
    case errc::busy: return {409, "busy", "Another process has it"};
    case errc::cancelled: return {503, "cancelled", "It was ended before it was done"};
    case errc::io: return {503, "io", "The system said no"};
    case errc::corrupt: return {500, "corrupt", "Stored data are damaged"};
    case errc::internal: break;
  }
  return {500, "internal", "A fault of the daemon"};
}

/// `NAME:` at the front of `text`, taken off; -1 if there is no number.
int take_number(std::string_view& text) {
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || end == text.data() + text.size() || *end != ':') return -1;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return number;
}

}  // namespace

Problem problem_of(const Error& error) {
  const Kind kind = kind_of(error.code);
  Problem problem{.status = kind.status,
                  .type = std::string(kind.name),
                  .title = std::string(kind.title),
                  .detail = error.message,
                  .path = error.key};
  std::string_view rest = error.message;
  const std::size_t name = rest.find(':');
  if (name == std::string_view::npos) return problem;
  rest.remove_prefix(name + 1);
  const int line = take_number(rest);
  if (line < 0) return problem;
  problem.line = line;
  if (const int column = take_number(rest); column >= 0) problem.column = column;
  return problem;
}

Problem problem(int status, std::string detail) {
  std::string title(reason_phrase(status));
  std::string name = title;
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    if (c == ' ') return '-';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return {.status = status, .type = std::move(name), .title = std::move(title), .detail = std::move(detail)};
}

OrderedJson problem_json(const Problem& problem) {
  OrderedJson body{{"type", "urn:winnow:problem:" + problem.type},
                   {"title", problem.title},
                   {"status", problem.status},
                   {"detail", problem.detail}};
  if (!problem.path.empty()) body["path"] = problem.path;
  if (problem.line) body["line"] = *problem.line;
  if (problem.column) body["column"] = *problem.column;
  return body;
}

Response problem_response(const Problem& problem) {
  Response response = json_response(problem.status, problem_json(problem));
  response.fields.set("Content-Type", "application/problem+json");
  return response;
}

Response problem_response(const Error& error) {
  return problem_response(problem_of(error));
}

Response problem_response(int status, std::string detail) {
  return problem_response(problem(status, std::move(detail)));
}

std::string_view reason_phrase(int status) {
  // Beast's table has 413 by its older name (RFC 7231).
  if (status == 413) return "Content Too Large";
  const auto phrase =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(static_cast<unsigned>(status)));
  return {phrase.data(), phrase.size()};
}

}  // namespace winnow::server
