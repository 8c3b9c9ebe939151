#!/usr/bin/env python3
"""Regenerates vectors.json beside this file by driving Ray Tune's own PopulationBasedTraining.

    python3 -m venv v && v/bin/pip install 'ray[tune]' && v/bin/python make_vectors.py

A case is {goal, options, events}. An event is [trial, resource, value, loses, best]: whether Ray finds the trial in the
lower quantile with a better one above it, and the trials of the upper quantile that are better than it; or [trial, "e"],
an end. A loser goes on from the first of the best: Ray draws one, which is left out, as are its perturbations. Left out
is besides what Winnow does otherwise on purpose (docs/algorithms/pbt.md): values that are not finite. In a synchronous
case an event that ends the generation has at its end, for each trial in turn, [trial, loses].
"""
import json
import pathlib
import random

import ray
from ray.tune.schedulers import PopulationBasedTraining
from ray.tune.schedulers.pbt import _PBTTrialState


class Trial:
    def __init__(self, number):
        self.trial_id = str(number)
        self.number = number
        self.status = "RUNNING"
        self.experiment_tag = ""
        self.at = 0
        self.lends = False  # Winnow's trials lend the state of their last score; Ray's, if it was among the best
        self.config = {"lr": 1.0}

    def is_finished(self):
        return self.status == "TERMINATED"


class Controller:
    def __init__(self, trials):
        self.trials = trials

    def get_trials(self):
        return self.trials

    def get_live_trials(self):
        return [trial for trial in self.trials if not trial.is_finished()]


class Recorded(PopulationBasedTraining):
    """Says what Ray would exploit; what it has of clocks moves as Ray moves it."""

    def _checkpoint_or_exploit(self, trial, controller, upper, lower):
        score = self._trial_state[trial].last_score
        trial.lends = True
        best = [one for one in upper if one.lends and self._trial_state[one].last_score > score]
        self.looked.append((trial, trial in lower and bool(best), best))
        if trial in lower and best and not self._synch:
            state, donor = self._trial_state[trial], self._trial_state[best[0]]
            state.last_perturbation_time = donor.last_perturbation_time
            state.last_train_time = donor.last_train_time
            trial.at = donor.last_train_time
            trial.lends = False


def case(seed):
    rng = random.Random(seed)
    goal = rng.choice(["minimize", "maximize"])
    synch = seed % 4 == 0
    options = {"perturbation_interval": rng.choice([1, 2, 3, 5]), "burn_in_period": rng.choice([0, 0, 4]),
               "quantile_fraction": rng.choice([0.25, 0.25, 0.5, 0.1, 0.0]), "synch": synch}
    rule = Recorded(time_attr="t", metric="m", mode=goal[:3], hyperparam_mutations={"lr": [1.0]}, **options)
    trials = [Trial(number) for number in range(rng.choice([1, 2, 3, 5, 8, 12]))]
    controller = Controller(trials)
    for trial in trials:
        rule._trial_state[trial] = _PBTTrialState(trial)
    events = []
    for _ in range(120):
        running = [trial for trial in trials if trial.status == "RUNNING"]
        if not running:
            break
        trial = rng.choice(running)
        if not synch and rng.random() < 0.01:
            trial.status = "TERMINATED"
            events.append([trial.number, "e"])
            continue
        trial.at += 1 if synch else rng.choice([1, 1, 1, 2, 4])
        value = rng.randrange(-20, 20) / 16 if rng.random() < 0.5 else rng.randrange(-2**20, 2**20) / 2**20
        rule.looked = []
        event = [trial.number, trial.at, value]
        verdict = rule.on_trial_result(controller, trial, {"t": trial.at, "m": value})
        if synch:
            if verdict in ("PAUSE", "NOOP"):
                trial.status = "PAUSED"
            event.append([[one.number, loses] for one, loses, _ in rule.looked])
            if rule.looked:
                for one in trials:
                    one.status = "RUNNING"
        else:
            event.append(any(loses for _, loses, _ in rule.looked))
            event.append([one.number for _, loses, best in rule.looked if loses for one in best])
        events.append(event)
    return {"goal": goal, "options": options, "trials": len(trials), "events": events}


cases = [case(seed) for seed in range(240)]
text = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases)
peer = f"Ray Tune {ray.__version__}, PopulationBasedTraining"
pathlib.Path(__file__).with_name("vectors.json").write_text(f'{{"peer": {json.dumps(peer)}, "cases": [\n{text}\n]}}\n')
