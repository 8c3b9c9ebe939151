#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/serialization/import_read.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include <fstream>
#include <vector>

#include <winnow/trainers/torch/detail/checkpoint_file.hpp>

namespace winnow {
namespace {

c10::IValue pickled(const TensorDict& tensors) {
  c10::Dict<std::string, torch::Tensor> dict;
  for (const auto& [name, tensor] : tensors) dict.insert(name, tensor.detach().cpu());
  return dict;
}

TensorDict unpickled(const c10::IValue& value) {
  TensorDict tensors;
  for (const auto& entry : value.toGenericDict()) tensors.emplace(entry.key().toStringRef(), entry.value().toTensor());
  return tensors;
}

}  // namespace

Result<void> write_checkpoint(const std::filesystem::path& file, const CheckpointParts& parts) {
  c10::impl::GenericDict all(c10::StringType::get(), c10::AnyType::get());
  all.insert("about", parts.about.dump());
  all.insert("model", pickled(parts.model));
  all.insert("optimizer", pickled(parts.optimizer));
  all.insert("training", pickled(parts.training));
  const std::vector<char> bytes = torch::jit::pickle_save(all);
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) return fail(errc::io, file.string() + ": can't write the checkpoint");
  return {};
}

Result<CheckpointParts> read_checkpoint(const std::filesystem::path& file, const std::string& whose) {
  if (!std::ifstream(file)) return fail(errc::io, file.string() + ": can't read the checkpoint");
  try {
    // Not pickle_load: it reads beyond the bytes of a file that was cut short.
    caffe2::serialize::PyTorchStreamReader reader(file.string());
    const auto all =
        torch::jit::readArchiveAndTensors("data", "", "", {}, {}, torch::Device(torch::kCPU), reader).toGenericDict();
    return CheckpointParts{OrderedJson::parse(all.at("about").toStringRef()), unpickled(all.at("model")),
                           unpickled(all.at("optimizer")), unpickled(all.at("training"))};
  } catch (const std::exception&) {
    return fail(errc::corrupt, file.string() + ": no whole checkpoint of " + whose);
  }
}

}  // namespace winnow
