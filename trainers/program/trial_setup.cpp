#include <winnow/trainers/program/trial_setup.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <system_error>

#include <winnow/core/value.hpp>
#include <winnow/trainers/program/macros.hpp>
#include <winnow/trainers/program/python_text.hpp>
#include <winnow/trainers/program/snapshot.hpp>

namespace winnow::program {
namespace {

namespace fs = std::filesystem;

std::string json_text(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

Result<void> write_file(const fs::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << text;
  stream.close();
  if (stream) return {};
  return fail(errc::io, file.string() + ": cannot be written");
}

/// As W&B's agent writes it: YAML, of which JSON is a part.
Result<void> write_wandb_params(const fs::path& file, const OrderedJson& params) {
  OrderedJson json{{"wandb_version", 1}};
  for (const auto& [name, value] : params.items()) json[name] = {{"value", value}};
  return write_file(file, json_text(json) + "\n");
}

/// The others follow OMP_NUM_THREADS by themselves: where that is set, whoever did has decided for them, too.
void set_threads(int threads, Environment& environment) {
  if (threads <= 0 || environment.find("OMP_NUM_THREADS")) return;
  for (const char* name :
       {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "NUMEXPR_NUM_THREADS"}) {
    environment.set_default(name, std::to_string(threads));
  }
}

/// What the slot has, for CUDA and ROCm. What `own`, process.env, says counts more.
void set_devices(const DeviceShare& share, const CommandOptions::Pairs& own, Environment& environment) {
  if (share.empty()) return;
  environment.set("WINNOW_GPUS", format_double(share.gpus));
  const auto said = [&](std::string_view name) {
    return std::any_of(own.begin(), own.end(), [&](const auto& entry) { return entry.first == name; });
  };
  if (said("CUDA_VISIBLE_DEVICES") || said("HIP_VISIBLE_DEVICES")) return;
  environment.set("CUDA_VISIBLE_DEVICES", share.ids());
  if (share.devices.front().platform == Device::Platform::rocm) environment.set("HIP_VISIBLE_DEVICES", share.ids());
}

/// Of a run's folder `<run>/trials/<N>`: what W&B would call the sweep.
std::string sweep_id(const fs::path& home) {
  return home.parent_path().parent_path().filename().string();
}

}  // namespace

std::string interpreter_in(const Environment& environment) {
  return find_program("python", environment, "/") ? "python" : "python3";
}

CommandPlan::CommandPlan(CommandOptions options) : options_(std::move(options)), base_(Environment::of_this_process()) {
  // A trial's variables that this trial hasn't, where this process is itself within one.
  for (const char* name : {"WINNOW_RESUME_STEP", "WINNOW_METRIC", "WINNOW_METRICS", "WINNOW_GPUS"}) base_.unset(name);
  base_.set_default("PYTHONUNBUFFERED", "1");
  for (const auto& [name, value] : options_.environment) base_.set(name, value);
  set_threads(options_.threads, base_);
  if (!options_.tools.empty()) {
    base_.set("PATH", base_.find("PATH").value_or("/usr/local/bin:/usr/bin:/bin") + ":" + options_.tools.string());
  }
  if (!options_.standin.empty()) {
    const auto before = base_.find("PYTHONPATH").value_or("");
    base_.set("PYTHONPATH", options_.standin.string() + (before.empty() ? "" : ":" + before));
  }
  base_.set("WINNOW_REPORT_FD", "3");
  if (!options_.metric.empty()) base_.set("WINNOW_METRIC", options_.metric);
  if (!options_.metrics.empty()) base_.set("WINNOW_METRICS", json_text(options_.metrics));
  if (options_.wandb && !options_.wandb_project.empty()) base_.set("WANDB_PROJECT", options_.wandb_project);
  if (options_.wandb && !options_.wandb_entity.empty()) base_.set("WANDB_ENTITY", options_.wandb_entity);
  interpreter_ = interpreter_in(base_);
}

Result<CommandPlan> CommandPlan::make(CommandOptions options) {
  if (options.command.empty() && options.program.empty()) {
    return fail(errc::invalid_input, "neither program nor command says what to run");
  }
  if (options.command.empty()) options.command = default_command();
  CommandPlan plan(std::move(options));
  if (!plan.options_.stdout_patterns.empty()) {
    auto patterns = StdoutPatterns::make(plan.options_.stdout_patterns);
    if (!patterns) return fail(patterns.error());
    plan.patterns_ = std::move(*patterns);
  }
  // What is wrong with a macro is the same for all trials.
  const auto words = plan.words(OrderedJson::object(), [] { return Result<std::string>("args.json"); });
  if (!words) return fail(words.error().code, "command: " + words.error().message);
  return plan;
}

Result<std::vector<std::string>> CommandPlan::words(const OrderedJson& params,
                                                    std::function<Result<std::string>()> json_file,
                                                    const Environment* trial) const {
  MacroValues values;
  values.program = options_.program;
  values.interpreter = interpreter_;
  values.params = params;
  // A trial's own are known when it starts; before that, for people, they stay as they are.
  values.variable = [&](std::string_view name) -> std::optional<std::string> {
    if (auto value = (trial != nullptr ? *trial : base_).find(name)) return value;
    if (trial == nullptr && is_of_a_trial(name)) return "${envvar:" + std::string(name) + "}";
    return std::nullopt;
  };
  values.json_file = std::move(json_file);
  return expand(options_.command, values);
}

std::optional<std::string> CommandPlan::file_of(const std::string& word) const {
  return find_program(word, base_, options_.directory.string());
}

Result<process::Launch> CommandPlan::prepare(const TrialContext& context, std::optional<Step> resume_step,
                                             const std::string& report_socket, int master_port) const {
  const fs::path& home = context.home;
  std::error_code failed;
  fs::create_directories(checkpoint_folder(home), failed);
  if (failed) return fail(errc::io, home.string() + ": no folder for the trial: " + failed.message());
  const OrderedJson params = options_.space.nest(context.params);
  Environment environment = base_;
  environment.set("WINNOW_TRIAL", std::to_string(context.trial));
  environment.set("WINNOW_ATTEMPT", std::to_string(context.attempt));
  environment.set("WINNOW_SEED", std::to_string(context.seed));
  environment.set("WINNOW_PARAMS", json_text(params));
  environment.set("WINNOW_TRIAL_DIR", home.string());
  environment.set("WINNOW_CHECKPOINT_DIR", checkpoint_folder(home).string());
  environment.set("WINNOW_REPORT_SOCKET", report_socket);
  if (master_port != 0) {
    environment.set("WINNOW_MASTER_PORT", std::to_string(master_port));
    environment.set_default("MASTER_PORT", std::to_string(master_port));
  }
  set_devices(context.devices, options_.environment, environment);
  if (resume_step) environment.set("WINNOW_RESUME_STEP", std::to_string(*resume_step));
  if (options_.wandb) {
    const fs::path file = home / "wandb-params.yaml";
    if (auto written = write_wandb_params(file, params); !written) return fail(written.error());
    environment.set("WANDB_SWEEP_ID", sweep_id(home));
    environment.set("WANDB_RUN_ID", sweep_id(home) + "-" + std::to_string(context.trial));
    environment.set("WANDB_SWEEP_PARAM_PATH", file.string());
    environment.set("WANDB_DIR", home.string());
  }
  auto words = this->words(
      params,
      [&]() -> Result<std::string> {
        const fs::path file = home / "args.json";
        if (auto written = write_file(file, python_json(params)); !written) return fail(written.error());
        return file.string();
      },
      &environment);
  if (!words) return fail(words.error());
  if (words->empty()) return fail(errc::invalid_input, "the command has no words");
  process::Launch launch;
  launch.directory = options_.directory.string();
  const auto file = find_program(words->front(), environment, launch.directory);
  if (!file) return fail(errc::invalid_input, "'" + words->front() + "' is in no folder of PATH");
  launch.file = *file;
  launch.argv = std::move(*words);
  launch.env = environment.entries();
  return launch;
}

fs::path log_file(const TrialContext& context) {
  return context.home / ("attempt-" + std::to_string(context.attempt) + ".log");
}

fs::path checkpoint_folder(const fs::path& home) {
  return home / "checkpoint";
}

bool has_checkpoint(const fs::path& home) {
  std::error_code ignored;
  return !fs::is_empty(checkpoint_folder(home), ignored) && !ignored;
}

namespace {

fs::path snapshot_beside(const fs::path& file) {
  return file.parent_path() / "snapshot";
}

}  // namespace

Result<void> write_manifest(const fs::path& home, const fs::path& file, bool snapshot) {
  if (!has_checkpoint(home)) return fail(errc::unsupported, "the program left nothing in its checkpoint folder");
  if (snapshot) {
    if (auto taken = take_snapshot(checkpoint_folder(home), snapshot_beside(file)); !taken) return taken;
  }
  return write_file(file, json_text({{"program_checkpoint", checkpoint_folder(home).string()}}) + "\n");
}

Result<void> restore_manifest(const fs::path& home, const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  const Value json = Value::parse(text.str(), nullptr, false);
  if (!json.is_object() || !json.contains("program_checkpoint")) {
    return fail(errc::corrupt, file.string() + ": isn't the note of a program's checkpoint");
  }
  if (fs::is_directory(snapshot_beside(file))) return put_snapshot(snapshot_beside(file), checkpoint_folder(home));
  if (has_checkpoint(home)) return {};
  return fail(errc::trial_failed, checkpoint_folder(home).string() + ": the program's checkpoint is gone");
}

}  // namespace winnow::program
