"""What the open engine of W&B sweeps draws: python make_wandb.py > wandb.json

Made with sweeps 0.2.0, numpy 2.4.6, scipy 1.17.1. The engine draws ppf(U), so its law is known without drawing: its
quantiles at k/200 where it is continuous, its probabilities (from a million evenly spaced u) where it is discrete.
`type` is that of a drawn value.
"""
import collections
import json

import numpy
from sweeps.params import HyperParameter

DEFINITIONS = {
    "constant": {"value": 3.5},
    "categorical": {"values": ["a", "b", "a", "c"]},
    "categorical_w_probabilities": {"values": [1, 2, 3], "probabilities": [0.2, 0.5, 0.3]},
    "inferred_int": {"min": -2, "max": 5},
    "inferred_uniform": {"min": 0, "max": 1.0},
    "int_uniform": {"distribution": "int_uniform", "min": 1, "max": 9},
    "uniform": {"distribution": "uniform", "min": -1, "max": 3},
    "q_uniform": {"distribution": "q_uniform", "min": 0, "max": 9, "q": 2},
    "q_uniform_fraction": {"distribution": "q_uniform", "min": 0.25, "max": 3, "q": 0.5},
    "q_uniform_default": {"distribution": "q_uniform", "min": 0, "max": 4},
    "log_uniform": {"distribution": "log_uniform", "min": -9, "max": -2},
    "log_uniform_values": {"distribution": "log_uniform_values", "min": 1e-4, "max": 0.1},
    "q_log_uniform": {"distribution": "q_log_uniform", "min": 0, "max": 3, "q": 1},
    "q_log_uniform_values": {"distribution": "q_log_uniform_values", "min": 16, "max": 256, "q": 16},
    "q_log_uniform_values_default": {"distribution": "q_log_uniform_values", "min": 1, "max": 12},
    "inv_log_uniform": {"distribution": "inv_log_uniform", "min": 1, "max": 4},
    "inv_log_uniform_values": {"distribution": "inv_log_uniform_values", "min": 0.5, "max": 20},
    "normal": {"distribution": "normal", "mu": 2, "sigma": 3},
    "normal_default": {"distribution": "normal"},
    "q_normal": {"distribution": "q_normal", "mu": 5, "sigma": 2, "q": 1},
    "log_normal": {"distribution": "log_normal", "mu": -1, "sigma": 0.5},
    "q_log_normal": {"distribution": "q_log_normal", "mu": 0, "sigma": 1, "q": 0.5},
    "beta": {"distribution": "beta", "a": 2, "b": 5},
    "beta_default": {"distribution": "beta"},
    "q_beta": {"distribution": "q_beta", "a": 2, "b": 5, "q": 0.1},
}
N = 1_000_000


def record(name, definition):
    parameter = HyperParameter(name, dict(definition))
    sample = parameter.sample()
    sample = sample.item() if hasattr(sample, "item") else sample
    entry = {"name": name, "definition": definition, "type": type(sample).__name__}
    kind = parameter.type
    discrete = kind in (
        HyperParameter.CATEGORICAL, HyperParameter.CATEGORICAL_PROB, HyperParameter.INT_UNIFORM
    ) or (parameter.config.get("q") is not None and "q_" in definition.get("distribution", ""))
    if kind == HyperParameter.CONSTANT:
        entry["probabilities"] = [[sample, 1.0]]
    elif discrete:
        # The engine draws by single numbers; with a list of them its weighted choice is wrong.
        u = (numpy.arange(N) + 0.5) / N
        weighted = kind == HyperParameter.CATEGORICAL_PROB
        values = [parameter.ppf(x) for x in u] if weighted else parameter.ppf(u)
        values = values.tolist() if hasattr(values, "tolist") else values
        counts = collections.Counter(values)
        entry["probabilities"] = [[value, count / N] for value, count in sorted(counts.items())]
    else:
        quantiles = parameter.ppf(numpy.arange(1, 200) / 200)
        entry["quantiles"] = [float(q) for q in quantiles]
    return entry


rows = [record(name, definition) for name, definition in DEFINITIONS.items()]
print("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")
