#include <algorithm>
#include <cmath>
#include <winnow/core/options.hpp>
#include <winnow/schedulers/optuna_hyperband.hpp>
#include <winnow/schedulers/optuna_steps.hpp>

namespace winnow {

std::uint32_t crc32_of(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

Result<OptunaHyperband> OptunaHyperband::make(Options options, SchedulerContext context) {
  struct Range {
    const char* key;
    int value;
    int least;
  };
  for (const auto& [key, value, least] :
       {Range{"min_resource", options.min_resource, 1}, Range{"reduction_factor", options.reduction_factor, 2},
        Range{"bootstrap_count", options.bootstrap_count, 0},
        Range{"max_resource", options.max_resource.value_or(options.min_resource), options.min_resource}}) {
    if (auto valid = check_at_least(key, value, least); !valid) return fail(std::move(valid.error()));
  }
  if (options.bootstrap_count > 0 && !options.max_resource) {
    return invalid_option("bootstrap_count", "needs max_resource to be a number, not auto");
  }
  return OptunaHyperband(options, std::move(context));
}

OptunaHyperband::OptunaHyperband(Options options, SchedulerContext context)
    : options_(options), context_(std::move(context)) {
  if (options.max_resource) brackets_ = brackets_up_to(*options.max_resource);
}

OptunaHyperband::Brackets OptunaHyperband::brackets_up_to(double max_resource) const {
  Brackets made;
  const double eta = options_.reduction_factor;
  const int count = static_cast<int>(std::floor(std::log(max_resource / options_.min_resource) / std::log(eta))) + 1;
  double first = options_.min_resource;
  for (int b = 0; b < count; ++b, first *= eta) {
    made.all.emplace_back(first, options_.reduction_factor, options_.bootstrap_count, context_.goal);
    double trials = count;
    for (int i = b + 1; i < count; ++i) trials *= eta;
    made.shares.push_back(std::ceil(trials / (count - b)));
    made.total += made.shares.back();
  }
  return made;
}

std::optional<OptunaHyperband::Brackets> OptunaHyperband::found() const {
  if (!longest_) return std::nullopt;
  return brackets_up_to(static_cast<double>(*longest_) + 1);
}

std::size_t OptunaHyperband::bracket_of(TrialId trial, const Brackets& brackets) const {
  double place = std::fmod(crc32_of(context_.sweep + "_" + std::to_string(trial)), brackets.total);
  for (std::size_t b = 0; b + 1 < brackets.all.size(); ++b) {
    place -= brackets.shares[b];
    if (place < 0) return b;
  }
  return brackets.all.size() - 1;
}

Decision OptunaHyperband::judge(const Judged& report) const {
  const auto track = tracks_.find(report.trial);
  const std::size_t passed = track == tracks_.end() ? 0 : track->second.passed;
  const auto judge_in = [&](const Brackets& brackets) {
    return brackets.all.empty() ? Decision() : brackets.all[bracket_of(report.trial, brackets)].judge(passed, report);
  };
  if (brackets_) return judge_in(*brackets_);
  const auto brackets = found();
  return brackets ? judge_in(*brackets) : Decision();
}

void OptunaHyperband::record(const Judged& report, const Decision& decision) {
  if (!brackets_) brackets_ = found();
  Track& track = tracks_[report.trial];
  track.last = report.step;
  if (!brackets_ || brackets_->all.empty()) return;
  track.passed = brackets_->all[bracket_of(report.trial, *brackets_)].record(track.passed, report, decision);
}

void OptunaHyperband::ended(TrialId trial, TrialState state) {
  const auto track = tracks_.find(trial);
  if (state == TrialState::failed || track == tracks_.end()) return;  // a failed one may run again
  if (state == TrialState::completed) longest_ = std::max(longest_.value_or(0), track->second.last);
  tracks_.erase(track);
}

std::vector<double> OptunaHyperband::rungs_of(TrialId trial) const {
  if (!brackets_ || brackets_->all.empty()) return {};
  return brackets_->all[bracket_of(trial, *brackets_)].steps();
}

std::vector<std::string> OptunaHyperband::describe() const {
  if (!options_.max_resource) {
    return {
        "brackets are made from the last steps of completed trials: the first trial can be stopped when one has "
        "completed"};
  }
  const Brackets brackets = brackets_up_to(*options_.max_resource);
  std::vector<std::string> lines;
  for (std::size_t b = 0; b < brackets.all.size(); ++b) {
    lines.push_back("bracket " + std::to_string(b) + ": " + format_double(brackets.shares[b]) + " of " +
                    format_double(brackets.total) + " trials, " + brackets.all[b].describe());
  }
  lines.push_back("the first trial can be stopped at step " + std::to_string(options_.min_resource));
  if (options_.bootstrap_count > 0) {
    lines.push_back("the first " + std::to_string(options_.bootstrap_count) + " trials at each rung stop there");
  }
  return lines;
}

Value OptunaHyperband::options() const {
  Value json{{"min_resource", options_.min_resource},
             {"reduction_factor", options_.reduction_factor},
             {"bootstrap_count", options_.bootstrap_count}};
  json["max_resource"] = options_.max_resource ? Value(*options_.max_resource) : Value("auto");
  return json;
}

Result<std::unique_ptr<Scheduler>> make_optuna_hyperband(const Value& options, SchedulerContext context) {
  OptionReader reader("optuna_hyperband", options);
  OptunaHyperband::Options read;
  read.min_resource = reader.integer("min_resource", read.min_resource);
  read.max_resource = read_whole_or_auto(reader, options, "max_resource", std::nullopt);
  read.reduction_factor = reader.integer("reduction_factor", read.reduction_factor);
  read.bootstrap_count = reader.integer("bootstrap_count", read.bootstrap_count);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  auto made = OptunaHyperband::make(read, std::move(context));
  if (!made) return fail(std::move(made.error()));
  return std::make_unique<OptunaHyperband>(std::move(*made));
}

}  // namespace winnow
