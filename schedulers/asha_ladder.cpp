#include <algorithm>
#include <cmath>
#include <winnow/core/options.hpp>
#include <winnow/core/random.hpp>
#include <winnow/core/value.hpp>
#include <winnow/schedulers/asha_ladder.hpp>

namespace winnow {
namespace {

constexpr std::size_t kMostRungs = 1000;
constexpr int kMostBrackets = 1000;

/// One rung more than is allowed at most.
std::vector<double> levels_below(const AshaOptions& o) {
  std::vector<double> levels;
  for (double level = o.grace_period; level < o.max_t && levels.size() <= kMostRungs; level *= o.reduction_factor) {
    levels.push_back(level);
  }
  return levels;
}

tl::unexpected<Error> refuse(std::string_view key, std::string_view range, double value) {
  return invalid_option(key, "must be " + std::string(range) + ", got " + format_double(value));
}

}  // namespace

Value options_json(const AshaOptions& options, std::string_view variant) {
  Value json{{"max_t", options.max_t},
             {"grace_period", options.grace_period},
             {"reduction_factor", options.reduction_factor},
             {"brackets", options.brackets},
             {"variant", variant}};
  if (options.compat == AshaCompat::ray) json["compat"] = "ray";
  return json;
}

Result<void> check_ladder(const AshaOptions& o) {
  if (!(std::isfinite(o.max_t) && o.max_t >= 1)) return refuse("max_t", "at least 1", o.max_t);
  if (!(o.grace_period >= 1)) return refuse("grace_period", "at least 1", o.grace_period);
  if (!(o.grace_period < o.max_t)) {
    return refuse("grace_period", "less than max_t (" + format_double(o.max_t) + ")", o.grace_period);
  }
  if (!(std::isfinite(o.reduction_factor) && o.reduction_factor > 1)) {
    return refuse("reduction_factor", "greater than 1", o.reduction_factor);
  }
  if (o.brackets < 1 || o.brackets > kMostBrackets) return refuse("brackets", "from 1 to 1000", o.brackets);
  if (levels_below(o).size() > kMostRungs) {
    return refuse("reduction_factor", "greater: this one makes more than 1000 rungs", o.reduction_factor);
  }
  return {};
}

std::vector<double> rung_levels(const AshaOptions& options, int bracket) {
  std::vector<double> levels = levels_below(options);
  levels.erase(levels.begin(), levels.begin() + std::min<std::ptrdiff_t>(bracket, std::ssize(levels)));
  return levels;
}

BracketDraw::BracketDraw(const std::vector<std::size_t>& rungs, std::uint64_t seed) : seed_(seed) {
  double total = 0;
  for (const std::size_t count : rungs) {
    // Relative to the longest, bracket 0, because e^1000 is no number.
    total += std::exp(static_cast<double>(count) - static_cast<double>(rungs.front()));
    cumulative_.push_back(total);
  }
}

std::size_t BracketDraw::of(TrialId trial) const {
  if (cumulative_.size() == 1) return 0;
  Rng rng = keyed_rng(seed_, trial, "asha/bracket");
  const double drawn = uniform01(rng) * cumulative_.back();
  const auto it = std::upper_bound(cumulative_.begin(), cumulative_.end(), drawn);
  return std::min(static_cast<std::size_t>(it - cumulative_.begin()), cumulative_.size() - 1);
}

std::vector<std::string> describe_ladder(const std::vector<std::vector<double>>& levels, double max_t) {
  std::vector<std::string> lines;
  for (std::size_t s = 0; s < levels.size(); ++s) {
    std::string text;
    for (const double level : levels[s]) text += (text.empty() ? " " : ", ") + format_double(level);
    lines.push_back("bracket " + std::to_string(s) + ": " + (text.empty() ? "no rungs" : "rungs" + text));
  }
  lines.push_back("a trial is complete at " + format_double(max_t));
  return lines;
}

}  // namespace winnow
