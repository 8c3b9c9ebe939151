#!/usr/bin/env python3
"""Makes promotion.json: what Syne Tune's promotion-type rung system decides, beside the paper's rule.

    python3 -m venv v && v/bin/pip install syne-tune==0.13.0 && v/bin/python make_promotion_vectors.py promotion.json

A history is a list of [trial, resource, value] (a report; it pauses there, or ends at max_t) and ["ask", syne, paper]
(a free slot: which paused trial each promotes, null: none). The paper's rule (Li et al. 2020, Algorithm 2) is written
down plainly here: sort the rung, take the best floor(n / eta), the first of them that wasn't promoted. Syne Tune
promotes what is not worse than an interpolated quantile instead. `seeded` histories follow the paper's rule where
both agree at every step; the named ones show where they part, each policy following its own choice up to there.
"""
import json
import random
import sys
from importlib.metadata import version

from syne_tune.optimizer.schedulers.hyperband_promotion import PromotionRungSystem


class Paper:
    def __init__(self, levels, eta, goal):
        self.rungs = {level: {} for level in levels}
        self.promoted = {level: set() for level in levels}
        self.eta, self.sign = eta, -1 if goal == "maximize" else 1

    def report(self, trial, level, value):
        self.rungs[level][trial] = self.sign * value

    def ask(self):
        for level in sorted(self.rungs, reverse=True):
            ranked = sorted((value, trial) for trial, value in self.rungs[level].items())
            for _, trial in ranked[: int(len(ranked) / self.eta)]:
                if trial not in self.promoted[level]:
                    return trial, level
        return None, None

    def promote(self, trial, level):
        self.promoted[level].add(trial)


class Syne:
    def __init__(self, levels, eta, goal, max_t):
        mode = "max" if goal == "maximize" else "min"
        quantiles = [1 / eta] * len(levels)
        self.rungs = PromotionRungSystem(levels, quantiles, "m", mode, "r", max_t)
        self.milestone = {}

    def start(self, trial):
        self.rungs.on_task_add(str(trial), skip_rungs=0)

    def report(self, trial, level, value):
        self.rungs.on_task_report(str(trial), {"m": value, "r": level}, skip_rungs=0)

    def ask(self):
        found = self.rungs.on_task_schedule("new")
        if not found:
            return None
        trial = found["trial_id"]
        self.rungs.on_task_add(trial, skip_rungs=0, new_config=False, **{k: found[k] for k in ("milestone", "resume_from")})
        return int(trial)


def history(seed):
    rng = random.Random(seed)
    eta, grace = rng.choice([2, 3, 4]), rng.choice([1, 2])
    max_t = rng.choice([9, 16, 27, 81])
    goal = rng.choice(["maximize", "minimize"])
    levels = []
    level = grace
    while level < max_t:
        levels.append(level)
        level *= eta
    paper, syne = Paper(levels, eta, goal), Syne(levels, eta, goal, max_t)
    events, running, created = [], {}, 0
    agree = True
    for _ in range(120):
        if running and rng.random() < 0.5:
            trial = rng.choice(list(running))
            level = running.pop(trial)
            value = round(rng.gauss(0, 1), 4)
            events.append([trial, level, value])
            if level < max_t:
                paper.report(trial, level, value)
                syne.report(trial, level, value)
            continue
        ours, at = paper.ask()
        theirs = syne.ask()
        events.append(["ask", theirs, ours])
        if ours != theirs:
            agree = False
            break
        if ours is None:
            syne.start(created)
            running[created] = levels[0]
            created += 1
        else:
            paper.promote(ours, at)
            above = [x for x in levels if x > at]
            running[ours] = above[0] if above else max_t
    options = {"max_t": max_t, "grace_period": grace, "reduction_factor": eta}
    return agree, {"goal": goal, "options": options, "events": events}


def named(name, why, values, eta=3, goal="maximize"):
    levels, max_t = [1, eta], eta * eta
    paper, syne = Paper(levels, eta, goal), Syne(levels, eta, goal, max_t)
    events = []
    for trial, value in enumerate(values):
        syne.start(trial)
        events.append([trial, 1, value])
        paper.report(trial, 1, value)
        syne.report(trial, 1, value)
    events.append(["ask", syne.ask(), paper.ask()[0]])
    options = {"max_t": max_t, "grace_period": 1, "reduction_factor": eta}
    return {"name": name, "why": why, "goal": goal, "options": options, "events": events}


def main():
    agreeing, differing, seed = [], 0, 0
    while len(agreeing) < 40:
        agree, case = history(seed)
        differing += not agree
        if agree or (differing <= 20 and not agree):
            agreeing.append({"name": f"Seed{seed}" + ("" if agree else "TheyPart"),
                             "why": "seeded history" + ("" if agree else ", up to where the rules part"), **case})
        seed += 1
    cases = [
        named("OneOfThree", "the best of three goes on", [0.1, 0.9, 0.5]),
        named("OneOfTwoIsTooFew", "floor(2 / 3) = 0; in Syne Tune the best of two is not below its interpolated quantile", [0.1, 0.9]),
        named("FourOfThirds", "floor(4 / 3) = 1", [0.1, 0.9, 0.5, 0.8]),
        named("FiveOfHalves", "floor(5 / 2) = 2", [0.1, 0.9, 0.5, 0.8, 0.2], eta=2),
        named("TiesAtTheCut", "of equal ones the lower number", [0.5, 0.5, 0.5]),
        named("SmallestFirst", "minimize", [0.5, 0.3, 0.7], goal="minimize"),
    ]
    peer = f"Syne Tune {version('syne-tune')}, PromotionRungSystem"
    with open(sys.argv[1], "w") as out:
        out.write(json.dumps({"peer": peer, "cases": cases + agreeing}).replace('{"name"', '\n{"name"') + "\n")


sys.exit(main())
