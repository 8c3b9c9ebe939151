#!/usr/bin/env python3
"""Regenerates events.json beside this file: the events that transformers 4.37.2's Trainer tells its callbacks, in order,
with the steps done; and what a callback's orders come to. As make_training.py, whose model and rows it takes.

Orders: at EVENT of step STEP a flag of the control is set.
"""
import json
import pathlib
import tempfile

import torch
from transformers import TrainerCallback, TrainingArguments

from make_training import HERE, Encoder, Ours, dataset, rows

EVENTS = ["train_begin", "train_end", "epoch_begin", "epoch_end", "step_begin", "substep_end", "step_end", "evaluate",
          "save", "log"]


class Recorder(TrainerCallback):
    def __init__(self, orders):
        self.orders, self.events = orders, []

    def hear(self, event, state, control):
        self.events.append(f"{event} {state.global_step}")
        for order in self.orders:
            if order["event"] == event and order["step"] == state.global_step:
                setattr(control, order["flag"], True)


for event in EVENTS:
    def on(self, args, state, control, event=event, **_):
        self.hear(event, state, control)
    setattr(Recorder, "on_" + event, on)


def run(orders, **arguments):
    recorder = Recorder(orders)
    train = rows(1)
    with tempfile.TemporaryDirectory() as folder:
        args = TrainingArguments(output_dir=folder, use_cpu=True, report_to=[], disable_tqdm=True,
                                 per_device_train_batch_size=16, **arguments)
        trainer = Ours(model=Encoder(), args=args, train_dataset=dataset(*train), eval_dataset=dataset(*train),
                       callbacks=[recorder])
        trainer.train()
    return {"arguments": arguments, "orders": orders, "events": recorder.events}


def order(event, step, flag):
    return {"event": event, "step": step, "flag": "should_" + flag}


if __name__ == "__main__":
    epochs = dict(evaluation_strategy="epoch", logging_strategy="epoch", save_strategy="epoch")
    steps = dict(evaluation_strategy="steps", logging_strategy="steps", save_strategy="steps", eval_steps=2,
                 logging_steps=3, save_steps=4)
    runs = [
        run([], num_train_epochs=2, **epochs),
        run([], num_train_epochs=2, gradient_accumulation_steps=4, **epochs),
        run([], max_steps=8, **steps),
        run([], max_steps=8, **epochs),
        run([order("step_end", 2, "epoch_stop")], num_train_epochs=3, **epochs),
        run([order("log", 3, "training_stop")], num_train_epochs=3, logging_strategy="steps", logging_steps=3,
            evaluation_strategy="epoch", save_strategy="no"),
        run([order("evaluate", 4, "training_stop"), order("evaluate", 2, "save")], num_train_epochs=3, **steps),
        run([order("step_end", 1, "log"), order("step_end", 3, "evaluate"), order("epoch_end", 6, "save")],
            num_train_epochs=1, evaluation_strategy="no", save_strategy="no", logging_strategy="no"),
    ]
    (HERE / "events.json").write_text(json.dumps({"transformers": "4.37.2", "runs": runs}, indent=1) + "\n")
