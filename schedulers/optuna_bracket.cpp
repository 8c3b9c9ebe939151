#include <algorithm>
#include <cmath>
#include <winnow/schedulers/optuna_bracket.hpp>

namespace winnow {
namespace {

constexpr std::size_t kRungsShown = 6;

}  // namespace

OptunaBracket::OptunaBracket(double first, int eta, int bootstrap, Goal goal)
    : eta_(static_cast<std::size_t>(eta)), bootstrap_(static_cast<std::size_t>(bootstrap)), goal_(goal) {
  for (double step = first; step < 0x1p53; step *= eta) steps_.push_back(step);
  rungs_.resize(steps_.size());
}

std::size_t OptunaBracket::kept(std::size_t n) const {
  return std::max<std::size_t>(n / eta_, 1);
}

Decision OptunaBracket::judge(std::size_t passed, const Judged& report) const {
  Decision decision;
  for (std::size_t k = passed; k < rungs_.size() && static_cast<double>(report.step) >= steps_[k]; ++k) {
    decision.rung = static_cast<std::int32_t>(k);
    const auto stop = [&](const std::string& why) {
      decision.verdict = Verdict::stop;
      decision.why = why + " at the rung at step " + format_double(steps_[k]);
      return decision;
    };
    if (std::isnan(report.value)) return stop("it has no number");
    const std::size_t n = rungs_[k].size() + 1;
    if (n <= bootstrap_) return stop("it is one of the first " + std::to_string(bootstrap_) + " trials");
    const auto worst_kept = rungs_[k].below();
    if (worst_kept && score(report.value) > *worst_kept) {
      return stop(format_double(report.value) + " is not among the best " + std::to_string(kept(n)) + " of " +
                  std::to_string(n) + " trials");
    }
  }
  return decision;
}

std::size_t OptunaBracket::record(std::size_t passed, const Judged& report, const Decision& decision) {
  if (decision.rung < 0 || std::isnan(report.value)) return passed;
  const std::size_t end = std::min(static_cast<std::size_t>(decision.rung) + 1, rungs_.size());
  for (std::size_t k = passed; k < end; ++k) {
    const std::size_t n = rungs_[k].size() + 1;
    rungs_[k].insert(score(report.value), kept(n + 1));
  }
  return std::max(passed, end);
}

std::string OptunaBracket::describe() const {
  if (steps_.empty()) return "no rungs";
  std::string text = "rungs";
  for (std::size_t i = 0; i < std::min(steps_.size(), kRungsShown); ++i) {
    text += (i == 0 ? " " : ", ") + format_double(steps_[i]);
  }
  return text + (steps_.size() > kRungsShown ? ", …" : "");
}

}  // namespace winnow
