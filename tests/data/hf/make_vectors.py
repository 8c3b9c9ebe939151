#!/usr/bin/env python3
"""Regenerates vectors.json beside this file by driving transformers 4.37.2 (on PyTorch 1.13.1).

    python3 -m venv v && v/bin/pip install transformers==4.37.2 'accelerate<0.27' 'numpy<2' torch==1.13.1
    v/bin/python make_vectors.py

`arguments`: what TrainingArguments becomes of `given`, the first in full, then what differs from it; `error`: it refuses. `casts`: what a trial's value becomes on
the arguments made of `given` (Trainer._hp_search_setup); `trained`, or `warns` (no such argument), or `error`. `differs`
says why Winnow does something else on purpose, `ours` what: `trained` or `error`.
`files`: what TrainingArguments.to_json_string writes; `ours`: what HfArgumentParser makes of the files in ours.json,
which Winnow writes. `plans`: the steps of a run, as the Trainer's state has them when training begins.
`schedules`: the learning rate after 0, 1, 2, … steps. `plateaus`: the rate after each metric. `objectives`: the default
objective of metrics, in their order. `spaces`: the default space of each backend: SigOpt's and W&B's as they are, those
of Optuna and Ray as the calls that they make. `default_backend`: of those available, by name.
"""
import json
import logging
import pathlib
import sys
import tempfile
import types
import warnings
from unittest import mock

warnings.filterwarnings("ignore")
import torch
import transformers
from transformers import HfArgumentParser, Trainer, TrainerCallback, TrainingArguments, optimization, trainer_utils
from transformers import hyperparameter_search as hps

HERE = pathlib.Path(__file__).parent
OPTIONS = {"output_dir": "out", "use_cpu": True, "report_to": []}


def made(given):
    return TrainingArguments(**{**OPTIONS, **given})


def as_json(arguments, keep_logging_dir=False):
    values = json.loads(arguments.to_json_string())
    if not keep_logging_dir:
        values["logging_dir"] = None  # it has the time and the host in it
    return values


# --- arguments

ARGUMENTS = [
    {},
    {"evaluation_strategy": "steps"},
    {"evaluation_strategy": "steps", "logging_steps": 20},
    {"evaluation_strategy": "steps", "eval_steps": 0, "logging_steps": 30.0},
    {"evaluation_strategy": "steps", "eval_steps": 40},
    {"evaluation_strategy": "steps", "eval_steps": 0.25, "logging_steps": 10},
    {"evaluation_strategy": "steps", "logging_steps": 0},
    {"evaluation_strategy": "steps", "logging_strategy": "no", "logging_steps": 0},
    {"evaluation_strategy": "steps", "logging_strategy": "no", "logging_steps": 0, "eval_steps": 7},
    {"evaluation_strategy": "epoch"},
    {"evaluation_strategy": "epoch", "do_eval": False},
    {"evaluation_strategy": "step"},
    {"logging_strategy": "epoch", "logging_steps": 0},
    {"logging_steps": 0},
    {"logging_steps": 0.05},
    {"logging_steps": 12.5},
    {"logging_steps": 12.0},
    {"logging_steps": 1},
    {"logging_strategy": "epoch", "logging_steps": 12.5},
    {"save_steps": 100.5},
    {"save_steps": 0.2},
    {"save_strategy": "epoch", "save_steps": 100.5},
    {"evaluation_strategy": "steps", "eval_steps": 33.3},
    {"evaluation_strategy": "steps", "eval_steps": 0.5, "load_best_model_at_end": True},
    {"load_best_model_at_end": True},
    {"load_best_model_at_end": True, "save_strategy": "no"},
    {"load_best_model_at_end": True, "evaluation_strategy": "epoch"},
    {"load_best_model_at_end": True, "evaluation_strategy": "epoch", "save_strategy": "epoch"},
    {"load_best_model_at_end": True, "evaluation_strategy": "steps"},
    {"load_best_model_at_end": True, "evaluation_strategy": "steps", "eval_steps": 100, "save_steps": 300},
    {"load_best_model_at_end": True, "evaluation_strategy": "steps", "eval_steps": 200, "save_steps": 300},
    {"load_best_model_at_end": True, "evaluation_strategy": "steps", "eval_steps": 300, "save_steps": 100},
    {"load_best_model_at_end": True, "evaluation_strategy": "steps", "eval_steps": 0.1, "save_steps": 0.2},
    {"load_best_model_at_end": True, "evaluation_strategy": "steps", "eval_steps": 0.1, "save_steps": 0.25},
    {"load_best_model_at_end": True, "evaluation_strategy": "steps", "eval_steps": 0.3, "save_steps": 100},
    {"load_best_model_at_end": True, "evaluation_strategy": "steps", "eval_steps": 100, "save_steps": 0.2},
    {"load_best_model_at_end": True, "evaluation_strategy": "epoch", "save_strategy": "epoch",
     "metric_for_best_model": "accuracy"},
    {"load_best_model_at_end": True, "evaluation_strategy": "epoch", "save_strategy": "epoch",
     "metric_for_best_model": "eval_loss"},
    {"metric_for_best_model": "loss"},
    {"metric_for_best_model": "eval_f1"},
    {"metric_for_best_model": "error", "greater_is_better": False},
    {"greater_is_better": True},
    {"lr_scheduler_type": "reduce_lr_on_plateau"},
    {"lr_scheduler_type": "reduce_lr_on_plateau", "evaluation_strategy": "epoch"},
    {"lr_scheduler_type": "reduce_lr_on_plateau", "evaluation_strategy": "epoch", "metric_for_best_model": "accuracy"},
    {"lr_scheduler_type": "cosine_with_restarts", "lr_scheduler_kwargs": {"num_cycles": 3}},
    {"lr_scheduler_type": "exponential"},
    {"warmup_ratio": 0.1},
    {"warmup_ratio": 0.1, "warmup_steps": 50},
    {"warmup_ratio": 1.1},
    {"warmup_ratio": -0.1},
    {"optim": "sgd"},
    {"optim": "adam"},
    {"adafactor": True},
    {"run_name": "mine"},
    {"output_dir": "other/place"},
    {"disable_tqdm": True},
    {"no_cuda": True, "use_cpu": False},
    {"save_total_limit": 2, "save_only_model": True, "seed": 7, "data_seed": 8},
    {"num_train_epochs": 2.5, "max_steps": 100, "gradient_accumulation_steps": 4, "eval_delay": 2.5},
    {"optim_args": "a=1,b=2", "group_by_length": True, "label_smoothing_factor": 0.1, "max_grad_norm": 0.0},
]
ARGUMENT_DIFFERENCES = {
    json.dumps({"load_best_model_at_end": True, "evaluation_strategy": "steps", "eval_steps": 0.1, "save_steps": 0.3}):
        "0.3 is a multiple of 0.1: HF works around the rounding, and refuses it all the same",
}
ARGUMENTS += [json.loads(key) for key in ARGUMENT_DIFFERENCES]


def argument_cases():
    first = None
    for given in ARGUMENTS:
        case = {"given": {**OPTIONS, **given}}
        try:
            values = as_json(made(given))
            first = first or values
            case["becomes"] = {k: v for k, v in values.items() if first is values or v != first[k]}
        except ValueError as error:
            case["error"] = str(error)
        if json.dumps(given) in ARGUMENT_DIFFERENCES:
            case["differs"] = ARGUMENT_DIFFERENCES[json.dumps(given)]
        yield case


# --- casts

NO_STEPS = "the old value was an integer, so that HF makes 0 of a share, by which it then divides"
BY_WORD = "booleans are read by word: HF's bool() takes any text for true"
RIGHT_TYPE = "where the old value is None HF sets the value as it is, whatever its type"
NONE_TEXT = "HF makes the text None of it"
CHECKED = "a value that can't be trained with is refused when it is set"
PLAIN = "eval_delay counts in parts of epochs: HF's default happens to be an integer"
CASTS = [
    ("learning_rate", 3e-5), ("learning_rate", 1), ("learning_rate", "2e-5"), ("learning_rate", True),
    ("learning_rate", "fast"), ("learning_rate", " 0.5 "), ("learning_rate", None), ("learning_rate", [1]),
    ("num_train_epochs", 4), ("num_train_epochs", 2.5), ("num_train_epochs", "3"),
    ("seed", 34.5), ("seed", 17.9), ("seed", 40), ("seed", "12"), ("seed", " 12 "), ("seed", "+12"), ("seed", "12.5"),
    ("seed", ""), ("seed", True), ("seed", None), ("seed", 3.0), ("seed", {}),
    ("per_device_train_batch_size", "16"), ("per_device_train_batch_size", 16.0), ("per_device_train_batch_size", 31.99),
    ("max_steps", -1.5), ("max_steps", 120.0), ("warmup_steps", 10.2), ("warmup_ratio", "0.06"),
    ("weight_decay", 0), ("adam_beta1", 0.85), ("label_smoothing_factor", 0.2),
    ("lr_scheduler_type", "cosine"), ("lr_scheduler_type", "cosinus"), ("lr_scheduler_kwargs", {"num_cycles": 2}),
    ("lr_scheduler_kwargs", "x"), ("optim", "adafactor"), ("optim", "adam"), ("evaluation_strategy", "epoch"),
    ("evaluation_strategy", "never"), ("save_strategy", "no"),
    ("logging_steps", 250.7), ("logging_steps", "10"), ("logging_steps", 0.1, NO_STEPS, {"trained": 0.1}),
    ("save_steps", 99.9), ("eval_steps", 20), ("eval_steps", 0.5), ("eval_steps", "20", RIGHT_TYPE, {"trained": 20}),
    ("eval_delay", 3), ("eval_delay", 2.5, PLAIN, {"trained": 2.5}),
    ("group_by_length", True), ("group_by_length", 1), ("group_by_length", 0), ("group_by_length", "True"),
    ("group_by_length", "False", BY_WORD, {"trained": False}), ("group_by_length", "no", BY_WORD, {"trained": False}),
    ("group_by_length", "maybe", BY_WORD, {"error": True}), ("group_by_length", 2),
    ("group_by_length", None, "null is no boolean; HF takes it for false", {"error": True}),
    ("save_total_limit", 3), ("save_total_limit", None), ("save_total_limit", "3", RIGHT_TYPE, {"trained": 3}),
    ("save_total_limit", 2.5, RIGHT_TYPE, {"trained": 2}), ("data_seed", 5),
    ("metric_for_best_model", "accuracy"), ("greater_is_better", True), ("optim_args", "a=1"),
    ("run_name", "x"), ("run_name", 5), ("run_name", True),
    ("run_name", None, NONE_TEXT, {"trained": None}), ("output_dir", None, NONE_TEXT, {"error": True}),
    ("length_column_name", 5), ("seed", -1, CHECKED, {"error": True}), ("learning_rate", -1.0, CHECKED, {"error": True}),
    ("per_device_train_batch_size", 0.5, CHECKED, {"error": True}),
    ("hidden_size", 64), ("learning_rat", 1e-4), ("a", -4), ("model.layers", 2), ("ray_scope", "avg"),
]


class Heard(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def cast_cases():
    log, heard = logging.getLogger("transformers.trainer"), Heard()
    log.addHandler(heard)
    log.propagate = False
    for name, value, *differs in CASTS:
        arguments = made({})
        trainer = types.SimpleNamespace(
            hp_search_backend=trainer_utils.HPSearchBackend.RAY, args=arguments, is_deepspeed_enabled=False,
            create_accelerator_and_postprocess=lambda: None)
        heard.lines.clear()
        case = {"name": name, "value": value}
        try:
            Trainer._hp_search_setup(trainer, {name: value})
            if heard.lines:
                case["warns"] = heard.lines[0]
            else:
                trained = getattr(arguments, name)
                case["trained"] = getattr(trained, "value", trained)
        except (TypeError, ValueError) as error:
            case["error"] = str(error)
        if differs:
            case["differs"], case["ours"] = differs
        yield case


# --- files

FILES = [
    {},
    {"learning_rate": 2e-5, "num_train_epochs": 5, "evaluation_strategy": "epoch", "save_strategy": "epoch",
     "load_best_model_at_end": True, "metric_for_best_model": "accuracy", "weight_decay": 0.01},
    {"logging_steps": 0.1, "eval_steps": 0.2, "save_steps": 0.2, "evaluation_strategy": "steps", "eval_delay": 1.5},
    {"lr_scheduler_type": "polynomial", "lr_scheduler_kwargs": {"lr_end": 1e-6, "power": 2.0}, "warmup_ratio": 0.06},
    {"gradient_checkpointing": True, "label_names": ["labels"], "bf16": True, "dataloader_num_workers": 2},
    {"save_total_limit": 3, "seed": 1, "data_seed": 2, "run_name": "é \"quoted\"", "disable_tqdm": True},
]
NOT_OF_A_FILE = {"logging_dir", "hub_token", "push_to_hub_token"}


def file_cases():
    for given in FILES:
        arguments = made(given)
        arguments.logging_dir = "out/runs/now"
        yield {"text": arguments.to_json_string(), "values": as_json(arguments, keep_logging_dir=True)}


def read_by_hf(text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "training_args.json"
        path.write_text(text)
        (arguments,) = HfArgumentParser(TrainingArguments).parse_json_file(str(path))
    return {key: value for key, value in as_json(arguments).items() if key not in NOT_OF_A_FILE}


def our_files():
    return [read_by_hf(json.dumps(file)) for file in json.loads((HERE / "ours.json").read_text())]


# --- plans

PLANS = [
    (100, {}), (100, {"num_train_epochs": 2.5}), (100, {"dataloader_drop_last": True}), (96, {}), (3, {}),
    (100, {"gradient_accumulation_steps": 4}), (100, {"gradient_accumulation_steps": 50}),
    (100, {"gradient_accumulation_steps": 3, "num_train_epochs": 0.5}),
    (100, {"max_steps": 7}), (100, {"max_steps": 26, "num_train_epochs": 9}), (100, {"max_steps": 27}),
    (100, {"warmup_ratio": 0.1}), (100, {"warmup_ratio": 0.1, "warmup_steps": 5}), (100, {"warmup_ratio": 0.07}),
    (100, {"logging_steps": 0.1, "save_steps": 0.3, "eval_steps": 0.15, "evaluation_strategy": "steps"}),
    (1000, {"per_device_train_batch_size": 7, "num_train_epochs": 1.3, "logging_steps": 3, "save_steps": 50}),
    (50, {"logging_steps": 1, "logging_strategy": "epoch", "save_strategy": "no"}),
]


class Begun(Exception):
    pass


class Stop(TrainerCallback):
    def on_train_begin(self, args, state, control, **kwargs):
        raise Begun


class Rows(torch.utils.data.Dataset):
    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        return {"x": torch.tensor(float(i)), "labels": torch.tensor(0.0)}


class Line(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.a = torch.nn.Parameter(torch.tensor(1.0))

    def forward(self, x, labels=None):
        return (((self.a * x - labels) ** 2).mean(), self.a * x)


def plan_cases():
    for rows, given in PLANS:
        with tempfile.TemporaryDirectory() as folder:
            arguments = made({**given, "output_dir": folder, "disable_tqdm": True})
            trainer = Trainer(Line(), arguments, train_dataset=Rows(rows), eval_dataset=Rows(8), callbacks=[Stop()])
            try:
                trainer.train()
            except Begun:
                pass
        state = trainer.state
        yield {
            "rows": rows, "given": given, "batches": len(trainer.get_train_dataloader()), "steps": state.max_steps,
            "epochs": state.num_train_epochs, "warmup_steps": arguments.get_warmup_steps(state.max_steps),
            "logging_steps": state.logging_steps, "save_steps": state.save_steps,
            "eval_steps": state.eval_steps if arguments.eval_steps is not None else None,
        }


# --- schedules

SCHEDULES = [
    ("linear", {}, 0, 40), ("linear", {}, 10, 40), ("linear", {}, 1, 7), ("linear", {}, 50, 40), ("linear", {}, 0, 1),
    ("cosine", {}, 0, 40), ("cosine", {}, 10, 40), ("cosine", {"num_cycles": 2.5}, 4, 60), ("cosine", {}, 50, 40),
    ("cosine", {"num_cycles": 1}, 0, 9),
    ("cosine_with_restarts", {}, 0, 40), ("cosine_with_restarts", {"num_cycles": 3}, 7, 61),
    ("cosine_with_restarts", {"num_cycles": 4}, 0, 40), ("cosine_with_restarts", {}, 50, 40),
    ("polynomial", {}, 0, 40), ("polynomial", {}, 10, 40), ("polynomial", {"power": 2}, 5, 40),
    ("polynomial", {"power": 0.5, "lr_end": 1e-5}, 3, 33), ("polynomial", {"power": 0}, 3, 33),
    ("constant", {}, 10, 40), ("constant", {"anything": 1}, 0, 10),
    ("constant_with_warmup", {}, 10, 40), ("constant_with_warmup", {}, 0, 10), ("constant_with_warmup", {}, 20, 10),
    ("inverse_sqrt", {}, 10, 100), ("inverse_sqrt", {}, 1, 30), ("inverse_sqrt", {"timescale": 25}, 10, 60),
    ("inverse_sqrt", {"timescale": 5}, 10, 60), ("inverse_sqrt", {"timescale": 100}, 0, 60),
]
RATE = 5e-5


def rates_of(scheduler, optimizer, steps):
    rates = []
    for _ in range(steps):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return rates


def schedule_cases():
    for name, kwargs, warmup, steps in SCHEDULES:
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=RATE)
        if name == "inverse_sqrt":  # get_scheduler doesn't pass its timescale on
            scheduler = optimization.get_inverse_sqrt_schedule(optimizer, warmup, **kwargs)
        else:
            scheduler = optimization.get_scheduler(name, optimizer, warmup, steps, kwargs)
        yield {"type": name, "kwargs": kwargs, "warmup_steps": warmup, "training_steps": steps,
               "learning_rate": RATE, "rates": rates_of(scheduler, optimizer, steps + 5)}


FALLING = [1.0, 0.9, 0.95, 0.9, 0.91, 0.9, 0.89999, 0.95, 0.8, 0.8, 0.8, 0.8, 0.8, 0.7, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]
FLAT = [0.5] * 40
NAN = [0.5, float("nan"), float("nan"), float("nan"), 0.4, 0.5, 0.5, 0.5]
PLATEAUS = [
    ({}, FLAT), ({"patience": 2}, FALLING), ({"patience": 1, "factor": 0.5}, FALLING),
    ({"patience": 0, "cooldown": 3}, FLAT), ({"patience": 1, "cooldown": 2, "factor": 0.3}, FALLING),
    ({"patience": 1, "mode": "max"}, [1 - x for x in FALLING]), ({"patience": 1, "mode": "max"}, FALLING),
    ({"patience": 1, "threshold": 0.06, "threshold_mode": "abs"}, FALLING),
    ({"patience": 1, "threshold": 0.06, "threshold_mode": "rel"}, FALLING),
    ({"patience": 1, "threshold": 0.06, "threshold_mode": "abs", "mode": "max"}, [1 - x for x in FALLING]),
    ({"patience": 0, "min_lr": 1e-5}, FLAT), ({"patience": 0, "eps": 1e-6}, FLAT), ({"patience": 1}, NAN),
    ({"patience": 1, "verbose": False}, [-1.0, -1.00005, -1.0, -1.2, -1.1, -1.1, -1.1]),
]


def plateau_cases():
    for kwargs, metrics in PLATEAUS:
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=RATE)
        scheduler = optimization.get_scheduler("reduce_lr_on_plateau", optimizer, scheduler_specific_kwargs=kwargs)
        rates = []
        for metric in metrics:
            scheduler.step(metric)
            rates.append(optimizer.param_groups[0]["lr"])
        yield {"kwargs": kwargs, "learning_rate": RATE,
               "metrics": [None if metric != metric else metric for metric in metrics], "rates": rates,
               "best": scheduler.best, "bad": scheduler.num_bad_epochs, "cooling": scheduler.cooldown_counter}


# --- objectives, spaces, backends

TIMES = {"eval_runtime": 1.5, "eval_samples_per_second": 20.0, "eval_steps_per_second": 2.5}
OBJECTIVES = [
    {"eval_loss": 0.25}, {"eval_loss": 0.25, "epoch": 1.0}, {"eval_loss": 0.25, **TIMES, "epoch": 2.0},
    {"eval_loss": 0.25, "eval_accuracy": 0.9, **TIMES}, {"eval_loss": 0.25, "eval_accuracy": 0.9, "eval_f1": 0.1},
    {"eval_accuracy": 0.7}, {"eval_loss": 0.5, "eval_jit_compilation_time": 3.0},
    {"eval_loss": 0.5, "train_loss": 0.1}, {"eval_a_loss": 0.5, "eval_b_loss": 0.25, "eval_a_runtime": 1.0},
    {"eval_loss": 0.1, "eval_x": 0.1, "eval_y": 0.2, "eval_z": 0.3, "epoch": 3.0}, {"loss": 2.0, "epoch": 1.0},
    {"epoch": 1.0}, {},
]


class Asked:
    """An Optuna trial that keeps what it is asked."""

    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        def suggest(*arguments, **keywords):
            shown = [json.dumps(x) for x in arguments] + [f"{k}={v!r}" for k, v in keywords.items()]
            self.calls.append(f"trial.{name}({', '.join(shown)})")
            return 0

        return suggest


def ray_call(name):
    return lambda *arguments: f"tune.{name}({', '.join(json.dumps(x) for x in arguments)})"


def space_cases():
    tune = types.ModuleType("ray.tune")
    tune.loguniform, tune.uniform, tune.choice = ray_call("loguniform"), ray_call("uniform"), ray_call("choice")
    ray = types.ModuleType("ray")
    ray.tune = tune
    asked = Asked()
    there = {f"transformers.integrations.is_{name}_available": lambda: True for name in ("optuna", "ray_tune", "wandb")}
    with mock.patch.dict(sys.modules, {"ray": ray, "ray.tune": tune}):
        patches = [mock.patch(target, value) for target, value in there.items()]
        for patch in patches:
            patch.start()
        trainer_utils.default_hp_space_optuna(asked)
        spaces = {
            "optuna": asked.calls,
            "ray": trainer_utils.default_hp_space_ray(None),
            "sigopt": trainer_utils.default_hp_space_sigopt(None),
            "wandb": trainer_utils.default_hp_space_wandb(None),
        }
        for patch in patches:
            patch.stop()
    return spaces


def backend_cases():
    names = [backend.name for backend in hps.ALL_HYPERPARAMETER_SEARCH_BACKENDS.values()]
    for chosen in range(1 << len(names)):
        available = [name for i, name in enumerate(names) if chosen >> i & 1]
        patches = [mock.patch.object(backend, "is_available", staticmethod(lambda n=backend.name: n in available))
                   for backend in hps.ALL_HYPERPARAMETER_SEARCH_BACKENDS.values()]
        for patch in patches:
            patch.start()
        try:
            yield {"available": available, "takes": hps.default_hp_search_backend()}
        except RuntimeError:
            yield {"available": available, "takes": None}
        for patch in patches:
            patch.stop()


def main():
    vectors = {
        "transformers": transformers.__version__,
        "torch": torch.__version__,
        "arguments": list(argument_cases()),
        "casts": list(cast_cases()),
        "files": list(file_cases()),
        "ours": our_files(),
        "plans": list(plan_cases()),
        "schedules": list(schedule_cases()),
        "plateaus": list(plateau_cases()),
        "objectives": [[list(map(list, m.items())), trainer_utils.default_compute_objective(m)] for m in OBJECTIVES],
        "spaces": space_cases(),
        "default_backend": list(backend_cases()),
    }
    parts = [f'"{key}":' + (one_a_line(value) if isinstance(value, list) else json.dumps(value))
             for key, value in vectors.items()]
    (HERE / "vectors.json").write_text("{" + ",\n".join(parts) + "}\n")


def one_a_line(cases):
    return "[\n " + ",\n ".join(json.dumps(case, separators=(",", ":")) for case in cases) + "]"


main()
