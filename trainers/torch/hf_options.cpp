#include <algorithm>
#include <map>

#include <winnow/trainers/fields.hpp>
#include <winnow/trainers/torch/detail/device_option.hpp>
#include <winnow/trainers/torch/hf_options.hpp>

namespace winnow::hf {
namespace {

/// Not training arguments of a file: the trainer's own.
const std::vector<std::string> kOwn{"model", "data", "train", "eval", "test_fraction", "pad_token_id", "device"};

/// Other people's names for the same things.
std::string meant(const std::string& name) {
  static const std::map<std::string, std::string> names{{"lr", "learning_rate"},
                                                        {"batch_size", "per_device_train_batch_size"},
                                                        {"train_batch_size", "per_device_train_batch_size"},
                                                        {"eval_batch_size", "per_device_eval_batch_size"},
                                                        {"epochs", "num_train_epochs"},
                                                        {"num_epochs", "num_train_epochs"},
                                                        {"optimizer", "optim"},
                                                        {"scheduler", "lr_scheduler_type"},
                                                        {"eval_strategy", "evaluation_strategy"},
                                                        {"test", "eval"},
                                                        {"dataset", "data"}};
  const auto it = names.find(name);
  return it == names.end() ? "" : it->second;
}

std::string suggestion(const std::string& name, std::vector<std::string> known) {
  const std::vector<std::string> arguments = argument_names();
  known.insert(known.end(), arguments.begin(), arguments.end());
  const std::string other = meant(name);
  return std::find(known.begin(), known.end(), other) != known.end() ? "; did you mean " + other + "?"
                                                                     : did_you_mean(name, known);
}

tl::unexpected<Error> wrong(const std::string& where, const std::string& what) {
  return fail(errc::invalid_input, where + ": " + what);
}

Result<void> set_file(std::filesystem::path& file, const std::string& where, const Value& value,
                      const std::filesystem::path& base) {
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
    return wrong(where, "must be the name of a file, got " + fields::shown(value));
  }
  file = base / value.get<std::string>();
  return {};
}

Result<void> set_own(SweepOptions& options, const std::string& name, const Value& value,
                     const std::filesystem::path& base) {
  const std::string where = "trainer." + name;
  if (name == "model") return set_file(options.model, where, value, base);
  if (name == "data") return set_file(options.rows.data, where, value, base);
  if (name == "train") return set_file(options.rows.train, where, value, base);
  if (name == "eval") return set_file(options.rows.eval, where, value, base);
  if (name == "device") {
    auto device = device_option(value);
    if (!device) return fail(std::move(device.error()));
    options.arguments.device = std::move(*device);
    return {};
  }
  const bool is_fraction = name == "test_fraction";
  const auto number =
      fields::number(where, value,
                     is_fraction ? fields::Range{.low = 0, .high = 1, .open_low = true, .open_high = true}
                                 : fields::Range{.low = 0, .high = 1e9, .integer = true});
  if (!number) return fail(number.error());
  if (is_fraction) {
    options.rows.test_fraction = *number;
  } else {
    options.rows.pad_token_id = static_cast<std::int64_t>(*number);
  }
  return {};
}

Result<void> check_argument(const std::string& name, const Value& value) {
  const auto read = from_json(Value{{name, value}});
  if (!read) return fail(errc::invalid_input, "trainer." + read.error().message);
  if (read->warnings.empty()) return {};
  if (read->arguments.others.contains(name)) return fail(errc::invalid_input, "trainer." + read->warnings.front());
  return wrong("trainer." + name, "is neither an option of the trainer hf (" + fields::listed(kOwn) +
                                      ") nor a training argument" + suggestion(name, kOwn));
}

Result<void> check_files(const SweepOptions& options) {
  const RowFiles& rows = options.rows;
  if (options.model.empty()) return wrong("trainer.model", "missing; must name a TorchScript file (torch.jit.save)");
  if (!rows.data.empty() && !(rows.train.empty() && rows.eval.empty())) {
    return wrong("trainer.data", "is there beside train or eval; one file by data, or two by train and eval are right");
  }
  if (!rows.data.empty() || (!rows.train.empty() && !rows.eval.empty())) return {};
  if (rows.train.empty() && rows.eval.empty()) {
    return wrong("trainer.data", "missing; must name an HDF5 file or one of JSON lines");
  }
  return wrong(rows.train.empty() ? "trainer.train" : "trainer.eval",
               "missing; train and eval name a file each, or data names one for both");
}

}  // namespace

Result<SweepOptions> read_sweep_options(const Value& given, const std::filesystem::path& base) {
  SweepOptions options;
  Value arguments = Value::object();
  for (const auto& [name, given_value] : given.items()) {
    if (std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end()) continue;
    // YAML reads a bare `no` as false.
    const Value value = name.ends_with("_strategy") && given_value == false ? Value("no") : given_value;
    if (auto good = check_argument(name, value); !good) return fail(good.error());
    arguments[name] = value;
    options.fixed.insert(name);
  }
  auto read = from_json(arguments);
  if (!read) return fail(errc::invalid_input, "trainer." + read.error().message);
  options.arguments = std::move(read->arguments);
  std::string& output_dir = options.arguments.output_dir;
  if (!output_dir.empty()) output_dir = (base / output_dir).string();
  for (const auto& [name, value] : given.items()) {
    if (options.fixed.contains(name)) continue;
    if (auto good = set_own(options, name, value, base); !good) return fail(good.error());
  }
  if (auto good = check_files(options); !good) return fail(good.error());
  return options;
}

Result<void> check_parameters(const SweepOptions& options, const Assignment& params) {
  TrainingArguments arguments = options.arguments;
  for (const auto& [name, value] : params.entries()) {
    if (options.fixed.contains(name)) {
      return wrong("parameters." + name, "trainer." + name + " fixes it already; take one of the two out");
    }
    const auto written = set(arguments, name, value);
    if (!written) return fail(errc::invalid_input, "parameters." + written.error().message);
    if (!written->trained && from_json(Value{{name, value}})->arguments.others.contains(name)) {
      return fail(errc::invalid_input, "parameters." + written->warning);  // Hugging Face's has it
    }
    if (!written->trained) {
      return wrong("parameters." + name,
                   "is no training argument, and a TorchScript model can't look at others" + suggestion(name, {}));
    }
  }
  const auto good = completed(std::move(arguments));
  return good ? Result<void>{} : wrong("parameters", good.error().message);
}

}  // namespace winnow::hf
