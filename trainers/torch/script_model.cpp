#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/script.h>

#include <set>

#include <winnow/trainers/torch/model.hpp>

namespace winnow::hf {
namespace {

/// As HF's models take it where they aren't told otherwise: classes for whole labels, else numbers.
torch::Tensor default_loss(const torch::Tensor& logits, const torch::Tensor& labels) {
  if (labels.is_floating_point()) return torch::mse_loss(logits.squeeze(), labels.squeeze());
  return torch::cross_entropy_loss(logits.reshape({-1, logits.size(-1)}), labels.reshape({-1}));
}

ModelOutput output_of(const c10::IValue& value) {
  if (value.isTensor()) return {{}, value.toTensor()};
  if (value.isTuple()) {
    const auto& parts = value.toTupleRef().elements();
    if (parts.size() >= 2 && parts[0].isTensor() && parts[1].isTensor()) {
      return {parts[0].toTensor(), parts[1].toTensor()};
    }
  }
  if (value.isGenericDict()) {
    const auto named = value.toGenericDict();
    ModelOutput output;
    if (named.contains("logits")) output.logits = named.at("logits").toTensor();
    if (named.contains("loss")) output.loss = named.at("loss").toTensor();
    if (output.logits.defined()) return output;
  }
  throw std::invalid_argument("the TorchScript model returns " + value.tagKind() +
                              "; logits, (loss, logits) or a dictionary of them are right");
}

class ScriptModel final : public Model {
public:
  explicit ScriptModel(torch::jit::Module module) : module_(std::move(module)) {
    for (const auto& argument : module_.get_method("forward").function().getSchema().arguments()) {
      takes_.insert(argument.name());
    }
  }

  ModelOutput forward(const Batch& batch) override {
    // LibTorch would rewrite the graph after a run or two, with other bits: a restored model begins anew.
    const torch::jit::GraphOptimizerEnabledGuard as_it_is(false);
    std::unordered_map<std::string, c10::IValue> columns;
    for (const auto& [name, column] : batch) {
      if (takes_.contains(name)) columns.emplace(name, column);
    }
    ModelOutput output = output_of(module_.get_method("forward")({}, columns));
    const auto labels = batch.find("labels");
    if (!output.loss.defined() && labels != batch.end()) output.loss = default_loss(output.logits, labels->second);
    return output;
  }
  std::vector<NamedParameter> parameters() override {
    std::set<std::string> of_layer_norms;
    for (const auto& part : module_.named_modules()) {
      if (part.value.type()->name().value_or(c10::QualifiedName("_")).name().find("LayerNorm") == std::string::npos) {
        continue;
      }
      for (const auto& parameter : part.value.named_parameters(false)) {
        of_layer_norms.insert(part.name + "." + parameter.name);
      }
    }
    std::vector<NamedParameter> all;
    for (const auto& parameter : module_.named_parameters()) {
      if (!parameter.value.requires_grad()) continue;
      all.push_back({parameter.name, parameter.value, of_layer_norms.contains(parameter.name)});
    }
    return all;
  }
  std::vector<std::pair<std::string, torch::Tensor>> buffers() override {
    std::vector<std::pair<std::string, torch::Tensor>> all;
    for (const auto& buffer : module_.named_buffers()) all.emplace_back(buffer.name, buffer.value);
    return all;
  }
  void set_training(bool on) override { module_.train(on); }
  void to(const torch::Device& device) override { module_.to(device); }

private:
  torch::jit::Module module_;
  std::set<std::string, std::less<>> takes_;
};

}  // namespace

Result<std::shared_ptr<Model>> script_model(const std::filesystem::path& file) {
  if (!std::filesystem::is_regular_file(file)) return fail(errc::invalid_input, file.string() + ": no such file");
  try {
    return std::make_shared<ScriptModel>(torch::jit::load(file.string()));
  } catch (const c10::Error& error) {
    return fail(errc::invalid_input,
                file.string() + ": no TorchScript model (torch.jit.save): " + error.what_without_backtrace());
  }
}

}  // namespace winnow::hf
