"""What Optuna draws, lowers and writes: draws.json.

    python3 -m venv new && new/bin/pip install optuna==5.0.0
    python3 -m venv old && old/bin/pip install optuna==2.10.1
    old/bin/python record.py legacy > /tmp/legacy.json
    new/bin/python record.py /tmp/legacy.json > draws.json
"""
import json
import sys
import warnings

import optuna
from optuna.distributions import *  # noqa: F403

warnings.simplefilter("ignore")
N = 100_000

REAL = ["FloatDistribution(0, 1)", "FloatDistribution(-3.5, 12)", "FloatDistribution(1e-5, 1e-1, log=True)",
        "FloatDistribution(0.5, 2, log=True)"]
DISCRETE = ["FloatDistribution(0, 1, step=0.1)", "FloatDistribution(0, 1, step=0.3)",
            "FloatDistribution(-0.75, 0.75, step=0.25)", "IntDistribution(1, 10)", "IntDistribution(-5, 5, step=5)",
            "IntDistribution(1, 10, step=4)", "IntDistribution(1, 20, log=True)", "IntDistribution(8, 40, log=True)",
            "CategoricalDistribution(['a', 'b', None, True, 2, 2.5])", "FloatDistribution(0.5, 0.5)",
            "IntDistribution(7, 7, log=True)"]
LEGACY = ["UniformDistribution(0.0, 1.0)", "LogUniformDistribution(1e-5, 0.1)",
          "DiscreteUniformDistribution(0.0, 1.0, 0.1)", "IntUniformDistribution(1, 9)",
          "IntUniformDistribution(1, 9, step=2)", "IntLogUniformDistribution(1, 512)",
          "CategoricalDistribution(('a', None, 1.5))"]
LOWERED = [(low, high, step) for low in (0, 1, -1, 0.1, -0.5, 1e-3) for high in (1.0, 2.35, 10, 0.95)
           for step in (0.1, 0.25, 0.3, 0.7, 1, 1e-2, 0.003) if low <= high]


def draws(call):
    distribution = eval(call)
    sampler = optuna.samplers.RandomSampler(seed=6)
    return [sampler.sample_independent(None, None, "x", distribution) for _ in range(N)]


def counts(values):
    seen = {}
    for value in values:
        key = json.dumps(value)
        seen[key] = seen.get(key, 0) + 1
    return [[json.loads(key), seen[key]] for key in sorted(seen)]


def quantiles(values):
    ordered = sorted(values)
    return [ordered[min(round(i * N / 200), N - 1)] for i in range(201)]


if sys.argv[1] == "legacy":
    print(json.dumps([{"call": call, "json": distribution_to_json(eval(call))} for call in LEGACY], indent=1))
else:
    print(json.dumps({
        "package": "optuna " + optuna.__version__,
        "draws": N,
        "quantiles": {call: quantiles(draws(call)) for call in REAL},
        "counts": {call: counts(draws(call)) for call in DISCRETE},
        "written": [{"call": call, "json": distribution_to_json(eval(call))} for call in REAL + DISCRETE],
        "legacy": json.load(open(sys.argv[1])),
        "lowered": [[low, high, step, FloatDistribution(low, high, step=step).high] for low, high, step in LOWERED],
    }))
