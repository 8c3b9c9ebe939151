/// `winnow train`: one trial of a run, trained again in a run directory of its own.
#include <memory>
#include <optional>
#include <string>

#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/drive.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/retrain.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow::cli {
namespace {

struct TrainArgs {
  std::string dir;               ///< the run
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

int report_comparison(const TrainArgs& args, TrialId trial, const std::filesystem::path& again) {
  const auto compared = compare_curves(args.dir, trial, again, 0);
  if (!compared) return complain(compared.error());
  const auto& difference = compared->difference;
  if (args.drive.json) {
    OrderedJson json{{"event", "compared"}, {"trial", trial}, {"reports", compared->reports}};
    json["equal"] = !difference.has_value();
    if (difference) json["difference"] = *difference;
    print_json(json);
  } else if (difference) {
    print("not as trial {} in {} was: {}\n", trial, args.dir, *difference);
  } else {
    print("as trial {} in {} was, bit for bit ({} reports)\n", trial, args.dir, compared->reports);
  }
  return kDone;
}

int train(const TrainArgs& args) {
  const auto before = recover(args.dir);
  if (!before) return complain(before.error());
  const auto trial = chosen_trial(before->sweep, args);
  if (!trial) return complain(args.dir, trial.error());
  const auto file = sweep_of_trial(*before, *trial);
  if (!file) return complain(args.dir, file.error());
  const auto root = args.into.empty() ? default_run_root(file->parsed.spec.name) : std::filesystem::path(args.into);
  const int code = start(*file, {file->path.string(), root, {}, before->started_from}, args.drive);
  return code == kDone ? report_comparison(args, *trial, root) : code;
}

}  // namespace

void add_train(CLI::App& app, int& code) {
  const auto args = std::make_shared<TrainArgs>();
  CLI::App* command = add_command(app, "train", "Train one trial of a run again, in a run directory of its own",
                                  "winnow train runs/first --trial 7");
  add_run_to_look_at(*command, args->dir, "run");
  command->add_option("--trial", args->trial, "the number of the trial [the best]");
  command->add_option("--dir", args->into, "the new run directory [runs/<name>-trial-<N>-<time>]")
      ->type_name(kDirectory)
      ->check(kNamed);
  add_progress_options(*command, args->drive.json, args->drive.quiet);
  command->callback([args, &code] { code = train(*args); });
}

}  // namespace winnow::cli
