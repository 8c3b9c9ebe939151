#include <winnow/spec/sweep_file.hpp>

#include <fmt/format.h>

#include <winnow/base/file.hpp>
#include <winnow/base/text_file.hpp>
#include <winnow/space/dialects/dialect.hpp>
#include <winnow/space/dialects/python.hpp>
#include <winnow/spec/print.hpp>

namespace winnow {
namespace {

/// The path of a space that stands in a file of its own: `space: {ray: space.yaml}`.
const Node::Entry* named_space(const Document& document) {
  const Node* space = document.root.find("space");
  if (space == nullptr || !space->is_mapping() || space->entries.size() != 1) return nullptr;
  const Node::Entry& entry = space->entries.front();
  return dialect_named(entry.key) && entry.node.scalar.is_string() ? &entry : nullptr;
}

/// The sweep file with that space inside, as JSON. What is wrong in the space is said where it stands.
Result<std::string> take_space_in(const Document& document, const Node::Entry& named,
                                  const std::filesystem::path& sweep_path) {
  const std::filesystem::path path = sweep_path.parent_path() / named.node.text;
  const auto text = read_text_file(path);
  if (!text) {
    return fail(errc::invalid_input,
                fmt::format("{}:{}:{}: space.{}: {}", sweep_path.string(), named.node.position.line,
                            named.node.position.column, named.key, text.error().message));
  }
  const auto space = python::read(*text, path.string());
  if (!space) return fail(space.error());
  const Dialect dialect = *dialect_named(named.key);
  Diagnostics diagnostics(path.string());
  (void)read_space(dialect, space->document.root, diagnostics);
  if (!diagnostics.ok()) return fail(diagnostics.first_error());
  OrderedJson whole = document.root.ordered();
  whole["space"][named.key] = settled(dialect, space->document.root).ordered();
  return whole.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace

Result<SweepFile> read_sweep_file(const std::filesystem::path& path) {
  auto text = read_text_file(path);
  if (!text) return fail(text.error());
  auto document = parse_document(*text, path.string());
  if (!document) return fail(document.error());
  return sweep_file_of(std::move(*text), std::move(*document), path);
}

Result<SweepFile> sweep_file_of(std::string text, Document document, const std::filesystem::path& path) {
  if (const Node::Entry* named = named_space(document)) {
    auto whole = take_space_in(document, *named, path);
    if (!whole) return fail(whole.error());
    auto again = parse_document(*whole, path.string());
    if (!again) return fail(again.error());
    text = std::move(*whole);
    document = std::move(*again);
  }
  auto parsed = parse_spec(document);
  if (!parsed) return fail(parsed.error());
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
