#include <winnow/spec/foreign_files.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

namespace winnow {
namespace {

bool has_all(const Node& node, std::initializer_list<std::string_view> keys) {
  return std::all_of(keys.begin(), keys.end(), [&](std::string_view key) { return node.find(key) != nullptr; });
}

bool says(const Node* node, std::initializer_list<std::string_view> words) {
  return node != nullptr && node->scalar.is_string() &&
         std::any_of(words.begin(), words.end(), [&](std::string_view word) { return node->text == word; });
}

/// The first node for which `is` holds, depth first.
template <class Is>
const Node* first(const Node& node, const Is& is) {
  if (is(node)) return &node;
  for (const Node& item : node.items) {
    if (const Node* found = first(item, is)) return found;
  }
  for (const Node::Entry& entry : node.entries) {
    if (const Node* found = first(entry.node, is)) return found;
  }
  return nullptr;
}

const Node* text_with(const Node& root, std::initializer_list<std::string_view> beginnings) {
  return first(root, [&](const Node& node) {
    return node.scalar.is_string() && node.text.find('(') != std::string::npos &&
           std::any_of(beginnings.begin(), beginnings.end(),
                       [&](std::string_view start) { return node.text.starts_with(start); });
  });
}

/// The definitions of a list, or of a mapping's values.
const Node* definition_with(const Node* container, const auto& is) {
  if (container == nullptr) return nullptr;
  for (const Node& item : container->items) {
    if (is(item)) return &item;
  }
  for (const Node::Entry& entry : container->entries) {
    if (is(entry.node)) return &entry.node;
  }
  return nullptr;
}

// --- each takes a file's root and gives the node that tells

const Node* ax(const Node& root) {
  const Node* list = root.is_sequence() ? &root : root.find("parameters");
  if (list == nullptr || !list->is_sequence()) return nullptr;
  return definition_with(list, [](const Node& item) {
    return item.find("name") != nullptr && says(item.find("type"), {"range", "choice", "fixed"}) &&
           (item.find("bounds") != nullptr || item.find("values") != nullptr || item.find("value") != nullptr);
  });
}

const Node* katib(const Node& root) {
  const Node* version = root.find("apiVersion");
  return version != nullptr && version->text.starts_with("kubeflow.org") ? version : nullptr;
}

const Node* hyperopt(const Node& root) {
  return text_with(root, {"hp.", "hyperopt.hp."});
}

const Node* syne_tune(const Node& root) {
  return first(root, [](const Node& node) { return has_all(node, {"domain_cls", "domain_kwargs"}); });
}

const Node* keras_tuner(const Node& root) {
  const auto is = [](const Node& item) { return has_all(item, {"class_name", "config"}); };
  if (const Node* found = definition_with(root.find("space"), is)) return found;
  const Node* inner = root.find("hyperparameters");
  return inner == nullptr ? nullptr : definition_with(inner->find("space"), is);
}

const Node* determined(const Node& root) {
  const Node* searcher = root.find("searcher");
  const bool is_one = searcher != nullptr && searcher->is_mapping() && searcher->find("name") != nullptr;
  if (is_one && root.find("hyperparameters") != nullptr) return searcher;
  return definition_with(root.find("hyperparameters"), [](const Node& item) {
    return item.find("type") != nullptr && (has_all(item, {"minval", "maxval"}) || item.find("vals") != nullptr);
  });
}

const Node* config_space(const Node& root) {
  return definition_with(root.find("hyperparameters"), [](const Node& item) {
    return item.find("name") != nullptr && says(item.find("type"), {"uniform_float", "uniform_int", "categorical",
                                                                    "constant", "ordinal", "normal_float"});
  });
}

const Node* polyaxon(const Node& root) {
  const Node* matrix = root.find("matrix");
  return matrix != nullptr && matrix->find("kind") != nullptr ? matrix : nullptr;
}

const Node* orion(const Node& root) {
  return text_with(root, {"~uniform(", "~loguniform(", "~choices(", "~normal(", "orion~"});
}

const Node* sagemaker(const Node& root) {
  return first(root, [](const Node& node) {
    return node.find("ContinuousParameterRanges") != nullptr || node.find("CategoricalParameterRanges") != nullptr ||
           node.find("IntegerParameterRanges") != nullptr;
  });
}

const Node* vizier(const Node& root) {
  return first(root, [](const Node& node) {
    return node.find("parameterId") != nullptr || node.find("parameter_id") != nullptr ||
           node.find("studySpec") != nullptr;
  });
}

const Node* comet(const Node& root) {
  const Node* algorithm = root.find("algorithm");
  return algorithm != nullptr && has_all(root, {"parameters", "spec"}) ? algorithm : nullptr;
}

const Node* nni_experiment(const Node& root) {
  for (const std::string_view key : {"searchSpaceFile", "searchSpacePath", "trialCommand"}) {
    if (const Node* found = root.find(key)) return found;
  }
  return nullptr;
}

const Node* hydra_elsewhere(const Node& root) {
  const Node* hydra = root.find("hydra");
  const Node* sweeper = hydra == nullptr ? nullptr : hydra->find("sweeper");
  if (sweeper == nullptr) return nullptr;
  for (const std::string_view key : {"ax_config", "parametrization", "optim"}) {
    if (const Node* found = sweeper->find(key)) return found;
  }
  return nullptr;
}

struct Tool {
  std::string_view what;
  std::string_view advice;
  const Node* (*tell)(const Node& root);
};

constexpr std::string_view kWrite =
    "Winnow doesn't read it: write its parameters as W&B's, e.g. {lr: {distribution: log_uniform_values, min: 1e-5, "
    "max: 0.1}}";

constexpr std::array kTools = {
    Tool{"a Katib experiment", kWrite, &katib},
    Tool{"Ax's search space", kWrite, &ax},
    Tool{"NNI's experiment",
         "its search space is what Winnow reads: winnow run search_space.json --command '…' --metric NAME:maximize "
         "--trials N",
         &nni_experiment},
    Tool{"a file of another sweeper of Hydra's than Optuna's and its own", "write hydra.sweeper.params",
         &hydra_elsewhere},
    Tool{"Determined's experiment", kWrite, &determined},
    Tool{"ConfigSpace's (SMAC's) search space", kWrite, &config_space},
    Tool{"Keras Tuner's search space", kWrite, &keras_tuner},
    Tool{"Syne Tune's search space", kWrite, &syne_tune},
    Tool{"Polyaxon's operation", kWrite, &polyaxon},
    Tool{"Orion's search space", kWrite, &orion},
    Tool{"SageMaker's tuning job", kWrite, &sagemaker},
    Tool{"Vizier's study", kWrite, &vizier},
    Tool{"Comet's optimizer", kWrite, &comet},
    Tool{"hyperopt's search space", kWrite, &hyperopt},
};

}  // namespace

std::optional<ForeignFile> foreign_file(const Node& root) {
  for (const Tool& tool : kTools) {
    const Node* node = tool.tell(root);
    if (node != nullptr) return ForeignFile{node->position, fmt::format("this is {}; {}", tool.what, tool.advice)};
  }
  return std::nullopt;
}

}  // namespace winnow
