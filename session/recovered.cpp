#include <winnow/session/recovered.hpp>

#include <fmt/format.h>

#include <optional>

#include <winnow/session/open_to_read.hpp>
#include <winnow/spec/record.hpp>
#include <winnow/spec/sampler_of.hpp>
#include <winnow/sweep/observation.hpp>

namespace winnow {
namespace {

/// The name under which the first event keeps where the sweep file was.
constexpr const char* kFileKey = "file";
/// And from which directory the run was begun.
constexpr const char* kStartedFromKey = "started_from";

std::filesystem::path path_param(const Assignment& params, const char* key) {
  const Value* path = params.find(key);
  return path != nullptr && path->is_string() ? path->get<std::string>() : "";
}

/// Where a sweep's own files lie, if some were sent along with it: in its directory, wherever that is now.
std::filesystem::path own_files(const std::filesystem::path& file, const std::filesystem::path& root) {
  const std::filesystem::path folder = file.parent_path();
  std::error_code ignored;
  const bool has_some = folder.filename() == kOwnFiles && std::filesystem::is_directory(root / kOwnFiles, ignored);
  return has_some ? root / kOwnFiles : std::filesystem::path();
}

/// What `winnow resume --set` changes isn't in the file.
void note_edit(Recovered& run, const Event& event) {
  const auto* changed = event.as<event::Changed>();
  if (changed == nullptr || event.text != kFromFile) return;
  const auto& entries = changed->params.entries();
  run.file_edits.insert(run.file_edits.end(), entries.begin(), entries.end());
}

/// The sweep as it was recorded; before schema 3 there was its file only.
Result<SweepSpec> spec_of(const Assignment& params, const std::string& text, const std::filesystem::path& file) {
  if (const Value* record = params.find(kSpecKey); record != nullptr && record->is_string()) {
    return spec_of_record(OrderedJson::parse(record->get<std::string>(), nullptr, false));
  }
  auto parsed = parse_spec(text, file.string(), Reading::schema_2);
  if (!parsed) return fail(parsed.error());
  parsed->spec.rules = 1;
  return std::move(parsed->spec);
}

/// What `spec_of` will make of it is the sweep itself: looked at before anything is written.
Result<std::string> recorded(const SweepSpec& spec) {
  std::string record = spec_record(spec).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  const auto again = spec_of_record(OrderedJson::parse(record, nullptr, false));
  if (!again) return fail(errc::internal, "the sweep's record can't be read back: " + again.error().message);
  if (*again != spec)
    return fail(errc::internal, "the sweep's record isn't the sweep: a value that JSON doesn't have?");
  return record;
}

}  // namespace

void observe(Sampler& sampler, const Sweep& sweep, const Event& event) {
  if (!sampler.learns()) return;
  for (const Observation& news : observations_of(sweep, event)) sampler.observe(news);
}

tl::unexpected<Error> holds_no_run(const std::filesystem::path& root) {
  return fail(errc::invalid_input,
              fmt::format("{0}: holds no run: its first record was never written; start it with `winnow run FILE "
                          "--dir {0}`",
                          root.string()));
}

Result<Event> first_event(const SweepFile& file, const Sweep& sweep, std::uint64_t seed, double now,
                          const std::filesystem::path& started_from) {
  const auto record = recorded(sweep.spec());
  if (!record) return fail(record.error());
  event::Begun begun{seed};
  begun.params.set(kFileKey, file.path.string());
  begun.params.set(kStartedFromKey, started_from.string());
  begun.params.set(kSpecKey, *record);
  return event_of(std::move(begun), now, file.text);
}

Result<Recovered> fresh_from(const Event& first, const std::filesystem::path& root, const SpaceFunctions& functions) {
  const auto* begun = first.as<event::Begun>();
  if (begun == nullptr) {
    return fail(errc::corrupt, root.string() + ": the ledger doesn't begin with a sweep file");
  }
  std::filesystem::path file = path_param(begun->params, kFileKey);
  if (file.empty()) file = "sweep.yaml";
  auto spec = spec_of(begun->params, first.text, file);
  if (!spec) return fail(spec.error().code, root.string() + ": " + spec.error().message);
  auto sampler = sampler_of(*spec, begun->seed, functions);
  if (!sampler) return fail(sampler.error());
  auto sweep = Sweep::make(std::move(*spec), begun->seed, functions);
  if (!sweep) return fail(sweep.error());
  const auto own = own_files(file, root);
  return Recovered{std::move(*sweep),
                   std::move(*sampler),
                   own.empty() ? file.parent_path() : own,
                   own.empty() ? path_param(begun->params, kStartedFromKey) : own,
                   first.text,
                   {}};
}

Result<Recovered> recover(const Ledger& ledger, const std::filesystem::path& root, const SpaceFunctions& functions) {
  std::optional<Recovered> recovered;
  std::optional<Error> error;
  const auto visit = [&](const Event& event) {
    if (error) return;
    if (!recovered) {
      auto started = fresh_from(event, root, functions);
      if (!started) {
        error = started.error();
        return;
      }
      recovered.emplace(std::move(*started));
    }
    if (const auto applied = recovered->sweep.apply(event); !applied) {
      error = applied.error();
      return;
    }
    note_edit(*recovered, event);
    observe(*recovered->sampler, recovered->sweep, event);
  };
  if (const auto read = ledger.read(0, visit); !read) return fail(read.error());
  if (error) return fail(*error);
  if (!recovered) return holds_no_run(root);
  return std::move(*recovered);
}

Result<Recovered> recover(const std::filesystem::path& root) {
  auto dir = RunDir::open(root);
  if (!dir) return fail(dir.error());
  auto ledger = open_to_read(*dir);
  if (!ledger) return fail(ledger.error());
  return recover(*ledger, root);
}

}  // namespace winnow
