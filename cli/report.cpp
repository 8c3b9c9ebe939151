/// `winnow report`: from inside a program that is a trial, a shell script above all.
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <winnow/base/fd.hpp>
#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/core/value.hpp>

namespace winnow::cli {
namespace {

struct ReportArgs {
  std::vector<std::string> metrics;  ///< `loss=0.3`
  std::optional<std::int64_t> step;  ///< none: the last + 1
  bool json = false;
};

/// As the sweep is to judge it: a number, a boolean as people and Python write it, or a text, which is no metric.
OrderedJson value_of(const std::string& text) {
  if (const auto number = parse_double(text)) return number_to_json(*number);
  if (text == "true" || text == "True") return true;
  if (text == "false" || text == "False") return false;
  return text;
}

Result<std::string> line_of(const ReportArgs& args) {
  OrderedJson line;
  for (const std::string& text : args.metrics) {
    const auto equals = text.rfind('=');  // a name may hold one: mAP@[IoU=0.5]
    if (equals == std::string::npos || equals == 0) {
      return fail(errc::invalid_input, "'" + text + "' names no metric; give metrics as NAME=NUMBER, e.g. loss=0.3");
    }
    const std::string name = text.substr(0, equals);
    if (line["metrics"].contains(name)) {
      return fail(errc::invalid_input, name + " is given twice ('" + text + "' is the second); give each metric once");
    }
    line["metrics"][name] = value_of(text.substr(equals + 1));
  }
  if (args.step) line["step"] = *args.step;
  try {
    return line.dump() + "\n";
  } catch (const OrderedJson::exception&) {
    return fail(errc::invalid_input, "a metric's name isn't UTF-8: " + json_text(line));
  }
}

Result<Fd> connect_to(const std::string& path) {
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() < sizeof address.sun_path) {
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return socket;
  }
  return fail(errc::io, path + ": no answer there (" + std::generic_category().message(errno) +
                            "); the trial that this program belonged to has ended");
}

Result<std::string> ask(const std::string& path, std::string_view line) {
  auto socket = connect_to(path);
  if (!socket) return fail(socket.error());
  while (!line.empty()) {
    const ssize_t sent = ::send(socket->get(), line.data(), line.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return fail(errc::io, "the report can't be sent: " + std::generic_category().message(errno));
    line.remove_prefix(static_cast<std::size_t>(sent));
  }
  std::string answer;
  std::array<char, 512> buffer{};
  while (answer.empty() || answer.back() != '\n') {
    const ssize_t got = ::recv(socket->get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return fail(errc::cancelled, "winnow ended before it answered");
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return answer;
}

/// Sends one report, waits for the verdict and prints it. 0: go on; 1: stop or pause, or the trial is
/// over and the report is not recorded; 2: wrong usage, or no trial.
int report(const ReportArgs& args) {
  const auto line = line_of(args);
  if (!line) return complain(line.error());
  const char* path = std::getenv("WINNOW_REPORT_SOCKET");
  if (path == nullptr) {
    return complain({errc::invalid_input,
                     "this is no trial: WINNOW_REPORT_SOCKET isn't set; a program reports while `winnow run` runs it"});
  }
  const auto text = ask(path, *line);
  if (!text) {
    complain(text.error());
    return kFailed;  // the trial has ended, or does just now
  }
  const Value answer = Value::parse(*text, nullptr, false);
  if (!answer.is_object() || !answer.contains("verdict") || !answer["verdict"].is_string()) {
    const bool error = answer.is_object() && answer.contains("error") && answer["error"].is_string();
    const int code =
        complain({errc::invalid_input, error ? answer["error"].get<std::string>() : "no verdict came: " + *text});
    return error && answer.contains("end") ? kFailed : code;  // nothing was wrong with it: the trial is to end
  }
  const auto verdict = answer["verdict"].get<std::string>();
  if (args.json) {
    put(*text);
  } else {
    put(verdict + "\n");
  }
  return verdict == "continue" ? kDone : kFailed;
}

}  // namespace

void add_report(CLI::App& app, int& code) {
  const auto args = std::make_shared<ReportArgs>();
  CLI::App* command = add_command(app, "report", "Report metrics from a program that is a trial; prints the verdict",
                                  "winnow report loss=0.3 accuracy=0.9 --step 4 || exit 0",
                                  "0 the trial goes on, 1 it is to end, 2 bad input or usage");
  command->add_option("metrics", args->metrics, "what was measured, by name")->type_name("NAME=NUMBER")->required();
  command->add_option("--step", args->step, "the epoch or iteration [the last + 1]")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{9'000'000'000'000'000}));
  command->add_flag("--json", args->json, "the answer as it came");
  command->callback([args, &code] { code = report(*args); });
}

}  // namespace winnow::cli
