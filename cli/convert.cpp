#include <winnow/cli/convert.hpp>

#include <fmt/format.h>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/core/nearest.hpp>
#include <winnow/spec/convert.hpp>

namespace winnow::cli {

int convert(const ConvertArgs& args) {
  const auto to = dialect_named(args.to);
  if (!to) {
    const auto names = dialect_names();
    return complain({errc::invalid_input, fmt::format("--to {}: is none of {}{}", args.to, fmt::join(names, ", "),
                                                      did_you_mean(args.to, names))});
  }
  const auto input = read_input(args.file, args.space);
  if (!input) return complain(input.error());
  const PrintedSpace converted = winnow::convert(*input, *to);
  auto output = Output::open(args.output, args.file);
  if (!output) return complain(output.error());
  output->write(converted.json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n");
  if (const auto finished = output->finish(); !finished) return complain(finished.error());
  for (const std::string& note : converted.notes) std::fprintf(stderr, "winnow: note: %s\n", note.c_str());
  return kDone;
}

}  // namespace winnow::cli
