#!/usr/bin/env python3
"""Regenerates optimizers.json beside this file: weights after each step of each optimizer, as transformers 4.37.2's
Trainer makes it (PyTorch's own Adam and SGD with momentum beside them, which the Trainer has no name for), with its
schedule and clipping. As make_training.py.

The model: a linear layer (4 to 3) and a layer norm. Weight i of parameter p begins at cos(i + p); its gradient in step t
is 3 sin(0.7 i + 1.3 t + p).
"""
import json
import math
import pathlib
import tempfile

import torch
from transformers import Trainer, TrainingArguments

HERE = pathlib.Path(__file__).resolve().parent
STEPS = 12


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 3)
        self.norm = torch.nn.LayerNorm(3)


def filled(shape, value):
    count = math.prod(shape)
    return torch.tensor([value(i) for i in range(count)], dtype=torch.float32).reshape(shape)


def run(optimizer=None, **arguments):
    model = Model()
    parameters = list(model.parameters())
    with torch.no_grad():
        for p, parameter in enumerate(parameters):
            parameter.copy_(filled(parameter.shape, lambda i: math.cos(i + p)))
    with tempfile.TemporaryDirectory() as folder:
        args = TrainingArguments(output_dir=folder, use_cpu=True, report_to=[], max_steps=STEPS, **arguments)
        trainer = Trainer(model=model, args=args, optimizers=(optimizer(parameters) if optimizer else None, None))
        trainer.create_optimizer_and_scheduler(num_training_steps=STEPS)
    weights = []
    for t in range(STEPS):
        for p, parameter in enumerate(parameters):
            parameter.grad = filled(parameter.shape, lambda i: 3 * math.sin(0.7 * i + 1.3 * t + p))
        if args.max_grad_norm > 0:
            torch.nn.utils.clip_grad_norm_(parameters, args.max_grad_norm)
        trainer.optimizer.step()
        trainer.lr_scheduler.step()
        weights.append([x for parameter in parameters for x in parameter.detach().flatten().tolist()])
    return {"arguments": arguments, "weights": weights}


if __name__ == "__main__":
    rate = dict(learning_rate=0.05)
    runs = [
        run(**rate, weight_decay=0.1, warmup_steps=3),
        run(**rate, adam_beta1=0.8, adam_beta2=0.95, adam_epsilon=1e-4, lr_scheduler_type="cosine"),
        run(**rate, optim="adafactor", weight_decay=0.1, lr_scheduler_type="constant_with_warmup", warmup_steps=2),
        run(**rate, optim="sgd", weight_decay=0.1, max_grad_norm=0.0, lr_scheduler_type="polynomial"),
        run(**rate, optim="adagrad", weight_decay=0.1, lr_scheduler_type="inverse_sqrt", warmup_steps=2),
        run(**rate, optim="rmsprop", weight_decay=0.1, lr_scheduler_type="cosine_with_restarts"),
    ]
    own = {
        "adam": run(lambda p: torch.optim.Adam(p, lr=0.05, weight_decay=0.1), **rate),
        "sgd": run(lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.1, momentum=0.9), **rate),
        "adamw": run(lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.1), **rate),
    }
    (HERE / "optimizers.json").write_text(json.dumps({"transformers": "4.37.2", "torch": torch.__version__, "runs": runs,
                                                      "own": own}) + "\n")
