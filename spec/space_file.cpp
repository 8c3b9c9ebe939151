#include <winnow/spec/space_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include <winnow/base/file.hpp>
#include <winnow/base/text_file.hpp>
#include <winnow/space/dialects/python.hpp>
#include <winnow/space/document.hpp>
#include <winnow/spec/dialect_sweep.hpp>
#include <winnow/spec/foreign_files.hpp>
#include <winnow/spec/read/parts.hpp>

namespace winnow {
namespace {

bool is_sweep_file(const Node& root) {
  const Node* parameters = root.find("parameters");
  const Node* space = root.find("space");  // a list is Keras Tuner's
  return (space != nullptr && !space->is_sequence()) || (parameters != nullptr && parameters->is_mapping());
}

/// The goals that the file has without a metric's name.
std::vector<Goal> goals_of(const SpaceFile& file) {
  const auto goals = sweep_of(file.dialect).goals;
  return goals == nullptr ? std::vector<Goal>() : goals(file.root);
}

std::string metric_option(const SpaceFile& file) {
  const auto goals = goals_of(file);
  std::string text;
  for (const Goal goal : goals)
    text +=
        fmt::format("{}--metric {}:{}", text.empty() ? "" : " ", goals.size() > 1 ? "NAME" : "loss", to_string(goal));
  return text.empty() ? "--metric loss:minimize" : text;
}

struct Lack {
  std::string option;  ///< one that would do
  std::string why;
};

bool is_all_grid(const Space& space) {
  const auto& parameters = space.parameters();
  const auto ends = [](const Parameter& p) { return p.grid || std::holds_alternative<Constant>(p.domain); };
  return std::any_of(parameters.begin(), parameters.end(), [](const Parameter& p) { return p.grid; }) &&
         std::all_of(parameters.begin(), parameters.end(), ends);
}

bool has_end(const SpaceFile& file) {
  return (file.says && file.says->run_cap) || is_all_grid(file.space);
}

/// What a run can't do without, as the options that would say it.
std::vector<Lack> missing(const SpaceFile& file, const SpaceOptions& options) {
  std::vector<Lack> lacks;
  const DialectSweep& dialect = sweep_of(file.dialect);
  if (options.command.empty() && options.needs_command) {
    const std::string arguments = dialect.adds_arguments ? "" : " " + std::string(dialect.arguments);
    lacks.push_back({fmt::format("--command 'python3 train.py{}'", arguments), "what a trial runs"});
  }
  const bool has_metrics = file.says && !file.says->metrics.empty();
  if (options.metrics.empty() && !has_metrics) lacks.push_back({metric_option(file), "what it reports"});
  if (!options.trials && !has_end(file)) lacks.push_back({"--trials 20", "how many"});
  DialectDefaults defaults = dialect.defaults(std::max<std::size_t>(options.metrics.size(), 1));
  if (file.method) defaults.method = *file.method;
  for (const std::string& policy : missing_policies(defaults, !options.method.empty(), !options.scheduler.empty())) {
    const bool sampler = policy.starts_with("the sampler");
    lacks.push_back({sampler ? "--method random" : "--scheduler fifo",
                     fmt::format("{}'s own is {}, which this version doesn't have", to_string(file.dialect), policy)});
  }
  return lacks;
}

/// The composed file's lines mean nothing to people: `@:3:7: scheduler: …` becomes `space.json: scheduler: …`.
Error without_lines(const Error& error, const std::filesystem::path& path) {
  const auto end = error.message.find(": ");
  return {error.code, path.string() + error.message.substr(std::min(end, error.message.size()))};
}

/// A shape that belongs to another dialect than the one that is named: it would be read as something that nobody meant.
Result<void> check_shape(const Node& root, Dialect named, const std::filesystem::path& path) {
  const auto shape = recognise(root);
  if (!shape || looks_like(named, root)) return {};
  return fail(errc::invalid_input, fmt::format("{}: is {}'s by its shape, not {}'s; leave --dialect out", path.string(),
                                               sweep_of(*shape).tool, sweep_of(named).tool));
}

/// The command with what the dialect's programs take for parameters, where it doesn't say how it takes them.
std::string command_of(const SpaceFile& file, const std::string& command) {
  const DialectSweep& dialect = sweep_of(file.dialect);
  if (!dialect.adds_arguments || command.find("${args") != std::string::npos) return command;
  return fmt::format("{} {}", command, dialect.arguments);
}

/// Reads the space, and what the file says besides.
void read_file(SpaceFile& file, const Node& root, const SpaceOptions& options, Diagnostics& diagnostics) {
  const auto read = sweep_of(file.dialect).read;
  if (read == nullptr || !root.is_mapping()) {
    file.space = read_space(file.dialect, root, diagnostics);
    return;
  }
  SweepSpec spec;
  spec.name.clear();
  spec.run_cap = options.trials;
  file.method = read(root, spec, diagnostics, "");
  file.space = spec.space;
  file.says = std::move(spec);
}

}  // namespace

Result<Input> read_input(const std::filesystem::path& path, std::optional<Dialect> dialect, const SpaceOptions& options,
                         const std::string& name, Reading reading) {
  auto text = read_text_file(path);
  if (!text) return fail(text.error());
  auto read = python::read(*text, path.string(), name);
  if (!read) return fail(read.error());
  Document& document = read->document;
  const bool sweep = is_sweep_file(document.root);
  if (sweep && dialect && *dialect != Dialect::wandb) {
    return fail(errc::invalid_input, fmt::format("{}: is a sweep file, not {} space; leave --dialect out",
                                                 path.string(), to_string(*dialect)));
  }
  if (!sweep) {
    if (const auto foreign = foreign_file(document.root)) {
      return fail(errc::invalid_input, fmt::format("{}:{}:{}: {}", path.string(), foreign->position.line,
                                                   foreign->position.column, foreign->what));
    }
    if (dialect) {
      if (auto fits = check_shape(document.root, *dialect, path); !fits) return fail(fits.error());
    }
    if (!dialect) dialect = recognise(document.root);
  }
  if (sweep || !dialect) {
    // A run directory holds no script: the sweep is written down as JSON.
    const bool as_json = read->is_python || !options.empty();
    if (!options.empty()) {
      if (auto done = override_keys(document, options); !done) return fail(done.error());
    }
    if (as_json) text = document.root.ordered().dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
    auto file = sweep_file_of(std::move(*text), std::move(document), path, reading);
    if (!file) return fail(file.error());
    if (as_json) file->path.replace_extension(".json");
    file->parsed.warnings.insert(file->parsed.warnings.begin(), read->warnings.begin(), read->warnings.end());
    return std::move(*file);
  }
  Diagnostics diagnostics(path.string());
  SpaceFile file{.dialect = *dialect, .path = path};
  read_file(file, document.root, options, diagnostics);
  if (!diagnostics.ok()) return fail(diagnostics.first_error());
  file.root = settled(*dialect, document.root);
  file.warnings = std::move(read->warnings);
  for (std::string& warning : diagnostics.take_warnings()) file.warnings.push_back(std::move(warning));
  return file;
}

std::string completing_options(const SpaceFile& file) {
  std::string options;
  for (const Lack& lack : missing(file, {})) options += (options.empty() ? "" : " ") + lack.option;
  return options;
}

Result<SweepFile> complete(const SpaceFile& file, const SpaceOptions& options) {
  const auto lacks = missing(file, options);
  if (!lacks.empty()) {
    std::string words;
    for (const Lack& lack : lacks) words += fmt::format("\n  {} ({})", lack.option, lack.why);
    return fail(errc::invalid_input, fmt::format("{}: is a space in the format of {}; a sweep needs besides:{}",
                                                 file.path.string(), to_string(file.dialect), words));
  }
  OrderedJson json;
  if (!file.says || file.says->name.empty()) json["name"] = file.path.stem().string();
  if (sweep_of(file.dialect).in_space_key) {
    json["space"][std::string(to_string(file.dialect))] = file.root.ordered();
  } else {
    json["parameters"] = file.root.ordered();
  }
  SpaceOptions given = options;
  given.goals = goals_of(file);
  if (!given.command.empty()) given.command = command_of(file, given.command);
  const auto keys = keys_of(given);
  if (!keys) return fail(keys.error());
  json.update(*keys);
  std::string text = json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
  auto parsed = parse_spec(text, "@");
  if (!parsed) return fail(without_lines(parsed.error(), file.path));
  parsed->warnings = file.warnings;
  std::filesystem::path path = absolute_path(file.path);
  path.replace_extension(".json");
  return SweepFile{std::move(*parsed), std::move(text), std::move(path)};
}

}  // namespace winnow
