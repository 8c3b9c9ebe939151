#!/usr/bin/env python3
"""Makes pasha.json: what Syne Tune's PASHA makes of random histories.

    python3 -m venv v && v/bin/pip install syne-tune==0.13.0 && v/bin/python make_vectors.py pasha.json

A history is a list of
    [trial, resource, value, runs_on]                 a report; 1 where the trial runs on
    [trial, resource, value, runs_on, max, epsilon]   the same, where the largest resource that a trial may have, or
                                                      epsilon, is another one after it
    ["ask", plain, syne]                              a free slot: which paused trial goes on (null: none) by
                                                      floor(n / eta), the paper's cut, and by Syne Tune's
    [trial, "f"]                                      it fails
Histories follow the paper's cut, which is written down plainly here; Syne Tune's rung system is told who was promoted,
and asked on a copy of itself. All else is its own. Its sets of trials are walked in the order of the trials' hashes,
which differs from run to run and decides how ties of learning curves count: here they are walked by number.
"""
import copy
import json
import random
import sys
from importlib.metadata import version

from syne_tune.optimizer.schedulers.hyperband_pasha import PASHARungSystem

CASES = 220


class ByNumber(set):
    def __iter__(self):
        return iter(sorted(set.__iter__(self), key=int))


class Syne:
    def __init__(self, levels, eta, goal, max_t):
        mode = "max" if goal == "maximize" else "min"
        self.rungs = PASHARungSystem(levels, [1 / eta] * len(levels), "m", mode, "r", max_t)
        for resource in range(1, max_t + 1):
            self.rungs.epoch_to_trials[resource] = ByNumber()

    def start(self, trial):
        self.rungs.on_task_add(str(trial), skip_rungs=0)

    def report(self, trial, resource, value):
        found = self.rungs.on_task_report(str(trial), {"m": value, "r": resource}, skip_rungs=0)
        return found["task_continues"], self.rungs.current_max_t, float(self.rungs.epsilon)

    def ask(self):
        found = copy.deepcopy(self.rungs).on_task_schedule("new")
        return int(found["trial_id"]) if found else None

    def promote(self, trial, level, to):
        rung = self.rungs._rungs[self.rungs._rung_pos_for_level(level)]
        place = [entry.trial_id for entry in rung.data].index(str(trial))
        self.rungs._mark_as_promoted(rung, place)
        self.rungs.on_task_add(str(trial), skip_rungs=0, new_config=False, milestone=to, resume_from=level)

    def fail(self, trial):
        self.rungs.on_task_remove(str(trial))


class Paper:
    def __init__(self, levels, eta, goal):
        self.rungs = {level: {} for level in levels}
        self.promoted = {level: set() for level in levels}
        self.eta, self.sign = eta, -1 if goal == "maximize" else 1

    def ask(self, max_t):
        for level in sorted(self.rungs, reverse=True):
            ranked = sorted((self.sign * value, trial) for trial, value in self.rungs[level].items())
            for _, trial in ranked[: int(len(ranked) / self.eta)]:
                if level < max_t and trial not in self.promoted[level]:
                    return trial, level
        return None, None


def make_curve(rng, noise, places):
    """Learning curves that saturate at different heights and speeds, so that some cross, with noise and ties."""
    height, speed = rng.random(), rng.choice([0.1, 0.3, 1.0])
    return lambda t: round(height * (1 - (1 + speed * t) ** -1) + rng.gauss(0, noise), places)


def history(seed):
    rng = random.Random(seed)
    eta, grace = rng.choice([2, 3, 4]), rng.choice([1, 2])
    max_t = rng.choice([40, 64, 81])
    goal = rng.choice(["maximize", "minimize"])
    noise, places, slots = rng.choice([0, 0.003, 0.02, 0.1]), rng.choice([1, 2, 4]), rng.choice([1, 2, 4])
    levels = []
    level = grace
    while level < max_t:
        levels.append(level)
        level *= eta
    assert len(levels) >= 3
    sign = 1 if goal == "maximize" else -1
    paper, syne = Paper(levels, eta, goal), Syne(levels, eta, goal, max_t)
    curves, at, running, events, created = {}, {}, {}, [], 0
    largest, before = levels[1], (levels[1], 0.0)
    while len(events) < 220:
        if len(running) < slots and rng.random() < 0.7:
            trial, level = paper.ask(largest)
            events.append(["ask", trial, syne.ask()])
            if trial is None:
                trial, created = created, created + 1
                curves[trial], at[trial] = make_curve(rng, noise, places), 0
                running[trial] = levels[0]
                syne.start(trial)
                continue
            paper.promoted[level].add(trial)
            running[trial] = next((x for x in levels if x > level), max_t)
            syne.promote(trial, level, running[trial])
            continue
        if not running:
            continue
        trial = rng.choice(list(running))
        if rng.random() < 0.01:
            events.append([trial, "f"])
            syne.fail(trial)
            del running[trial]
            continue
        at[trial] += 1
        value = sign * curves[trial](at[trial]) + 0.0
        if at[trial] == running[trial] and at[trial] < max_t:
            paper.rungs[at[trial]][trial] = value
        goes_on, largest, epsilon = syne.report(trial, at[trial], value)
        after = (largest, epsilon)
        events.append([trial, at[trial], value, int(goes_on), *(after if after != before else ())])
        before = after
        if not goes_on:
            del running[trial]
    options = {"max_t": max_t, "grace_period": grace, "reduction_factor": eta}
    return {"goal": goal, "options": options, "events": events}


def main():
    peer = f"Syne Tune {version('syne-tune')}, PASHARungSystem"
    cases = [history(seed) for seed in range(CASES)]
    with open(sys.argv[1], "w") as out:
        text = json.dumps({"peer": peer, "cases": cases}, separators=(",", ":"))
        out.write(text.replace('{"goal"', '\n{"goal"') + "\n")


sys.exit(main())
