#include <winnow/cli/train.hpp>

#include <fmt/format.h>

#include <cstdio>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/retrain.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow::cli {
namespace {

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
  if (args.json) {
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

}  // namespace

int train(const TrainArgs& args) {
  const auto before = recover(args.dir);
  if (!before) return complain(before.error());
  const auto trial = chosen_trial(before->sweep, args);
  if (!trial) return complain({trial.error().code, args.dir + ": " + trial.error().message});
  const auto file = sweep_of_trial(*before, *trial);
  if (!file) return complain({file.error().code, args.dir + ": " + file.error().message});
  RunArgs run;
  run.dir = args.into.empty() ? default_run_root(file->parsed.spec.name).string() : args.into;
  run.json = args.json;
  run.quiet = args.quiet;
  const int code = start(*file, run);
  return code == kDone ? report_comparison(args, *trial, run.dir) : code;
}

}  // namespace winnow::cli
