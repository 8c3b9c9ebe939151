#include <fstream>

#include <winnow/trainers/torch/detail/checkpoint_file.hpp>

namespace winnow {

Result<void> write_checkpoint(const std::filesystem::path& file, const OrderedJson& about,
                              torch::serialize::OutputArchive& archive) {
  archive.write("about", c10::IValue(about.dump()));
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  archive.save_to([&out](const void* bytes, std::size_t size) {
    out.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
    return size;
  });
  if (!out.flush()) return fail(errc::io, file.string() + ": can't write the checkpoint");
  return {};
}

Result<void> read_checkpoint(
    const std::filesystem::path& file, const std::string& whose,
    const std::function<Result<void>(const Value& about, torch::serialize::InputArchive& archive)>& read) {
  if (!std::ifstream(file)) return fail(errc::io, file.string() + ": can't read the checkpoint");
  try {
    torch::serialize::InputArchive archive;
    archive.load_from(file.string(), torch::Device(torch::kCPU));
    c10::IValue text;
    archive.read("about", text);
    return read(Value::parse(text.toStringRef()), archive);
  } catch (const c10::Error&) {
    return fail(errc::corrupt, file.string() + ": no whole checkpoint of " + whose);
  } catch (const Value::exception&) {
    return fail(errc::corrupt, file.string() + ": no checkpoint of " + whose);
  }
}

torch::Tensor read_tensor(torch::serialize::InputArchive& archive, const std::string& name, bool is_buffer) {
  torch::Tensor tensor;
  archive.read(name, tensor, is_buffer);
  return tensor;
}

}  // namespace winnow
