#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <winnow/base/duration_text.hpp>
#include <winnow/core/device_amount.hpp>
#include <winnow/spec/read/parts.hpp>

namespace winnow::spec_reader {
namespace {

constexpr auto kMaxInt = std::numeric_limits<int>::max();

std::optional<double> read_duration(MappingReader& section, std::string_view key, NumberRange range) {
  const Node* node = section.find(key);
  if (node == nullptr) return std::nullopt;
  if (node->scalar.is_number()) return section.number(key, range);
  const Result<double> seconds = node->scalar.is_string() ? parse_duration(node->text) : fail(errc::invalid_input, "");
  const bool fits = seconds && (range.open ? *seconds > range.low : *seconds >= range.low);
  if (fits) return *seconds;
  section.complain(key, fmt::format("must be a time such as 2h, 10m, 30s, 1h30m or a number of seconds{}, got {}",
                                    range.open ? " greater than 0" : "", shown(*node)));
  return std::nullopt;
}

int read_count(MappingReader& section, std::string_view key, int fallback) {
  return static_cast<int>(section.integer(key, 0, kMaxInt).value_or(fallback));
}

void read_resources(MappingReader resources, SweepSpec& spec) {
  spec.cpus = resources.number("cpus", {.low = 0, .open = true});
  spec.gpus = resources.number("gpus", {.low = 0});
  if (const double gpus = spec.gpus.value_or(0); gpus > 0 && !is_device_amount(gpus)) {
    resources.complain("gpus", fmt::format("must be a whole number of devices, or a part of one such as 0.25, got {}",
                                           format_double(gpus)));
  }
  resources.finish("resources");
}

/// Numbers and UUIDs, as CUDA_VISIBLE_DEVICES takes them.
void read_devices(MappingReader& top, SweepSpec& spec) {
  const Node* node = top.find("devices");
  if (node == nullptr) return;
  const auto is_name = [](const Node& item) {
    const bool number = item.scalar.is_number_integer() && (item.scalar.is_number_unsigned() || item.scalar >= 0);
    const bool word = item.scalar.is_string() && !item.text.empty() &&
                      std::all_of(item.text.begin(), item.text.end(), [](unsigned char c) {
                        return std::isalnum(c) != 0 || c == '-' || c == '/' || c == '_' || c == ':';
                      });
    return item.kind == Node::Kind::scalar && (number || word);
  };
  if (!node->is_sequence() || node->items.empty() || !std::all_of(node->items.begin(), node->items.end(), is_name)) {
    return top.complain("devices", fmt::format("must be a list of numbers or UUIDs of devices, such as [0, 2] or "
                                               "[GPU-8932f937], got {}",
                                               shown(*node)));
  }
  auto& devices = spec.devices.emplace();
  for (const Node& item : node->items) devices.push_back(item.scalar.is_string() ? item.text : item.scalar.dump());
  if (spec.gpus.value_or(0) <= 0) {
    top.warn("devices", "resources.gpus gives them to trials, and isn't there: every trial sees all of them");
  }
}

void read_budget(MappingReader budget, SweepSpec& spec) {
  spec.budget_wall = read_duration(budget, "wall", {.low = 0, .open = true});
  spec.budget_resource = budget.number("resource", {.low = 0, .open = true});
  if (const auto trials = budget.integer("no_improvement", 1)) spec.budget_no_improvement = trials;
  budget.finish("budget");
}

void read_retries(MappingReader retries, TrialSpec& trial) {
  trial.retries_lost = read_count(retries, "lost", trial.retries_lost);
  trial.retries_error = read_count(retries, "error", trial.retries_error);
  trial.retries_oom = read_count(retries, "oom", trial.retries_oom);
  retries.finish("retries");
}

void read_trial(MappingReader section, TrialSpec& trial) {
  trial.time_limit = read_duration(section, "time_limit", {.low = 0, .open = true});
  trial.report_timeout = read_duration(section, "report_timeout", {.low = 0, .open = true});
  trial.grace = read_duration(section, "grace", {.low = 0}).value_or(trial.grace);
  trial.on_nan = section.choice<OnNan>("on_nan", {{"rank", OnNan::rank}, {"fail", OnNan::fail}}).value_or(trial.on_nan);
  trial.on_time_limit =
      section.choice<OnTimeLimit>("on_time_limit", {{"fail", OnTimeLimit::fail}, {"stop", OnTimeLimit::stop}})
          .value_or(trial.on_time_limit);
  if (const Node* retries = section.find("retries")) {
    read_retries({*retries, section.path_of("retries"), section.diagnostics()}, trial);
  }
  section.finish("trial");
}

void read_failures(MappingReader failures, SweepSpec& spec) {
  if (failures.find("max") != nullptr) spec.failures_max = read_count(failures, "max", 0);
  spec.failures_first = read_count(failures, "first", spec.failures_first);
  spec.failures_quick = read_duration(failures, "quick", {.low = 0}).value_or(spec.failures_quick);
  failures.finish("failures");
}

void read_checkpoints(MappingReader checkpoints, SweepSpec& spec) {
  spec.checkpoints_last = read_count(checkpoints, "last", spec.checkpoints_last);
  spec.checkpoints_best = read_count(checkpoints, "best", spec.checkpoints_best);
  checkpoints.finish("checkpoints");
}

void read_slots(MappingReader& top, SweepSpec& spec) {
  const Node* node = top.find("slots");
  if (node == nullptr || (node->scalar.is_string() && node->text == "auto")) return;
  if (node->scalar.is_number_integer()) {
    spec.slots = static_cast<int>(top.integer("slots", 1, kMostSlots).value_or(0));
  } else {
    top.complain("slots", fmt::format("must be auto or an integer of at least 1, got {}", shown(*node)));
  }
}

}  // namespace

void read_settings(MappingReader& top, SweepSpec& spec) {
  const auto section = [&](const Node& node, std::string_view key) {
    return MappingReader(node, std::string(key), top.diagnostics());
  };
  if (const auto cap = top.integer("run_cap", 1)) spec.run_cap = cap;
  read_slots(top, spec);
  spec.durability = top.choice<Durability>("durability", {{"full", Durability::full}, {"relaxed", Durability::relaxed}})
                        .value_or(spec.durability);
  spec.isolation = top.choice<Isolation>("isolation", {{"thread", Isolation::thread}, {"process", Isolation::process}})
                       .value_or(spec.isolation);
  constexpr int kMostAttempts = 1'000'000;
  spec.attempts_per_worker =
      static_cast<int>(top.integer("attempts_per_worker", 1, kMostAttempts).value_or(spec.attempts_per_worker));
  if (const Node* node = top.find("resources")) read_resources(section(*node, "resources"), spec);
  read_devices(top, spec);
  if (const Node* node = top.find("budget")) read_budget(section(*node, "budget"), spec);
  if (const Node* node = top.find("trial")) read_trial(section(*node, "trial"), spec.trial);
  if (const Node* node = top.find("failures")) read_failures(section(*node, "failures"), spec);
  if (const Node* node = top.find("checkpoints")) read_checkpoints(section(*node, "checkpoints"), spec);
}

void check_isolation(MappingReader& top, SweepSpec& spec) {
  if (spec.trainer.ranks > 1) {
    const bool threads = top.find("isolation") != nullptr && spec.isolation == Isolation::thread;
    if (threads) top.complain("isolation", "thread can't be with trainer.ranks: ranks are processes; process is right");
    spec.isolation = Isolation::process;
  }
  if (spec.attempts_per_worker > 1 && spec.isolation == Isolation::thread) {
    top.complain("attempts_per_worker", "is for isolation: process, where trials have processes");
  }
}

}  // namespace winnow::spec_reader
