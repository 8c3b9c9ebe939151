/// What `winnow run` prints where there is no live table: plain lines in a pipe, or JSON lines.
#pragma once

#include <map>
#include <string>

#include <winnow/sweep/sweep.hpp>

namespace winnow::cli {

/// Plain: what became of each trial. As JSON: its starts and reports, too.
class EventLines {
public:
  EventLines(bool json, const Sweep& sweep);

  void operator()(const Event& event);

private:
  struct Last {
    Step step;
    double value;
  };
  [[nodiscard]] std::string ended(const Event& event) const;

  bool json_;
  std::string metric_;  ///< empty: the sweep names none
  std::map<TrialId, Assignment> params_;
  std::map<TrialId, Last> values_;
};

}  // namespace winnow::cli
