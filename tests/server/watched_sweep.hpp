/// A sweep of learning curves on a daemon, to be looked at.
#pragma once

#include "served_sweeps.hpp"

namespace winnow::server::test {

/// `delay`: seconds a step takes.
inline std::string curves_sweep(int trials, int steps = 5, const std::string& delay = "0") {
  return "name: curves\nmethod: random\nseed: 7\ndurability: relaxed\ncheckpoints: {last: 0, best: 0}\ntrial: {grace: "
         "0.1}\nrun_cap: " +
         std::to_string(trials) +
         "\nmetric: {name: loss, goal: minimize}\nparameters: {asymptote: {min: 0.1, max: 0.9}, rate: {min: 0.5, max: "
         "2.0}}\ntrainer: {type: landscape, function: learning_curve, steps: " +
         std::to_string(steps) + ", delay: " + delay + "}\n";
}

struct WatchedSweep : ServedSweeps {
  explicit WatchedSweep(const std::string& text, bool finished = true)
      : id(create(text)), path("/api/v1/sweeps/" + id) {
    if (finished) manager.wait();
  }
  /// The answer's JSON; it is to be a 200.
  OrderedJson look(const std::string& target, const std::string& fields = "") {
    const Answer answer = ask(path + target, fields);
    EXPECT_EQ(answer.result_int(), 200U) << target << ": " << answer.body();
    return answer.result_int() == 200 ? json(answer) : OrderedJson();
  }
  unsigned status(const std::string& target, const std::string& fields = "") {
    return ask(path + target, fields).result_int();
  }
  /// A stream to its end, without its framing: HTTP/1.0 has none.
  std::string stream(const std::string& target, const std::string& fields = "") {
    Client<asio::local::stream_protocol> client(dir / "socket");
    client.say("GET " + path + target + " HTTP/1.0\r\n" + fields + "\r\n");
    const std::string all = client.rest();
    return all.substr(std::min(all.find("\r\n\r\n"), all.size() - 4) + 4);
  }

  std::string id;
  std::string path;
};

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace winnow::server::test
