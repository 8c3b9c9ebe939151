#include <winnow/session/edits.hpp>

#include <fmt/format.h>

#include <winnow/base/text_file.hpp>
#include <winnow/space/document.hpp>
#include <winnow/spec/sweep_file.hpp>

namespace winnow {
namespace {

Result<void> take(Edited& edited, std::string_view name, const Value& value, std::string_view from, double now) {
  auto changed = change(edited.spec, name, value);
  if (!changed) return fail(changed.error());
  event::Changed event;
  event.params.set(changed->name, changed->after);
  edited.events.push_back(event_of(std::move(event), now, std::string(from)));
  if (changed->before != changed->after) edited.changes.push_back(std::move(*changed));
  return {};
}

/// What the directory's sweep file said when it was last taken up.
Result<SweepSpec> file_as_taken_up(const Recovered& run, const std::filesystem::path& path) {
  auto given = parse_spec(run.text, path.string());
  if (!given) return fail(given.error());
  for (const auto& [name, value] : run.file_edits) {
    if (auto done = restore(given->spec, name, value); !done) return fail(done.error());
  }
  return std::move(given->spec);
}

Result<void> take_file(Edited& edited, const Recovered& run, const std::filesystem::path& path, double now) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return {};  // the ledger has what counts
  const auto text = read_text_file(path);
  if (!text) return fail(text.error());
  if (*text == run.text && run.file_edits.empty()) return {};  // as it was given, whatever it would mean today
  const auto file = read_sweep_file(path);
  if (!file) return fail(file.error());
  const auto before = file_as_taken_up(run, path);
  if (!before) return fail(before.error());
  const auto found = changes(*before, file->parsed.spec);
  if (!found) return fail(found.error().code, path.string() + ": " + found.error().message);
  for (const Change& one : *found) {
    if (auto taken = take(edited, one.name, one.after, kFromFile, now); !taken) return taken;
  }
  if (!found->empty()) edited.warnings = file->parsed.warnings;
  return {};
}

}  // namespace

Result<Edited> edit(const Recovered& run, const RunDir& dir, const Edits& edits, double now) {
  Edited edited;
  edited.spec = run.sweep.spec();
  if (edits.file) {
    if (auto taken = take_file(edited, run, dir.sweep_file(), now); !taken) return fail(taken.error());
  }
  for (const auto& [name, value] : edits.set) {
    if (auto taken = take(edited, name, value, kFromCommand, now); !taken) {
      return fail(taken.error().code, "--set " + taken.error().message);
    }
  }
  return edited;
}

namespace {

/// As the sweep file would have it: a scalar, or a list.
Result<Value> value_of(std::string_view text) {
  if (text == "none") return Value();
  if (!text.starts_with('[')) return resolve_scalar(text);
  const auto document = parse_document(text, "--set");
  if (!document) return fail(document.error());
  return document->root.value();
}

}  // namespace

Result<Edits> parse_edits(const std::vector<std::string>& settings) {
  Edits edits{.file = true, .set = {}};
  for (const std::string_view text : settings) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
      return fail(errc::invalid_input,
                  fmt::format("--set {}: is no NAME=VALUE such as run_cap=100 or budget.wall=2h", text));
    }
    auto value = value_of(text.substr(equals + 1));
    if (!value) return fail(std::move(value.error()));
    edits.set.emplace_back(text.substr(0, equals), std::move(*value));
  }
  return edits;
}

}  // namespace winnow
