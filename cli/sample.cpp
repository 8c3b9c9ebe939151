/// `winnow sample`: what a sweep would try.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/space_options.hpp>
#include <winnow/session/session.hpp>
#include <winnow/space/draw.hpp>
#include <winnow/spec/sampler_of.hpp>

namespace winnow::cli {
namespace {

struct SampleArgs {
  std::string file;
  bool json = false;  ///< it always is
  std::int64_t n = 10;
  std::optional<std::uint64_t> seed;
  SpaceArgs space;
};

/// A bare space is drawn from at random, its grid marks crossed.
SweepSpec spec_of(const Input& input) {
  if (const auto* file = std::get_if<SweepFile>(&input)) {
    print_warnings(file->parsed.warnings);
    return file->parsed.spec;
  }
  const auto& file = std::get<SpaceFile>(input);
  print_warnings(file.warnings);
  SweepSpec spec;
  if (file.says) {
    spec.run_cap = file.says->run_cap;
    spec.seed = file.says->seed;
  }
  spec.space = file.space;
  return spec;
}

int sample(const SampleArgs& args) {
  const auto input = read_input(args.file, args.space);
  if (!input) return complain(input.error());
  const SweepSpec spec = spec_of(*input);
  if (auto known = check_functions(spec.space, {}); !known) {
    return complain(args.file, known.error());
  }
  // No more than a run would try.
  const std::int64_t n = std::min(args.n, spec.run_cap.value_or(args.n));
  const std::uint64_t seed = args.seed ? *args.seed : spec.seed.value_or(draw_seed());
  const auto sampler = sampler_of(spec, seed);
  if (!sampler) return complain(args.file, sampler.error());
  for (TrialId trial = 0; trial < n; ++trial) {
    const auto params = (*sampler)->propose(trial);
    if (!params) break;
    print_json(spec.space.nest(*params));
  }
  return kDone;
}

}  // namespace

void add_sample(CLI::App& app, int& code) {
  const auto args = std::make_shared<SampleArgs>();
  CLI::App* command =
      add_command(app, "sample", "Draw assignments, one JSON object a line", "winnow sample sweep.yaml -n 5 --seed 1");
  add_sweep_file(*command, args->file);
  add_dialect_option(*command, args->space);
  command->add_option("--seed", args->seed, "the seed [the file's]")->check(kSeed);
  command->add_flag("--json", args->json, "as JSON (it always is)");
  command->add_option("-n", args->n, "how many")->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40));
  command->callback([args, &code] { code = sample(*args); });
}

}  // namespace winnow::cli
