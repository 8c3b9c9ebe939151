#include <stdexcept>

#include <winnow/trainers/module.hpp>

namespace {

/// Throws, or with the type `nothing` makes none.
winnow::Result<std::unique_ptr<winnow::TrainableFactory>> make_throwing(const std::string& type, const winnow::Value&,
                                                                        const std::filesystem::path&) {
  if (type == "nothing") return nullptr;
  throw std::runtime_error("out of luck");
}

}  // namespace

WINNOW_TRAINER_MODULE(make_throwing)
