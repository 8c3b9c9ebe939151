"""What SigOpt's open engine draws at random: python make_sigopt.py > sigopt.json

Made with sigoptlite 0.1.2, libsigopt 1.0.0, qmcpy 1.2, numpy 2.4.6, scipy 1.17.1. Each experiment is of type random; 100,000
points of it. Of a continuous parameter the quantiles at k/200 are kept, of another the counts of its values.
"""
import collections
import json

import numpy

numpy.product = numpy.prod  # libsigopt needs an older numpy
from libsigopt.views.rest.random_search_next_points import RandomSearchNextPoints
from sigoptlite.builders import LocalExperimentBuilder
from sigoptlite.sources import RandomSearchSource

N = 100_000
PLAIN = [
    {"name": "uniform", "type": "double", "bounds": {"min": -1, "max": 3}},
    {"name": "log", "type": "double", "bounds": {"min": 1e-6, "max": 1e-4}, "transformation": "log"},
    {"name": "int", "type": "int", "bounds": {"min": -2, "max": 6}},
    {"name": "int_grid", "type": "int", "grid": [16, 64, 256]},
    {"name": "double_grid", "type": "double", "grid": [3, 0, 0.5, 7.25]},
    {"name": "log_grid", "type": "double", "grid": [0.0001, 0.001, 0.1], "transformation": "log"},
    {"name": "categorical", "type": "categorical", "categorical_values": ["sgd", "adam", "rmsprop"]},
]
PRIORS = [
    {"name": "normal", "type": "double", "bounds": {"min": -2, "max": 3},
     "prior": {"name": "normal", "mean": 0.5, "scale": 1.25}},
    {"name": "normal_edge", "type": "double", "bounds": {"min": 0, "max": 10},
     "prior": {"name": "normal", "mean": 0, "scale": 3}},
    {"name": "normal_narrow", "type": "double", "bounds": {"min": 0, "max": 1},
     "prior": {"name": "normal", "mean": 1, "scale": 20}},
    {"name": "beta", "type": "double", "bounds": {"min": 0, "max": 1},
     "prior": {"name": "beta", "shape_a": 2, "shape_b": 5.5}},
    {"name": "beta_edges", "type": "double", "bounds": {"min": -6, "max": -5},
     "prior": {"name": "beta", "shape_a": 0.5, "shape_b": 0.5}},
]
CONSTRAINED = [
    {"name": "a", "type": "double", "bounds": {"min": 0, "max": 1}},
    {"name": "b", "type": "double", "bounds": {"min": 0, "max": 2}},
]
CONSTRAINTS = [
    {"type": "less_than", "threshold": 1.5, "terms": [{"name": "a", "weight": 1}, {"name": "b", "weight": 1}]},
    {"type": "greater_than", "threshold": -0.5, "terms": [{"name": "a", "weight": 1}, {"name": "b", "weight": -1}]},
]
CONDITIONAL = [
    {"name": "momentum", "type": "double", "bounds": {"min": 0, "max": 1}, "conditions": {"optimizer": ["sgd", "nag"]}},
    {"name": "beta1", "type": "double", "bounds": {"min": 0.5, "max": 1}, "conditions": {"optimizer": ["adam"]}},
]
CONDITIONALS = [{"name": "optimizer", "values": ["sgd", "adam", "nag"]}]


def draw(keys):
    experiment = LocalExperimentBuilder(
        json.loads(json.dumps({"name": "vectors", "type": "random", "metrics": [{"name": "y"}], **keys}))
    )
    source = RandomSearchSource(experiment)
    points = RandomSearchNextPoints(
        {"domain_info": source.form_domain_info(source.experiment), "num_to_sample": N, "tag": {}, "task_options": []}
    ).call()["points_to_sample"]
    suggestions = [source.make_assignments_from_point(source.experiment, [float(x) for x in p]) for p in points]
    if not experiment.is_conditional:
        return suggestions
    from sigoptlite.models import LocalSuggestion

    undone = (LocalSuggestion(assignments=a) for a in suggestions)
    return [source.remove_transformations_from_source_suggestion(s).assignments for s in undone]


def record(keys, names):
    drawn = draw(keys)
    rows = {}
    for name in names:
        values = [point[name] for point in drawn if name in point]
        continuous = len(set(values)) > 1000
        if continuous:
            rows[name] = {"n": len(values), "quantiles": numpy.quantile(values, numpy.arange(1, 200) / 200).tolist()}
        else:
            rows[name] = {"n": len(values), "counts": sorted(collections.Counter(values).items())}
        rows[name]["least"], rows[name]["greatest"] = min(values), max(values)
    return {"experiment": keys, "drawn": rows}


numpy.random.seed(6)
names = lambda parameters: [p["name"] for p in parameters]
rows = [
    record({"parameters": PLAIN}, names(PLAIN)),
    record({"parameters": PRIORS}, names(PRIORS)),
    record({"parameters": CONSTRAINED, "linear_constraints": CONSTRAINTS}, names(CONSTRAINED)),
    record({"parameters": CONDITIONAL, "conditionals": CONDITIONALS}, names(CONDITIONAL) + ["optimizer"]),
]
print("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")
