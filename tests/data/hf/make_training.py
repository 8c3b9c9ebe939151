#!/usr/bin/env python3
"""Regenerates training.json and encoder.pt beside this file: what Hugging Face's Trainer, transformers 4.37.2, trains
from the same initial weights and rows in the same order.

    python3 -m venv v && v/bin/pip install transformers==4.37.2 accelerate==0.26.1 'numpy<2'
    and torch 1.13.1 (Debian's python3-torch); then v/bin/python make_training.py

encoder.pt is a small encoder as TorchScript: its weights are where each run begins. Each run: its arguments, and
log_history without the times, the losses not rounded; the rows' order is that of torch.randperm with a generator that is seeded with the seed.
"""
import json
import pathlib
import tempfile
import warnings
import zipfile
from typing import Dict, Optional

import torch
import transformers
from transformers import Trainer, TrainingArguments

warnings.simplefilter("ignore")
torch.set_num_threads(1)
HERE = pathlib.Path(__file__).resolve().parent
ROWS, TOKENS, LENGTH, WIDTH, CLASSES = 88, 12, 6, 8, 3


class Encoder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = torch.nn.Embedding(TOKENS, WIDTH)
        self.query = torch.nn.Linear(WIDTH, WIDTH)
        self.value = torch.nn.Linear(WIDTH, WIDTH)
        self.norm = torch.nn.LayerNorm(WIDTH)
        self.classifier = torch.nn.Linear(WIDTH, CLASSES)

    def forward(self, input_ids, labels: Optional[torch.Tensor] = None) -> Dict[str, torch.Tensor]:
        x = self.tokens(input_ids)
        weights = torch.softmax(self.query(x) @ x.transpose(1, 2), -1)
        logits = self.classifier(self.norm(x + weights @ self.value(x)).mean(1))
        if labels is None:
            return {"logits": logits}
        return {"loss": torch.nn.functional.cross_entropy(logits, labels), "logits": logits}


class Ordered(torch.utils.data.Sampler):
    """Epoch by epoch as one generator draws it."""

    def __init__(self, size, seed):
        self.size, self.generator = size, torch.Generator().manual_seed(seed)

    def __len__(self):
        return self.size

    def __iter__(self):
        return iter(torch.randperm(self.size, generator=self.generator).tolist())


class Ours(Trainer):
    def get_train_dataloader(self):
        return torch.utils.data.DataLoader(self.train_dataset, batch_size=self.args.train_batch_size,
                                           sampler=Ordered(len(self.train_dataset), self.args.seed),
                                           collate_fn=self.data_collator, drop_last=self.args.dataloader_drop_last)


def rows(seed):
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(0, TOKENS, (ROWS, LENGTH), generator=generator)
    return ids, (ids.sum(1) % CLASSES)


def dataset(ids, labels):
    return [{"input_ids": i, "labels": l} for i, l in zip(ids, labels)]


def compute_metrics(p):
    return {"accuracy": float((p.predictions.argmax(-1) == p.label_ids).mean())}


def run(train, test, **arguments):
    model = Encoder()
    model.load_state_dict(torch.jit.load(str(HERE / "encoder.pt")).state_dict())
    with tempfile.TemporaryDirectory() as folder:
        args = TrainingArguments(output_dir=folder, use_cpu=True, save_strategy="no", report_to=[], disable_tqdm=True,
                                 per_device_eval_batch_size=44, **arguments)
        trainer = Ours(model=model, args=args, train_dataset=dataset(*train), eval_dataset=dataset(*test),
                       compute_metrics=compute_metrics)
        losses, logged = [], [0, 0]
        step = trainer.training_step
        trainer.training_step = lambda m, i: losses.append(step(m, i).item()) or torch.tensor(losses[-1])

        def log(logs):
            """The loss as it is; Hugging Face's is rounded to four digits."""
            if "loss" in logs:
                batches, steps = logged
                logged[:] = len(losses), trainer.state.global_step
                logs = {**logs, "loss": sum(losses[batches:]) / (logged[1] - steps)}
            trainer.state.log_history.append({**logs, "epoch": round(trainer.state.epoch, 2), "step": trainer.state.global_step})

        trainer.log = log
        trainer.train()
    history = [{k: v for k, v in entry.items() if "runtime" not in k and "per_second" not in k and k != "total_flos"}
               for entry in trainer.state.log_history]
    return {"arguments": arguments, "log_history": history}


def drop_paths(file):
    """Leaves out the parts that say where the Python sources lay."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if not name.endswith(".debug_pkl")}
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)


if __name__ == "__main__":
    torch.manual_seed(5)
    torch.jit.script(Encoder()).save(str(HERE / "encoder.pt"))
    drop_paths(HERE / "encoder.pt")
    train, test = rows(1), rows(2)
    often = dict(evaluation_strategy="steps", logging_strategy="steps", eval_steps=25, logging_steps=10)
    runs = [
        run(train, test, learning_rate=1e-2, num_train_epochs=20, weight_decay=0.1, warmup_steps=20, **often),
        run(train, test, learning_rate=3e-3, max_steps=60, lr_scheduler_type="cosine", gradient_accumulation_steps=3,
            max_grad_norm=0.5, seed=7, **often),
        run(train, test, learning_rate=1e-2, num_train_epochs=5, optim="adafactor", weight_decay=0.05,
            lr_scheduler_type="constant", **often),
        run(train, test, learning_rate=5e-2, num_train_epochs=4, optim="sgd", label_smoothing_factor=0.1,
            evaluation_strategy="epoch", logging_strategy="epoch", dataloader_drop_last=True),
        run(train, test, learning_rate=1e-2, num_train_epochs=4, optim="adagrad", lr_scheduler_type="polynomial",
            logging_first_step=True, **often),
        run(train, test, learning_rate=1e-3, num_train_epochs=4, lr_scheduler_type="inverse_sqrt", warmup_ratio=0.1,
            **often),
    ]
    out = {"transformers": transformers.__version__, "torch": torch.__version__,
           "train": [train[0].tolist(), train[1].tolist()], "test": [test[0].tolist(), test[1].tolist()], "runs": runs}
    (HERE / "training.json").write_text(json.dumps(out))
