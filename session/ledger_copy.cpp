#include <winnow/session/ledger_copy.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <winnow/session/event_range.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/space/document.hpp>

namespace winnow {
namespace {

constexpr std::size_t kWrittenAtOnce = 4096;  ///< events

using ValueOf = std::function<std::string(const std::string&)>;

std::string text_of(const OrderedJson& json, int indent) {
  return json.dump(indent, ' ', false, OrderedJson::error_handler_t::replace);
}

/// In a sweep file's tree a mapping, in a record a list of pairs (spec/record.cpp). False: there are none. What looks
/// otherwise goes as a whole.
bool put_variables(OrderedJson& sweep, const ValueOf& value_of) {
  if (!sweep.is_object() || !sweep.contains("process")) return false;
  OrderedJson& process = sweep["process"];
  if (!process.is_object() || !process.contains("env") || process["env"].empty()) return false;
  OrderedJson& variables = process["env"];
  const auto is_pair = [](const OrderedJson& one) { return one.is_array() && one.size() == 2 && one[0].is_string(); };
  if (variables.is_object()) {
    for (const auto& [name, value] : variables.items()) value = value_of(name);
  } else if (variables.is_array() && std::all_of(variables.begin(), variables.end(), is_pair)) {
    for (OrderedJson& pair : variables) pair[1] = value_of(pair[0].get<std::string>());
  } else {
    process.erase("env");
  }
  return true;
}

std::string nothing(const std::string&) {
  return "";
}

/// The record counts; a text that nobody can read goes.
void blank(Event& first) {
  const auto* begun = first.as<event::Begun>();
  if (begun == nullptr) return;
  first.text = with_variables(first.text, nothing).value_or("");
  const Value* kept = begun->params.find(kSpecKey);
  if (kept == nullptr || !kept->is_string()) return;
  OrderedJson record = OrderedJson::parse(kept->get<std::string>(), nullptr, false);
  if (!record.is_discarded() && !put_variables(record, nothing)) return;
  event::Begun blanked = *begun;
  blanked.params.set(kSpecKey, record.is_discarded() ? std::string() : text_of(record, -1));
  first.what = std::move(blanked);
}

/// The events up to `last` in a ledger of their own.
Result<Ledger> blanked(const Ledger& ledger, std::int64_t last, const std::filesystem::path& file) {
  std::optional<Ledger> copy;
  std::vector<Event> events;
  Result<void> kept;
  const auto keep = [&]() -> Result<void> {
    if (copy) {
      if (auto done = copy->append(events); !done) return fail(done.error());
    } else {
      // Nobody else opens it: without memory that processes share.
      auto made = Ledger::create(file, Durability::relaxed, {.locking = Locking::exclusive}, events);
      if (!made) return fail(made.error());
      copy.emplace(std::move(*made));
    }
    events.clear();
    return {};
  };
  const EventRange all{1, last};
  const auto read = read_ranges(ledger, std::span(&all, 1), 0, [&](const Event& event) {
    events.push_back(event);
    if (event.seq == 1) blank(events.back());
    if (events.size() == kWrittenAtOnce) kept = keep();
    return kept.has_value();
  });
  if (!read) return fail(read.error());
  if (kept && !events.empty()) kept = keep();
  if (!kept) return fail(kept.error());
  if (!copy) return fail(errc::illegal_state, "the sweep's ledger has no record yet");
  return std::move(*copy);
}

}  // namespace

Result<void> copy_without_secrets(const Ledger& ledger, const std::filesystem::path& file) {
  const auto last = ledger.last_seq();
  if (!last) return fail(last.error());
  const std::filesystem::path draft = file.string() + ".draft";
  const auto copied = [&]() -> Result<void> {
    const auto copy = blanked(ledger, *last, draft);
    return copy ? copy->copy_to(file) : Result<void>(fail(copy.error()));  // without a write-ahead log
  }();
  Ledger::remove(draft);
  return copied;
}

Result<std::string> with_variables(const std::string& sweep_file, const ValueOf& value_of) {
  const auto document = parse_document(sweep_file, "sweep.yaml");
  if (!document) return fail(document.error());
  OrderedJson sweep = document->root.ordered();
  return put_variables(sweep, value_of) ? text_of(sweep, 2) + "\n" : sweep_file;
}

}  // namespace winnow
