#include <map>

#include <winnow/trainers/fields.hpp>
#include <winnow/trainers/torch/detail/device_option.hpp>
#include <winnow/trainers/torch/options.hpp>

namespace winnow {
namespace {

const std::vector<std::string> kOptimizers{"sgd", "adam", "adamw"};
const std::vector<std::string> kActivations{"relu", "tanh", "gelu", "silu"};

struct NumberField {
  fields::Range range;
  void (*set)(Hyperparameters&, double);
};

const std::map<std::string, NumberField>& number_fields() {
  static const std::map<std::string, NumberField> fields{
      {"learning_rate", {{.low = 0, .open_low = true}, [](Hyperparameters& h, double x) { h.learning_rate = x; }}},
      {"hidden",
       {{.low = 1, .high = 65536, .integer = true},
        [](Hyperparameters& h, double x) { h.hidden = static_cast<std::int64_t>(x); }}},
      {"layers",
       {{.low = 0, .high = 100, .integer = true},
        [](Hyperparameters& h, double x) { h.layers = static_cast<std::int64_t>(x); }}},
      {"dropout", {{.low = 0, .high = 1, .open_high = true}, [](Hyperparameters& h, double x) { h.dropout = x; }}},
      {"weight_decay", {{.low = 0}, [](Hyperparameters& h, double x) { h.weight_decay = x; }}},
      {"batch_size",
       {{.low = 1, .high = 1e9, .integer = true},
        [](Hyperparameters& h, double x) { h.batch_size = static_cast<std::int64_t>(x); }}},
      {"momentum", {{.low = 0, .high = 1, .open_high = true}, [](Hyperparameters& h, double x) { h.momentum = x; }}},
  };
  return fields;
}

const std::vector<std::string> kHyperparameters{"learning_rate", "hidden",    "layers",   "dropout",   "weight_decay",
                                                "batch_size",    "optimizer", "momentum", "activation"};

/// Other people's names for the same things.
std::string other_name(const std::string& name) {
  static const std::map<std::string, std::string> names{
      {"lr", "learning_rate"},   {"eta", "learning_rate"}, {"units", "hidden"},           {"width", "hidden"},
      {"hidden_size", "hidden"}, {"depth", "layers"},      {"num_layers", "layers"},      {"n_layers", "layers"},
      {"wd", "weight_decay"},    {"l2", "weight_decay"},   {"dropout_rate", "dropout"},   {"bs", "batch_size"},
      {"batch", "batch_size"},   {"opt", "optimizer"},     {"nonlinearity", "activation"}};
  const auto it = names.find(name);
  return it == names.end() ? "" : it->second;
}

bool is_hyperparameter(const std::string& name) {
  return std::find(kHyperparameters.begin(), kHyperparameters.end(), name) != kHyperparameters.end();
}

template <class Enum>
Result<void> set_word(Enum& target, const std::string& where, const Value& value,
                      const std::vector<std::string>& words) {
  const auto word = fields::word(where, value, words);
  if (!word) return fail(word.error());
  target = static_cast<Enum>(std::find(words.begin(), words.end(), *word) - words.begin());
  return {};
}

/// `name` is one of kHyperparameters.
Result<void> set_hyperparameter(Hyperparameters& target, const std::string& where, const std::string& name,
                                const Value& value) {
  if (name == "optimizer") return set_word(target.optimizer, where, value, kOptimizers);
  if (name == "activation") return set_word(target.activation, where, value, kActivations);
  const NumberField& field = number_fields().at(name);
  const auto number = fields::number(where, value, field.range);
  if (!number) return fail(number.error());
  field.set(target, *number);
  return {};
}

Result<void> set_option(ClassifierOptions& options, const std::string& name, const Value& value,
                        const std::filesystem::path& base) {
  const std::string where = "trainer." + name;
  if (name == "data") {
    if (!value.is_string()) {
      return fail(errc::invalid_input, where + ": must be the name of a file, got " + fields::shown(value));
    }
    options.data = base / value.get<std::string>();
  } else if (name == "test_fraction") {
    const auto number = fields::number(where, value, {.low = 0, .high = 1, .open_low = true, .open_high = true});
    if (!number) return fail(number.error());
    options.dataset.test_fraction = *number;
  } else if (name == "standardize") {
    if (!value.is_boolean()) {
      return fail(errc::invalid_input, where + ": must be true or false, got " + fields::shown(value));
    }
    options.dataset.standardize = value.get<bool>();
  } else if (name == "epochs") {
    const auto number = fields::number(where, value, {.low = 1, .high = 1e9, .integer = true});
    if (!number) return fail(number.error());
    options.epochs = static_cast<std::int64_t>(*number);
  } else if (name == "device") {
    auto device = device_option(value);
    if (!device) return fail(std::move(device.error()));
    options.device = std::move(*device);
  } else if (is_hyperparameter(name)) {
    Hyperparameters checked;
    options.fixed[name] = value;
    return set_hyperparameter(checked, where, name, value);
  } else {
    std::vector<std::string> known{"data", "test_fraction", "standardize", "epochs", "device"};
    known.insert(known.end(), kHyperparameters.begin(), kHyperparameters.end());
    return fields::unknown_name("trainer classifier", "option", name, known, other_name(name));
  }
  return {};
}

}  // namespace

std::string to_string(OptimizerKind kind) {
  return kOptimizers[static_cast<std::size_t>(kind)];
}

Result<ClassifierOptions> read_classifier_options(const Value& given, const std::filesystem::path& base) {
  ClassifierOptions options;
  options.fixed = Value::object();
  if (!given.is_object() || !given.contains("data")) {
    return fail(errc::invalid_input, "trainer.data: missing; must name an HDF5 or CSV file");
  }
  for (const auto& [name, value] : given.items()) {
    if (const auto ok = set_option(options, name, value, base); !ok) return fail(ok.error());
  }
  return options;
}

Result<Hyperparameters> read_hyperparameters(const Value& fixed, const Assignment& params) {
  Hyperparameters result;
  for (const auto& [name, value] : fixed.items()) {
    if (const auto ok = set_hyperparameter(result, "trainer." + name, name, value); !ok) return fail(ok.error());
  }
  for (const auto& [name, value] : params.entries()) {
    if (!is_hyperparameter(name)) {
      return fields::unknown_name("trainer classifier", "parameter", name, kHyperparameters, other_name(name));
    }
    if (fixed.contains(name)) {
      return fail(errc::invalid_input,
                  "parameters." + name + ": trainer." + name + " fixes it already; take one of the two out");
    }
    if (const auto ok = set_hyperparameter(result, "parameters." + name, name, value); !ok) return fail(ok.error());
  }
  return result;
}

}  // namespace winnow
