/// `winnow convert`: a sweep file or a space in the format of another tool.
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/space_options.hpp>
#include <winnow/spec/convert.hpp>

namespace winnow::cli {
namespace {

struct ConvertArgs {
  std::string file;
  std::string to;
  std::string output;  ///< empty: standard output
  SpaceArgs space;
};

/// The file on standard output or in `output`, what has no equal on standard error. Exit code 0 with such notes too.
int convert(const ConvertArgs& args) {
  const auto to = dialect_of("--to", args.to);
  if (!to) return complain(to.error());
  const auto input = read_input(args.file, args.space, Reading::to_convert);
  if (!input) return complain(input.error());
  const PrintedSpace converted = winnow::convert(*input, *to);
  auto output = Output::open(args.output, args.file);
  if (!output) return complain(output.error());
  output->write(json_text(converted.json, 2) + "\n");
  if (const auto finished = output->finish(); !finished) return complain(finished.error());
  for (const std::string& note : converted.notes) std::fprintf(stderr, "winnow: note: %s\n", note.c_str());
  return kDone;
}

}  // namespace

void add_convert(CLI::App& app, int& code) {
  const auto args = std::make_shared<ConvertArgs>();
  CLI::App* command = add_command(app, "convert", "Write a sweep file or a space in the format of another tool",
                                  "winnow convert sweep.yaml --to optuna -o space.json");
  add_sweep_file(*command, args->file);
  command->add_option("--to", args->to, "whose format")->type_name(one_of("DIALECT", dialect_names()))->required();
  add_output_option(*command, args->output);
  add_dialect_option(*command, args->space);
  command->callback([args, &code] { code = convert(*args); });
}

}  // namespace winnow::cli
