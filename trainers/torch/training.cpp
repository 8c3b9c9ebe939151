#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <torch/cuda.h>

#include <winnow/trainers/torch/detail/checkpoint_file.hpp>
#include <winnow/trainers/torch/detail/mlp.hpp>
#include <winnow/trainers/torch/detail/one_thread.hpp>
#include <winnow/trainers/torch/training.hpp>

namespace winnow {

struct DeviceData {
  torch::Device device;
  std::int64_t features;
  std::int64_t classes;
  torch::Tensor train_x, train_y, test_x, test_y;
};

namespace {

constexpr const char* kFormat = "winnow.classifier";
/// Held-out rows evaluated at once.
constexpr std::int64_t kEvalRows = 4096;

/// A copy of the rows as one tensor.
torch::Tensor to_tensor(std::vector<float>& x, std::int64_t features, const torch::Device& device) {
  const auto rows = static_cast<std::int64_t>(x.size()) / features;
  return torch::from_blob(x.data(), {rows, features}, torch::kFloat32).clone().to(device);
}

torch::Tensor to_tensor(std::vector<std::int64_t>& y, const torch::Device& device) {
  return torch::from_blob(y.data(), {static_cast<std::int64_t>(y.size())}, torch::kInt64).clone().to(device);
}

/// A generator that nobody else draws from.
at::Generator own_generator(const torch::Device& device, std::uint64_t seed) {
  if (device.is_cpu()) return at::make_generator<at::CPUGeneratorImpl>(seed);
  at::Generator generator = at::globalContext().defaultGenerator(device).clone();
  generator.set_current_seed(seed);
  return generator;
}

class MlpTraining final : public Training {
public:
  MlpTraining(std::shared_ptr<const DeviceData> data, const Hyperparameters& hyperparameters, std::uint64_t seed)
      : data_(std::move(data)),
        hyperparameters_(hyperparameters),
        order_(own_generator(torch::kCPU, seed)),
        dropout_(own_generator(data_->device, seed + 1)),
        mlp_(data_->features, data_->classes, hyperparameters, order_, data_->device),
        optimizer_(make_optimizer(mlp_.parameters(), hyperparameters)) {}

  [[nodiscard]] std::int64_t epoch() const override { return epoch_; }

  std::optional<EpochResult> train_epoch(const std::atomic<bool>& cancelled) override {
    use_one_thread();
    const std::int64_t rows = data_->train_y.size(0);
    const torch::Tensor order = torch::randperm(rows, order_).to(data_->device);
    torch::Tensor total = torch::zeros({}, torch::dtype(torch::kFloat64).device(data_->device));
    for (std::int64_t begin = 0; begin < rows; begin += hyperparameters_.batch_size) {
      if (cancelled) return std::nullopt;
      const std::int64_t size = std::min(hyperparameters_.batch_size, rows - begin);
      total += train_batch(order.narrow(0, begin, size)).to(torch::kFloat64) * static_cast<double>(size);
    }
    ++epoch_;
    EpochResult result = evaluate();
    result.train_loss = total.item<double>() / static_cast<double>(rows);
    return result;
  }

  Result<void> save(const std::filesystem::path& file) override {
    torch::serialize::OutputArchive archive;
    const OrderedJson about{{"format", kFormat},
                            {"version", 1},
                            {"epoch", epoch_},
                            {"features", data_->features},
                            {"classes", data_->classes},
                            {"device", data_->device.str()},
                            {"hyperparameters", hyperparameters_.to_json()}};
    for (std::size_t i = 0; i < mlp_.parameters().size(); ++i) {
      archive.write("parameter" + std::to_string(i), mlp_.parameters()[i].detach().cpu());
    }
    archive.write("order", order_.get_state(), true);
    archive.write("dropout", dropout_.get_state(), true);
    torch::serialize::OutputArchive optimizer(archive.compilation_unit());
    optimizer_->save(optimizer);
    archive.write("optimizer", optimizer);
    return write_checkpoint(file, about, archive);
  }

  Result<void> restore(const std::filesystem::path& file) override {
    return read_checkpoint(file, "a classifier", [&](const Value& about, auto& archive) -> Result<void> {
      if (auto ok = check(file, about); !ok) return ok;
      read_state(archive);
      epoch_ = about.at("epoch").get<std::int64_t>();
      return {};
    });
  }

private:
  /// Returns the mean loss of the batch, before the optimizer's step.
  torch::Tensor train_batch(const torch::Tensor& rows) {
    const torch::Tensor logits = mlp_.forward(data_->train_x.index_select(0, rows), dropout_);
    torch::Tensor loss = torch::cross_entropy_loss(logits, data_->train_y.index_select(0, rows));
    for (torch::Tensor& parameter : mlp_.parameters()) parameter.mutable_grad().reset();
    loss.backward();
    optimizer_->step();
    return loss.detach();
  }

  [[nodiscard]] EpochResult evaluate() const {
    const torch::NoGradGuard no_grad;
    const std::int64_t rows = data_->test_y.size(0);
    double loss = 0;
    std::int64_t right = 0;
    for (std::int64_t begin = 0; begin < rows; begin += kEvalRows) {
      const std::int64_t size = std::min(kEvalRows, rows - begin);
      const torch::Tensor y = data_->test_y.narrow(0, begin, size);
      const torch::Tensor logits = mlp_.forward(data_->test_x.narrow(0, begin, size), std::nullopt);
      loss += torch::cross_entropy_loss(logits, y).item<double>() * static_cast<double>(size);
      right += logits.argmax(1).eq(y).sum().item<std::int64_t>();
    }
    return {0, loss / static_cast<double>(rows), static_cast<double>(right) / static_cast<double>(rows)};
  }

  /// That the file fits this network and this optimizer.
  [[nodiscard]] Result<void> check(const std::filesystem::path& file, const Value& about) const {
    if (about.at("format") != kFormat || about.at("version") != 1) {
      return fail(errc::corrupt, file.string() + ": no checkpoint of a classifier, or of another version");
    }
    const Value mine(hyperparameters_.to_json());
    for (const char* name : {"hidden", "layers", "optimizer"}) {
      const Value& theirs = about.at("hyperparameters").at(name);
      if (theirs == mine.at(name) || (hyperparameters_.layers == 0 && std::string(name) == "hidden")) continue;
      return fail(errc::invalid_input, file.string() + ": the checkpoint has " + name + " " + theirs.dump() +
                                           ", this trial " + mine.at(name).dump() + "; they must be the same");
    }
    if (about.at("features") != data_->features || about.at("classes") != data_->classes) {
      return fail(errc::invalid_input, file.string() +
                                           ": the checkpoint is of other data: " + about.at("features").dump() +
                                           " features, " + about.at("classes").dump() + " classes");
    }
    return {};
  }

  void read_state(torch::serialize::InputArchive& archive) {
    const torch::NoGradGuard no_grad;
    for (std::size_t i = 0; i < mlp_.parameters().size(); ++i) {
      mlp_.parameters()[i].copy_(read_tensor(archive, "parameter" + std::to_string(i), false));
    }
    order_.set_state(read_tensor(archive, "order"));
    dropout_.set_state(read_tensor(archive, "dropout"));
    torch::serialize::InputArchive optimizer;
    archive.read("optimizer", optimizer);
    optimizer_->load(optimizer);
    set_optimizer_options(*optimizer_, hyperparameters_);
  }

  std::shared_ptr<const DeviceData> data_;
  Hyperparameters hyperparameters_;
  at::Generator order_;    ///< initial weights, then each epoch's order of rows; on the CPU
  at::Generator dropout_;  ///< on the device
  mutable Mlp mlp_;
  std::unique_ptr<torch::optim::Optimizer> optimizer_;
  std::int64_t epoch_ = 0;
};

}  // namespace

Result<std::shared_ptr<const DeviceData>> load_to_device(Dataset data, const std::string& device) {
  const bool cuda = device != "cpu" && torch::cuda::is_available();
  if (!cuda && device != "cpu" && device != "auto") {
    return fail(errc::invalid_input, "trainer.device: " + device + ": no CUDA device here; take cpu or auto");
  }
  try {
    const torch::Device place = cuda ? torch::Device(device == "auto" ? "cuda" : device) : torch::Device(torch::kCPU);
    const auto features = static_cast<std::int64_t>(data.features);
    return std::make_shared<const DeviceData>(DeviceData{
        place, features, data.classes, to_tensor(data.train.x, features, place), to_tensor(data.train.y, place),
        to_tensor(data.test.x, features, place), to_tensor(data.test.y, place)});
  } catch (const c10::Error& error) {
    return fail(errc::invalid_input, "trainer.device: " + device + ": " + error.what_without_backtrace());
  }
}

std::unique_ptr<Training> start_training(std::shared_ptr<const DeviceData> data, const Hyperparameters& hyperparameters,
                                         std::uint64_t seed) {
  use_one_thread();
  return std::make_unique<MlpTraining>(std::move(data), hyperparameters, seed);
}

}  // namespace winnow
