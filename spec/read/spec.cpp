#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <winnow/base/text_file.hpp>
#include <winnow/space/dialects/wandb.hpp>
#include <winnow/space/domain_json.hpp>
#include <winnow/spec/read/parts.hpp>
#include <winnow/spec/read/wandb_file.hpp>

namespace winnow {
namespace {

/// People leave out the quotes around a name such as 2024.
void read_name(MappingReader& top, std::string_view key, std::string& into) {
  const Node* node = top.find(key);
  if (node == nullptr) return;
  if (node->kind != Node::Kind::scalar || node->text.empty()) {
    return top.complain(key, fmt::format("must be a text, got {}", shown(*node)));
  }
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  if (std::any_of(node->text.begin(), node->text.end(), is_control)) {
    return top.complain(key, fmt::format("must be one line without control characters, got {}", shown(*node)));
  }
  into = node->text;
}

std::optional<std::uint64_t> read_seed(MappingReader& top, std::string_view key) {
  const Node* node = top.find(key);
  if (node == nullptr) return std::nullopt;
  const Value& value = node->scalar;
  if (value.is_number_integer() && (value.is_number_unsigned() || value.get<std::int64_t>() >= 0)) {
    return value.get<std::uint64_t>();
  }
  top.complain(key, fmt::format("must be an integer from 0 to 2^64 - 1, got {}", shown(*node)));
  return std::nullopt;
}

void read_space(MappingReader& top, SweepSpec& spec, Reading reading) {
  const Node* parameters = top.find("parameters");
  const Node* dialects = top.find("space");
  if (dialects != nullptr) return spec_reader::read_dialect(top, *dialects, spec, reading);
  if (parameters == nullptr) return top.complain("parameters is missing: what is to be searched");
  spec.space = wandb::read_space(*parameters, top.diagnostics(), top.find("linear_constraints"),
                                 spec_reader::is_wandb_file(top) ? wandb::Manners::wandb : wandb::Manners::strict);
}

void read_plain_keys(MappingReader& top, SweepSpec& spec) {
  read_name(top, "name", spec.name);
  read_name(top, "project", spec.project);
  read_name(top, "entity", spec.entity);
  spec.seed = read_seed(top, "seed");
  spec.trial_seed = read_seed(top, "trial_seed");
  spec.method = spec_reader::own_method(top).value_or(spec.method);
  spec.num_samples = static_cast<int>(top.integer("num_samples", 1, std::numeric_limits<int>::max()).value_or(1));
  spec_reader::know_wandb_keys(top);
}

/// What counts as best, and why: the file's own words, else its format's rule.
std::string read_metric_scope(MappingReader& top, SweepSpec& spec, bool wandb_file) {
  if (wandb_file) {
    spec.scope = Scope::best;
    spec.stopped_are_eligible = true;
  }
  std::string why = spec.stopped_are_eligible ? "as in the tool whose space it is" : "the default";
  if (wandb_file) {
    why = fmt::format("as in W&B, whose keys method, parameters and {} the file has",
                      top.find("program") != nullptr ? "program" : "command");
  }
  const Node* node = top.find("metric");
  if (node == nullptr || !node->is_mapping()) return why;
  MappingReader metric(*node, "metric", top.diagnostics());
  spec.scope = metric
                   .choice<Scope>("scope", {{"last", Scope::last},
                                            {"best", Scope::best},
                                            {"avg", Scope::avg},
                                            {"last-5-avg", Scope::last_5_avg},
                                            {"last-10-avg", Scope::last_10_avg}})
                   .value_or(spec.scope);
  const auto eligible = metric.choice<bool>("eligible", {{"all", true}, {"finished", false}});
  spec.stopped_are_eligible = eligible.value_or(spec.stopped_are_eligible);
  const bool has_scope = metric.find("scope") != nullptr;
  if (has_scope && eligible) return "metric.scope, metric.eligible";
  if (has_scope || eligible) return fmt::format("metric.{}; else {}", has_scope ? "scope" : "eligible", why);
  return why;
}

/// Texts of ledgers from before schema 3 mean what they did.
void keep_old_arithmetic(MappingReader& top, SweepSpec& spec) {
  auto parameters = spec.space.parameters();
  for (Parameter& parameter : parameters) parameter.domain = with_products_of_doubles(std::move(parameter.domain));
  auto space = Space::make(std::move(parameters), spec.space.constraints());
  if (!space) return top.complain("parameters", space.error().message);
  spec.space = std::move(*space);
}

/// "A new best value" is one metric's.
void check_no_improvement(MappingReader& top, const SweepSpec& spec) {
  const Node* node = top.find("budget");
  if (node == nullptr || !spec.budget_no_improvement || spec.metrics.size() == 1) return;
  MappingReader budget(*node, "budget", top.diagnostics());
  budget.complain("no_improvement", spec.metrics.empty()
                                        ? "needs the sweep to have a metric"
                                        : "needs the sweep to have one metric: of several, no value is the best");
}

void read_spec(MappingReader& top, ParsedSpec& parsed, Reading reading) {
  SweepSpec& spec = parsed.spec;
  read_plain_keys(top, spec);
  read_space(top, spec, reading);
  spec_reader::read_sampler(top, spec);
  if (reading != Reading::to_convert) spec_reader::check_method(top, spec);
  if (top.diagnostics().ok()) {
    reading == Reading::schema_2 ? keep_old_arithmetic(top, spec) : spec_reader::drop_repeats(top, spec);
  }
  const bool is_old = reading == Reading::schema_2;
  const bool wandb_file = is_old ? spec_reader::was_wandb_file(top) : spec_reader::is_wandb_file(top);
  if (top.find("space") == nullptr) spec_reader::read_metrics(top, spec);
  parsed.best_because = read_metric_scope(top, spec, wandb_file);
  spec_reader::read_scheduler(top, spec);
  spec_reader::read_trainable(top, spec);
  spec_reader::read_process(top, spec, is_old ? wandb_file : spec.runs_program());
  spec_reader::read_settings(top, spec);
  spec_reader::check_isolation(top, spec);
  check_no_improvement(top, spec);
  spec_reader::read_fixed(top, spec);
  spec_reader::read_start_with(top, spec);
  spec_reader::check_strangers(top);
  if (top.diagnostics().ok() && reading != Reading::to_convert) spec_reader::check_policies(top, spec);
}

}  // namespace

void spec_reader::check_strangers(MappingReader& mapping) {
  Diagnostics& diagnostics = mapping.diagnostics();
  for (const Node::Entry& entry : mapping.node().entries) {
    if (mapping.knows(entry.key)) continue;
    const std::string close = nearest(entry.key, mapping.known());
    if (!close.empty() && edit_distance(entry.key, close) <= 1) {
      return diagnostics.error(entry.position, mapping.path(),
                               fmt::format("unknown key '{}'; did you mean {}?", entry.key, close));
    }
    diagnostics.warn(entry.position, mapping.path(), fmt::format("unknown key '{}' is ignored", entry.key));
  }
}

Result<ParsedSpec> parse_spec(std::string_view text, std::string_view file, Reading reading) {
  const Result<Document> document = parse_document(text, file);
  if (!document) return fail(document.error());
  return parse_spec(*document, reading);
}

Result<ParsedSpec> parse_spec(const Document& document, Reading reading) {
  Diagnostics diagnostics(document.file);
  ParsedSpec parsed;
  if (document.root.is_null()) {
    diagnostics.error({}, "", "the file is empty; a sweep needs at least parameters");
  } else if (MappingReader top(document.root, "", diagnostics); diagnostics.ok()) {
    read_spec(top, parsed, reading);
  }
  if (!diagnostics.ok()) return fail(diagnostics.first_error());
  parsed.warnings = diagnostics.take_warnings();
  return parsed;
}

Result<ParsedSpec> load_spec(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text) return fail(text.error());
  return parse_spec(*text, path);
}

}  // namespace winnow
