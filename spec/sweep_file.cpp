#include <winnow/spec/sweep_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include <winnow/base/file.hpp>
#include <winnow/base/text_file.hpp>
#include <winnow/space/dialects/dialect.hpp>
#include <winnow/space/dialects/python.hpp>
#include <winnow/spec/dialect_sweep.hpp>
#include <winnow/spec/print.hpp>

namespace winnow {
namespace {

/// True if the space stands in a file of its own: `space: {ray: space.yaml}`.
bool named_space(const Document& document) {
  const Node* space = document.root.find("space");
  if (space == nullptr || !space->is_mapping() || space->entries.size() != 1) return false;
  const Node::Entry& entry = space->entries.front();
  return dialect_named(entry.key) && entry.node.scalar.is_string();
}

/// Reads the space as it is read within the sweep, so that what is wrong in it is said where it stands: in its own
/// file.
Result<std::vector<std::string>> check_named(Dialect dialect, const Document& space, const Node& sweep) {
  Diagnostics diagnostics(space.file);
  if (const auto read = sweep_of(dialect).read) {
    SweepSpec spec;
    const Node* cap = sweep.find("run_cap");
    if (cap != nullptr && cap->scalar.is_number_integer()) spec.run_cap = cap->scalar.get<std::int64_t>();
    (void)read(space.root, spec, diagnostics, "");
  } else {
    (void)read_space(dialect, space.root, diagnostics);
  }
  if (!diagnostics.ok()) return fail(diagnostics.first_error());
  return diagnostics.take_warnings();
}

/// Puts the space into the sweep's tree, where its name stood, and returns what there is to be warned of in it.
Result<std::vector<std::string>> take_space_in(Document& document, const std::filesystem::path& sweep_path) {
  const auto is = [](std::string_view key) { return [key](const Node::Entry& entry) { return entry.key == key; }; };
  auto& top = document.root.entries;
  Node::Entry& named = std::find_if(top.begin(), top.end(), is("space"))->node.entries.front();
  const std::filesystem::path path = sweep_path.parent_path() / named.node.text;
  const auto text = read_text_file(path);
  if (!text) {
    return fail(errc::invalid_input,
                fmt::format("{}:{}:{}: space.{}: {}", sweep_path.string(), named.node.position.line,
                            named.node.position.column, named.key, text.error().message));
  }
  auto space = python::read(*text, path.string());
  if (!space) return fail(space.error());
  const Dialect dialect = *dialect_named(named.key);
  auto warnings = check_named(dialect, space->document, document.root);
  if (!warnings) return warnings;
  Node settled_root = settled(dialect, space->document.root);
  settled_root.position = named.node.position;
  named.node = std::move(settled_root);
  return warnings;
}

/// Those that the space's own file has said already stand at a line of the wrong file here.
void drop_warnings_of_space(std::vector<std::string>& warnings) {
  std::erase_if(warnings, [](const std::string& warning) { return warning.find(": space.") != std::string::npos; });
}

}  // namespace

Result<SweepFile> read_sweep_file(const std::filesystem::path& path) {
  auto text = read_text_file(path);
  if (!text) return fail(text.error());
  auto document = parse_document(*text, path.string());
  if (!document) return fail(document.error());
  return sweep_file_of(std::move(*text), std::move(*document), path);
}

Result<SweepFile> sweep_file_of(std::string text, Document document, const std::filesystem::path& path,
                                Reading reading) {
  std::vector<std::string> warnings;
  const bool is_named = named_space(document);
  if (is_named) {
    auto taken = take_space_in(document, path);
    if (!taken) return fail(taken.error());
    warnings = std::move(*taken);
    text = document.root.ordered().dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
  }
  auto parsed = parse_spec(document, reading);
  if (!parsed) return fail(parsed.error());
  if (is_named) drop_warnings_of_space(parsed->warnings);
  parsed->warnings.insert(parsed->warnings.begin(), warnings.begin(), warnings.end());
  return SweepFile{std::move(*parsed), std::move(text), absolute_path(path)};
}

Result<SweepFile> sweep_file_of(const SweepSpec& spec) {
  const std::filesystem::path path = absolute_path("sweep.json");
  std::string text = sweep_file(spec).dump(2) + "\n";
  auto parsed = parse_spec(text, path.filename().string());
  if (!parsed) return fail(parsed.error());
  return SweepFile{std::move(*parsed), std::move(text), path};
}

}  // namespace winnow
