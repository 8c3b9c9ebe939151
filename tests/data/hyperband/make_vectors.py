#!/usr/bin/env python3
"""Regenerates vectors.json beside this file by driving Ray Tune's own HyperBandScheduler.

    python3 -m venv v && v/bin/pip install 'ray[tune]' && v/bin/python make_vectors.py

A case is {goal, options, trials, events}. All trials are there from the start: some whole brackets of them. An event is
[trial, resource, value, verdict, dropped, promoted], or, of a trial that fails, [trial, dropped, promoted]. Left out is
what Winnow does otherwise on purpose (docs/algorithms/hyperband.md): NaN, jumps to max_t before the last rung, brackets that
aren't full, and cases in which Ray waits for nothing because all that a cut keeps had skipped the next milestone. At max_t
Ray pauses a trial until its bracket is done; here it is `complete`.
"""
import json
import pathlib
import random

import ray
from ray.tune.schedulers import HyperBandScheduler


class Trial:
    def __init__(self, number):
        self.trial_id = str(number)
        self.number = number
        self.status = "RUNNING"
        self.is_saving = False
        self.at = 0


class Controller:
    def __init__(self, scheduler):
        self.scheduler = scheduler
        self.stopped = []

    def stop_trial(self, trial):
        self.scheduler.on_trial_remove(self, trial)
        trial.status = "TERMINATED"
        self.stopped.append(trial.number)


def unpaused(trials, scheduler):
    """Those that Ray would run again; they do from here on."""
    out = []
    for trial in trials:
        if trial.status == "PAUSED" and trial in scheduler._trial_info[trial][0].trials_to_unpause:
            trial.status = "RUNNING"
            out.append(trial.number)
    return out


def hangs(bracket):
    live = bracket.current_trials()
    return live and bracket._halves > 0 and all(trial.status == "PAUSED" for trial in live)


def case(seed):
    rng = random.Random(seed)
    goal = rng.choice(["minimize", "maximize"])
    max_t, eta = rng.choice([(9, 3), (9, 3), (8, 2), (4, 2), (27, 3), (16, 4)])
    rule = HyperBandScheduler(time_attr="t", metric="m", mode=goal[:3], max_t=max_t, reduction_factor=eta)
    controller = Controller(rule)
    sizes = [rule._get_n0(s) for s in range(rule._s_max_1)]
    trials = [Trial(number) for number in range(sum(sizes[: rng.randint(2, len(sizes))]))]
    for trial in trials:
        rule.on_trial_add(controller, trial)
    events = []
    slots = rng.choice([2, 4, 100])
    while True:
        running = [trial for trial in trials if trial.status == "RUNNING"][:slots]
        if not running:
            break
        trial = rng.choice(running)
        bracket = rule._trial_info[trial][0]
        controller.stopped = []
        if rng.random() < 0.01:
            trial.status = "ERROR"
            rule.on_trial_error(controller, trial)
            events.append([trial.number, sorted(controller.stopped), unpaused(trials, rule)])
        else:
            last = bracket._halves == 0
            trial.at = min(trial.at + rng.choice([1, 1, 1, 1, 2, 3]), max_t if last else max_t - 1)
            value = rng.randrange(-20, 20) / 16 if rng.random() < 0.5 else rng.randrange(-2**20, 2**20) / 2**20
            verdict = rule.on_trial_result(controller, trial, {"t": trial.at, "m": value})
            trial.status = {"CONTINUE": "RUNNING", "PAUSE": "PAUSED", "STOP": "TERMINATED"}[verdict]
            if verdict == "STOP":
                rule.on_trial_complete(controller, trial, {"t": trial.at, "m": value})
            if trial.at == max_t:
                verdict, dropped = "complete", []  # those that Ray ends with it are complete
            else:
                dropped = sorted(controller.stopped)
            events.append([trial.number, trial.at, value, verdict.lower(), dropped, unpaused(trials, rule)])
        if hangs(bracket):
            return None
    return {"goal": goal, "options": {"max_t": max_t, "reduction_factor": eta}, "trials": len(trials), "events": events}


cases = [one for seed in range(400) if (one := case(seed))][:240]
text = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases)
peer = f"Ray Tune {ray.__version__}, HyperBandScheduler"
pathlib.Path(__file__).with_name("vectors.json").write_text(f'{{"peer": {json.dumps(peer)}, "cases": [\n{text}\n]}}\n')
print(len(cases), "cases")
