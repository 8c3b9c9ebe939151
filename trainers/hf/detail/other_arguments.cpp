#include <algorithm>
#include <vector>
#include <winnow/trainers/hf/detail/other_arguments.hpp>

namespace winnow::hf {
namespace {

constexpr bool kHousekeeping = true;

std::vector<OtherArgument> make_others() {
  return {
      {"per_gpu_train_batch_size"},
      {"per_gpu_eval_batch_size"},
      {"eval_accumulation_steps", nullptr, kHousekeeping},
      {"log_level", "passive", kHousekeeping},
      {"log_level_replica", "warning", kHousekeeping},
      {"log_on_each_node", true, kHousekeeping},
      {"save_safetensors", true, kHousekeeping},
      {"save_on_each_node", false, kHousekeeping},
      {"use_mps_device", false},
      {"jit_mode_eval", false, kHousekeeping},
      {"use_ipex", false, kHousekeeping},
      {"bf16", false},
      {"fp16", false},
      {"fp16_opt_level", "O1", kHousekeeping},
      {"half_precision_backend", "auto", kHousekeeping},
      {"bf16_full_eval", false},
      {"fp16_full_eval", false},
      {"tf32"},
      {"local_rank", -1, kHousekeeping},
      {"ddp_backend", nullptr, kHousekeeping},
      {"tpu_num_cores", nullptr, kHousekeeping},
      {"tpu_metrics_debug", false, kHousekeeping},
      {"debug", Value::array(), kHousekeeping},
      {"past_index", -1},
      {"remove_unused_columns", true},
      {"label_names"},
      {"fsdp", Value::array()},
      {"fsdp_min_num_params", 0},
      {"fsdp_config", nullptr, kHousekeeping},
      {"fsdp_transformer_layer_cls_to_wrap"},
      {"deepspeed"},
      {"report_to", Value::array(), kHousekeeping},
      {"ddp_find_unused_parameters", nullptr, kHousekeeping},
      {"ddp_bucket_cap_mb", nullptr, kHousekeeping},
      {"ddp_broadcast_buffers", nullptr, kHousekeeping},
      {"dataloader_pin_memory", true, kHousekeeping},
      {"dataloader_persistent_workers", false, kHousekeeping},
      {"skip_memory_metrics", true, kHousekeeping},
      {"use_legacy_prediction_loop", false, kHousekeeping},
      {"push_to_hub", false},
      {"hub_model_id", nullptr, kHousekeeping},
      {"hub_strategy", "every_save", kHousekeeping},
      {"hub_token", nullptr, kHousekeeping},
      {"hub_private_repo", false, kHousekeeping},
      {"hub_always_push", false, kHousekeeping},
      {"gradient_checkpointing", false, kHousekeeping},
      {"gradient_checkpointing_kwargs", nullptr, kHousekeeping},
      {"fp16_backend", "auto", kHousekeeping},
      {"push_to_hub_model_id", nullptr, kHousekeeping},
      {"push_to_hub_organization", nullptr, kHousekeeping},
      {"push_to_hub_token", nullptr, kHousekeeping},
      {"mp_parameters", "", kHousekeeping},
      {"auto_find_batch_size", false},
      {"full_determinism", false},
      {"torchdynamo", nullptr, kHousekeeping},
      {"ddp_timeout", 1800, kHousekeeping},
      {"torch_compile", false, kHousekeeping},
      {"torch_compile_backend", nullptr, kHousekeeping},
      {"torch_compile_mode", nullptr, kHousekeeping},
      {"dispatch_batches", nullptr, kHousekeeping},
      {"split_batches", false},
      {"include_tokens_per_second", false},
      {"include_num_input_tokens_seen", false},
      {"neftune_noise_alpha"},
  };
}

bool is_nothing(const Value& value) {
  return value.is_null() || value == Value("") || value == Value::array();
}

}  // namespace

bool OtherArgument::matters(const Value& value) const {
  return !is_housekeeping && value != standard && !(is_nothing(value) && is_nothing(standard));
}

const OtherArgument* find_other(std::string_view name) {
  static const std::vector<OtherArgument> others = make_others();
  const auto found =
      std::find_if(others.begin(), others.end(), [&](const OtherArgument& other) { return other.name == name; });
  return found == others.end() ? nullptr : &*found;
}

}  // namespace winnow::hf
