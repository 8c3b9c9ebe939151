#include <winnow/spec/space_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include <winnow/base/file.hpp>
#include <winnow/base/text_file.hpp>
#include <winnow/space/dialects/python.hpp>
#include <winnow/space/document.hpp>
#include <winnow/spec/dialect_sweep.hpp>
#include <winnow/spec/read/parts.hpp>

namespace winnow {
namespace {

bool is_sweep_file(const Node& root) {
  const Node* parameters = root.find("parameters");
  return root.find("space") != nullptr || (parameters != nullptr && parameters->is_mapping());
}

struct Lack {
  std::string option;  ///< one that would do
  std::string why;
};

/// Whether the file itself says it.
bool says(const SpaceFile& file, std::initializer_list<const char*> keys) {
  return sweep_of(file.dialect).read != nullptr &&
         std::any_of(keys.begin(), keys.end(), [&](const char* key) { return file.root.find(key) != nullptr; });
}

bool is_all_grid(const Space& space) {
  const auto& parameters = space.parameters();
  const auto ends = [](const Parameter& p) { return p.grid || std::holds_alternative<Constant>(p.domain); };
  return std::any_of(parameters.begin(), parameters.end(), [](const Parameter& p) { return p.grid; }) &&
         std::all_of(parameters.begin(), parameters.end(), ends);
}

/// What a run can't do without, as the options that would say it.
std::vector<Lack> missing(const SpaceFile& file, const SpaceOptions& options) {
  std::vector<Lack> lacks;
  if (options.command.empty() && options.needs_command) {
    lacks.push_back({"--command 'python3 train.py ${args}'", "what a trial runs"});
  }
  const bool has_metrics = says(file, {"metrics"});
  if (options.metrics.empty() && !has_metrics) lacks.push_back({"--metric loss:minimize", "what it reports"});
  const bool has_end = says(file, {"observation_budget", "budget"}) || is_all_grid(file.space);
  if (!options.trials && !has_end) lacks.push_back({"--trials 20", "how many"});
  const std::size_t objectives = std::max<std::size_t>(options.metrics.size(), 1);
  for (const std::string& policy : missing_policies(sweep_of(file.dialect).defaults(objectives),
                                                    !options.method.empty(), !options.scheduler.empty())) {
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

}  // namespace

Result<Input> read_input(const std::filesystem::path& path, std::optional<Dialect> dialect, const SpaceOptions& options,
                         const std::string& name) {
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
  if (!sweep && !dialect) dialect = recognise(document.root);
  if (sweep || !dialect) {
    // A run directory holds no script: the sweep is written down as JSON.
    const bool as_json = read->is_python || !options.empty();
    if (!options.empty()) {
      if (auto done = override_keys(document, options); !done) return fail(done.error());
    }
    if (as_json) text = document.root.ordered().dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
    auto file = sweep_file_of(std::move(*text), std::move(document), path);
    if (!file) return fail(file.error());
    if (as_json) file->path.replace_extension(".json");
    file->parsed.warnings.insert(file->parsed.warnings.begin(), read->warnings.begin(), read->warnings.end());
    return std::move(*file);
  }
  Diagnostics diagnostics(path.string());
  SpaceFile file{.dialect = *dialect, .path = path};
  file.space = read_space(*dialect, document.root, diagnostics);
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
  if (!says(file, {"name"})) json["name"] = file.path.stem().string();
  if (sweep_of(file.dialect).in_space_key) {
    json["space"][std::string(to_string(file.dialect))] = file.root.ordered();
  } else {
    json["parameters"] = file.root.ordered();
  }
  const auto keys = keys_of(options);
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
