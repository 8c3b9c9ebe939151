#!/usr/bin/env python3
"""Regenerates vectors.json beside this file by driving DEHB's package, 0.1.2.

    python3 -m venv v && v/bin/pip install dehb==0.1.2 && v/bin/python make_vectors.py > vectors.json

Every job in the order in which one worker takes them: its bracket, budget, member and point, the pool that its mutant is
of, or that it was promoted; and what it came to.
"""
import json
import sys
import tempfile

import ConfigSpace
import numpy
from dehb import DEHB
from loguru import logger

logger.remove()


def run(low, high, eta, dimensions, jobs, seed):
    folder = tempfile.mkdtemp()
    dehb = DEHB(f=lambda *a, **k: None, dimensions=dimensions, min_fidelity=low, max_fidelity=high, eta=eta, n_workers=1,
                output_path=folder, seed=seed, log_level="ERROR")
    seen = {}
    for level, de in dehb.de.items():
        inner = de.mutation

        def mutation(current=None, best=None, alt_pop=None, inner=inner):
            seen["pools"].append([point.tolist() for point in alt_pop])
            return inner(current=current, best=best, alt_pop=alt_pop)

        de.mutation = mutation
    start = [dehb.de[f].population.tolist() for f in dehb.fidelities]
    rng = numpy.random.default_rng(seed)
    out = []
    for number in range(jobs):
        seen["pools"] = []
        job = dehb.ask()
        point = job["config"].tolist()
        loss = float(numpy.sum((job["config"] - 0.3) ** 2) + rng.normal() * 0.3 / job["fidelity"])
        out.append({"bracket": job["bracket_id"], "budget": float(job["fidelity"]), "member": int(job["parent_id"]),
                    "point": point, "loss": loss, "pool": seen["pools"][-1] if seen["pools"] else None,
                    "fillers": len(seen["pools"]) - 1 if seen["pools"] else 0})
        dehb.tell(job, {"fitness": loss, "cost": 1.0})
    end = [dehb.de[f].population.tolist() for f in dehb.fidelities]
    return {"min": low, "max": high, "eta": eta, "start": start, "jobs": out, "end": end}


runs = [run(1, 9, 3, 2, 60, 1), run(2, 16, 2, 2, 70, 3), run(1, 3, 3, 1, 24, 4)]
json.dump({"dehb": "0.1.2", "runs": runs}, sys.stdout)
