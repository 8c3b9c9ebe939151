#include <winnow/spec/space_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include <winnow/base/file.hpp>
#include <winnow/base/text_file.hpp>
#include <winnow/space/document.hpp>
#include <winnow/spec/dialect_sweep.hpp>
#include <winnow/spec/read/parts.hpp>

namespace winnow {
namespace {

bool is_sweep_file(const Node& root) {
  const Node* parameters = root.find("parameters");
  return root.find("space") != nullptr || (parameters != nullptr && parameters->is_mapping());
}

/// What a run can't do without, as the options that would say it.
std::vector<std::string> missing(const SpaceFile& file, const SpaceOptions& options, bool has_metrics, bool has_end) {
  std::vector<std::string> words;
  if (options.command.empty() && options.needs_command) {
    words.emplace_back("--command 'python3 train.py ${args}' (what a trial runs)");
  }
  if (options.metrics.empty() && !has_metrics) words.emplace_back("--metric NAME:minimize (what it reports)");
  if (!options.trials && !has_end) words.emplace_back("--trials N (how many)");
  const std::size_t objectives = std::max<std::size_t>(options.metrics.size(), 1);
  for (const std::string& policy : missing_policies(sweep_of(file.dialect).defaults(objectives),
                                                    !options.method.empty(), !options.scheduler.empty())) {
    const bool sampler = policy.starts_with("the sampler");
    words.push_back(fmt::format("{} ({}'s own is {}, which this version doesn't have)",
                                sampler ? "--method random" : "--scheduler fifo", to_string(file.dialect), policy));
  }
  return words;
}

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

/// The composed file's lines mean nothing to people: `@:3:7: scheduler: …` becomes `space.json: scheduler: …`.
Error without_lines(const Error& error, const std::filesystem::path& path) {
  const auto end = error.message.find(": ");
  return {error.code, path.string() + error.message.substr(std::min(end, error.message.size()))};
}

}  // namespace

Result<Input> read_input(const std::filesystem::path& path, std::optional<Dialect> dialect,
                         const SpaceOptions& options) {
  auto text = read_text_file(path);
  if (!text) return fail(text.error());
  auto document = parse_document(*text, path.string());
  if (!document) return fail(document.error());
  const bool sweep = is_sweep_file(document->root);
  if (sweep && dialect && *dialect != Dialect::wandb) {
    return fail(errc::invalid_input, fmt::format("{}: is a sweep file, not {} space; leave --dialect out",
                                                 path.string(), to_string(*dialect)));
  }
  if (!sweep && !dialect) dialect = recognise(document->root);
  if (sweep || !dialect) {
    if (!options.empty()) {
      if (auto done = override_keys(*document, options); !done) return fail(done.error());
      text = document->root.ordered().dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
    }
    auto file = sweep_file_of(std::move(*text), std::move(*document), path);
    if (!file) return fail(file.error());
    if (!options.empty()) file->path.replace_extension(".json");
    return std::move(*file);
  }
  Diagnostics diagnostics(path.string());
  SpaceFile file{.dialect = *dialect, .path = path};
  file.space = read_space(*dialect, document->root, diagnostics);
  if (!diagnostics.ok()) return fail(diagnostics.first_error());
  file.root = std::move(document->root);
  file.warnings = diagnostics.take_warnings();
  return file;
}

Result<SweepFile> complete(const SpaceFile& file, const SpaceOptions& options) {
  const auto lacks = missing(file, options, says(file, {"metrics"}),
                             says(file, {"observation_budget", "budget"}) || is_all_grid(file.space));
  if (!lacks.empty()) {
    return fail(errc::invalid_input,
                fmt::format("{}: is a space in the format of {}; a sweep needs besides:\n  {}", file.path.string(),
                            to_string(file.dialect), fmt::join(lacks, "\n  ")));
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
