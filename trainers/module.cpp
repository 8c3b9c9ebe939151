#include <dlfcn.h>

#include <system_error>

#include <winnow/trainers/module.hpp>

namespace winnow {
namespace {

constexpr const char* kSymbol = "winnow_trainer_module";

std::string last_dl_error() {
  const char* text = dlerror();  // NOLINT(concurrency-mt-unsafe): per thread in glibc
  return text == nullptr ? "unknown reason" : text;
}

/// Opened once by the loader, which counts; never closed, because code and statics of it may be in use until the end.
Result<const TrainerModule*> open_module(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    return fail(errc::invalid_input, file.string() + ": no such trainer module; `module` must name a shared library");
  }
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return fail(errc::invalid_input, file.string() + ": can't load the trainer module: " + last_dl_error());
  }
  auto* entry = reinterpret_cast<const TrainerModule* (*)()>(dlsym(library, kSymbol));
  if (entry == nullptr) {
    return fail(errc::invalid_input, file.string() + ": no trainer module: it doesn't export " + kSymbol +
                                         "; its source needs WINNOW_TRAINER_MODULE(maker)");
  }
  const TrainerModule* module = entry();
  if (module == nullptr || module->version != kTrainerModuleVersion || module->make == nullptr) {
    const std::string found = module == nullptr ? "none" : std::to_string(module->version);
    return fail(errc::invalid_input, file.string() + ": trainer module of version " + found + ", this program takes " +
                                         std::to_string(kTrainerModuleVersion) + "; build it again for this Winnow");
  }
  return module;
}

}  // namespace

Result<std::unique_ptr<TrainableFactory>> load_trainer(const std::filesystem::path& module, const std::string& type,
                                                       const Value& options, const std::filesystem::path& base) {
  const std::filesystem::path file = std::filesystem::absolute(base / module).lexically_normal();
  const auto opened = open_module(file);
  if (!opened) return fail(opened.error());
  try {
    auto factory = (*opened)->make(type, options, base);
    if (factory && *factory == nullptr) {
      return fail(errc::internal, file.string() + ": the module made no trainer of type '" + type + "'");
    }
    return factory;
  } catch (const std::exception& error) {
    return fail(errc::invalid_input, file.string() + ": trainer '" + type + "': " + error.what());
  } catch (...) {
    return fail(errc::invalid_input, file.string() + ": trainer '" + type + "': unknown exception");
  }
}

}  // namespace winnow
