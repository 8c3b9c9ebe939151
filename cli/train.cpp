/// `winnow train`: one trial of a run, trained again in a run directory of its own.
#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/drive.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/session/ledger_copy.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/retrain.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow::cli {
namespace {

struct TrainArgs {
  RunChoice run;
  std::optional<TrialId> trial;  ///< none: the best
  std::string into;              ///< empty: runs/<name>-trial-<N>-<time>
  DriveArgs drive;
};

Result<TrialId> chosen_trial(const Sweep& sweep, const TrainArgs& args) {
  if (args.trial) return *args.trial;
  if (sweep.spec().metrics.size() > 1) {
    return fail(errc::invalid_input, "with several metrics there is no one best trial; name one with --trial");
  }
  const auto best = best_trial(sweep);
  if (!best) return fail(errc::invalid_input, "no trial has a value yet; name one with --trial");
  return best->trial;
}

int report_comparison(const TrainArgs& args, const RunPlace& run, TrialId trial, const std::filesystem::path& again) {
  const auto compared = compare_curves(run.root, trial, again, 0);
  if (!compared) return complain(compared.error());
  const auto& difference = compared->difference;
  if (args.drive.json) {
    OrderedJson json{{"event", "compared"}, {"trial", trial}, {"reports", compared->reports}};
    json["equal"] = !difference.has_value();
    if (difference) json["difference"] = *difference;
    print_json(json);
  } else if (difference) {
    print("not as trial {} in {} was: {}\n", trial, run.name, *difference);
  } else {
    print("as trial {} in {} was, bit for bit ({} reports)\n", trial, run.name, compared->reports);
  }
  return kDone;
}

/// A copy doesn't say what programs are told: they are told what is said here.
Result<void> take_variables(Recovered& run) {
  std::vector<std::string> missing;
  auto text = with_variables(run.text, [&](const std::string& name) -> std::string {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) missing.push_back(name);
    return value == nullptr ? "" : value;
  });
  if (!text) return fail(text.error());
  run.text = std::move(*text);
  if (missing.empty()) return {};
  return fail(errc::invalid_input,
              fmt::format("its daemon doesn't tell what process.env holds; set {} in your own environment",
                          fmt::join(missing, ", ")));
}

int train(const TrainArgs& args) {
  const auto found = find_run(args.run);
  if (!found) return complain(found.error());
  const std::string& name = found->place.name;
  auto before = recover(found->place.root);
  if (!before) return complain(before.error());
  const auto trial = chosen_trial(before->sweep, args);
  if (!trial) return complain(name, trial.error());
  if (found->place.is_copy) {
    if (auto taken = take_variables(*before); !taken) return complain(name, taken.error());
  }
  const auto file = sweep_of_trial(*before, *trial);
  if (!file) return complain(name, file.error());
  const auto root = args.into.empty() ? default_run_root(file->parsed.spec.name) : std::filesystem::path(args.into);
  const int code = start(*file, {file->path.string(), root, {}, before->started_from}, args.drive);
  return code == kDone ? report_comparison(args, found->place, *trial, root) : code;
}

}  // namespace

void add_train(CLI::App& app, int& code) {
  const auto args = std::make_shared<TrainArgs>();
  CLI::App* command = add_command(app, "train", "Train one trial of a run again, in a run directory of its own",
                                  "winnow train runs/first --trial 7");
  add_run_to_look_at(*command, args->run, "run");
  command->add_option("--trial", args->trial, "the number of the trial [the best]");
  command->add_option("--dir", args->into, "the new run directory [runs/<name>-trial-<N>-<time>]")
      ->type_name(kDirectory)
      ->check(kNamed);
  add_daemon_options(*command, args->run.daemon);
  add_progress_options(*command, args->drive.json, args->drive.quiet);
  command->callback([args, &code] { code = train(*args); });
}

}  // namespace winnow::cli
