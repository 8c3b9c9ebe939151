#include <algorithm>
#include <cmath>
#include <limits>
#include <winnow/core/options.hpp>
#include <winnow/schedulers/wandb_hyperband.hpp>

namespace winnow {
namespace {

constexpr int kMostBands = 100;  ///< that min_iter makes, as in the engine
constexpr std::size_t kShown = 8;

/// Fractions are kept while dividing and multiplying, and dropped of each band. A band at 2^53 or beyond is never
/// reached.
std::vector<double> band_counts(const WandbHyperband::Options& options) {
  std::vector<double> counts;
  if (options.max_iter) {
    double band = *options.max_iter;
    for (int i = 0; i < *options.s; ++i) {
      band /= options.eta;
      if (band < 1) break;
      counts.push_back(std::floor(band));
    }
  } else {
    double band = *options.min_iter;
    for (int i = 0; i < kMostBands && band < 0x1p53; ++i, band *= options.eta) counts.push_back(std::floor(band));
  }
  std::sort(counts.begin(), counts.end());
  counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
  return counts;
}

Result<void> check(const WandbHyperband::Options& options) {
  if (!options.max_iter && !options.min_iter) {
    return invalid_option("min_iter",
                          "is required: the values after which trials are first judged; or give max_iter and s");
  }
  if (options.max_iter && !options.s) {
    return invalid_option("s", "is required with max_iter: how many bands there are below it");
  }
  for (const auto& [key, value] :
       {std::pair{"max_iter", options.max_iter}, {"min_iter", options.min_iter}, {"s", options.s}}) {
    if (value && *value < 1) return invalid_option(key, "must be at least 1, got " + std::to_string(*value));
  }
  if (!(std::isfinite(options.eta) && options.eta > 1)) {
    return invalid_option("eta", "must be greater than 1, got " + format_double(options.eta));
  }
  return {};
}

}  // namespace

Result<WandbHyperband> WandbHyperband::make(Options options, SchedulerContext context) {
  if (auto valid = check(options); !valid) return fail(std::move(valid.error()));
  const std::vector<double> counts = band_counts(options);
  if (counts.empty()) {
    return invalid_option("max_iter", std::to_string(*options.max_iter) + " makes no band: divided by eta (" +
                                          format_double(options.eta) +
                                          ") it is below 1; make it greater, or give min_iter");
  }
  return WandbHyperband(options, context.goal, counts);
}

WandbHyperband::WandbHyperband(Options options, Goal goal, const std::vector<double>& counts)
    : options_(options), goal_(goal) {
  for (const double count : counts) bands_.emplace_back(count, 1 / options.eta);
}

bool WandbHyperband::advance(Track& track, double value) const {
  ++track.count;
  track.best = std::min(track.best, score(value));
  if (track.passed == bands_.size() || static_cast<double>(track.count) < bands_[track.passed].count()) return false;
  ++track.passed;
  track.at_band = score(value);
  return true;
}

Decision WandbHyperband::judge(const Judged& report) const {
  const Track* known = track_of(report.trial);
  Track track = known == nullptr ? Track() : *known;
  const bool reached = std::isfinite(report.value) && advance(track, report.value);
  if (track.passed == 0) return {};
  const Band& band = bands_[track.passed - 1];
  const double threshold = reached ? band.threshold_with(track.at_band) : band.threshold();
  const bool stops = (options_.strict ? track.at_band : track.best) > threshold;
  return {.verdict = stops ? Verdict::stop : Verdict::go_on, .rung = static_cast<std::int32_t>(track.passed) - 1};
}

void WandbHyperband::record(const Judged& report, const Decision&) {
  if (!std::isfinite(report.value)) return;
  Track& track = tracks_[report.trial];
  if (advance(track, report.value)) bands_[track.passed - 1].insert(track.at_band);
}

const WandbHyperband::Track* WandbHyperband::track_of(TrialId trial) const {
  const auto it = tracks_.find(trial);
  return it == tracks_.end() ? nullptr : &it->second;
}

std::vector<double> WandbHyperband::rungs_of(TrialId) const {
  std::vector<double> counts;
  for (const Band& band : bands_) counts.push_back(band.count());
  return counts;
}

std::vector<std::string> WandbHyperband::describe() const {
  std::string bands = "bands";
  for (std::size_t i = 0; i < std::min(bands_.size(), kShown); ++i) {
    bands += (i == 0 ? " " : ", ") + format_double(bands_[i].count());
  }
  std::vector<std::string> lines = {bands + (bands_.size() > kShown ? ", …" : "")};
  const std::string own = options_.strict ? "its value at the last band it passed" : "its best value so far";
  lines.push_back("strict " + std::string(options_.strict ? "true" : "false") + ": a trial stops if " + own +
                  " is outside the best 1/" + format_double(options_.eta) + " there");
  if (options_.max_iter && options_.min_iter) lines.emplace_back("min_iter is not used: max_iter is given");
  if (!options_.max_iter && options_.s) lines.emplace_back("s is not used: it belongs to max_iter");
  return lines;
}

Value WandbHyperband::options() const {
  Value json{{"eta", options_.eta}, {"strict", options_.strict}};
  if (options_.max_iter) json["max_iter"] = *options_.max_iter;
  if (options_.s) json["s"] = *options_.s;
  if (options_.min_iter) json["min_iter"] = *options_.min_iter;
  return json;
}

Result<std::unique_ptr<Scheduler>> make_wandb_hyperband(const Value& options, SchedulerContext context) {
  OptionReader reader("wandb_hyperband", options);
  WandbHyperband::Options read;
  read.max_iter = reader.integer("max_iter");
  read.s = reader.integer("s");
  read.min_iter = reader.integer("min_iter");
  read.eta = reader.number("eta").value_or(read.eta);
  read.strict = reader.flag("strict").value_or(read.strict);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  auto made = WandbHyperband::make(read, context);
  if (!made) return fail(std::move(made.error()));
  return std::make_unique<WandbHyperband>(std::move(*made));
}

}  // namespace winnow
