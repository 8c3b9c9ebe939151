"""Training scripts as people write them."""
import time
import unittest

from fake_winnow import run, stop_at


class Scripts(unittest.TestCase):
    def test_the_quickstart_with_argparse_and_defaults(self):
        outcome = run("""
import argparse
import random
import wandb

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--learning_rate", type=float, default=0.01)
    parser.add_argument("--batch_size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=5)
    args = parser.parse_args()
    wandb.init(project="my-project", entity="my-team", config=vars(args))
    config = wandb.config
    offset = random.random() / 5
    for epoch in range(2, config.epochs):
        acc = 1 - 2 ** -epoch - random.random() / epoch - offset
        loss = 2 ** -epoch + random.random() / epoch + offset
        wandb.log({"acc": acc, "loss": loss})
    wandb.finish()

if __name__ == "__main__":
    main()
""", params={"learning_rate": 0.5, "batch_size": 16}, args=["--learning_rate=0.5", "--batch_size=16"])
        self.assertEqual((outcome.code, outcome.err), (0, ""))
        self.assertEqual([sorted(metrics) for metrics in outcome.metrics], [["acc", "loss"]] * 3)
        self.assertEqual(outcome.steps, [None] * 3)

    def test_a_train_function_with_a_context_manager(self):
        outcome = run("""
import wandb

def train(config=None):
    with wandb.init(config=config):
        config = wandb.config
        for epoch in range(config.epochs):
            avg_loss = 1.0 / (epoch + 1) * config.learning_rate
            wandb.log({"loss": avg_loss, "epoch": epoch})

train()
""", params={"epochs": 4, "learning_rate": 0.1})
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertEqual(outcome.metrics, [{"loss": 0.1 / (n + 1), "epoch": n} for n in range(4)])

    def test_batches_with_a_global_step_and_an_evaluation_per_epoch(self):
        outcome = run("""
import wandb
run = wandb.init(config={"epochs": 2})
wandb.watch(object())
step = 0
for epoch in range(run.config.epochs):
    for batch in range(3):
        run.log({"train/loss": 1 / (step + 1)}, step=step)
        step += 1
    run.log({"val/loss": 1 / step, "epoch": epoch}, step=step)
""")
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertEqual(outcome.steps, [0, 1, 2, 3, 3, 4, 5, 6])
        self.assertEqual(outcome.metrics[3], {"val/loss": 1 / 3, "epoch": 0})
        self.assertEqual(outcome.metrics[4], {"train/loss": 1 / 4})

    def test_train_and_validation_in_one_row(self):
        outcome = run("""
import wandb
wandb.init()
for epoch in range(3):
    wandb.log({"train_loss": 3 - epoch}, commit=False)
    wandb.log({"val_loss": 4 - epoch, "samples": [wandb.Image("a.png")]})
best = min(3, 2)
wandb.run.summary["best_val_loss"] = best
""")
        self.assertEqual(outcome.metrics, [{"train_loss": 3, "val_loss": 4}, {"train_loss": 2, "val_loss": 3},
                                           {"train_loss": 1, "val_loss": 2}, {"best_val_loss": 2}])

    def test_early_stopping_saves_its_checkpoint(self):
        outcome = run("""
import os, wandb
wandb.init(project="p", resume="allow", id=os.environ.get("MY_ID"))
model = {"epoch": -1}
try:
    for epoch in range(50):
        model["epoch"] = epoch
        wandb.log({"epoch": epoch, "loss": 1.0})
finally:
    with open("checkpoint.txt", "w") as file:
        file.write(str(model["epoch"]))
    wandb.save("checkpoint.txt")
    wandb.finish()
    print(open("checkpoint.txt").read())
""", stop_at(8, "pause"))
        self.assertEqual((outcome.code, outcome.out), (0, "7\n"), outcome.err)

    def test_a_script_that_fails_fails(self):
        outcome = run("""
import wandb
wandb.init()
wandb.log({"loss": 1})
raise RuntimeError("CUDA out of memory")
""")
        self.assertEqual((outcome.code, len(outcome.reports)), (1, 1))
        self.assertIn("CUDA out of memory", outcome.err)

    def test_the_logger_of_a_framework(self):
        # What the Trainer of Transformers does with wandb, in its order.
        outcome = run("""
import wandb
if wandb.run is None:
    wandb.init(project="huggingface", name="run-name", **{})
args = {"lr": 9, "seed": 1, "label2id": {"a": 0}}
wandb.config.update(args, allow_val_change=True)
if getattr(wandb, "define_metric", None):
    wandb.define_metric("train/global_step")
    wandb.define_metric("*", step_metric="train/global_step", step_sync=True)
wandb.run._label(code="transformers_trainer")
for step in range(1, 4):
    wandb.log({"train/loss": 1 / step, "train/global_step": step})
wandb.log({"eval/loss": 0.25, "train/global_step": 3})
print(wandb.config.lr, wandb.config.seed)
""", params={"lr": 0.5})
        self.assertEqual((outcome.code, outcome.out), (0, "0.5 1\n"), outcome.err)
        self.assertEqual(outcome.metrics[-1], {"eval/loss": 0.25, "train/global_step": 3})
        self.assertEqual(len(outcome.reports), 4)

    def test_a_log_costs_little(self):
        outcome = run("""
import time, wandb
wandb.init()
wandb.log({"loss": 0})
start = time.perf_counter()
for n in range(2000):
    wandb.log({"loss": n, "acc": 0.5, "epoch": n})
print(time.perf_counter() - start)
""")
        self.assertEqual(len(outcome.reports), 2001)
        self.assertLess(float(outcome.out), 4)  # 2 ms each, with the other end in Python; it takes a tenth of that

    def test_the_import_is_quick(self):
        bare, imported = [], []
        for times, script in ((bare, "pass"), (imported, "import wandb")) * 3:
            start = time.perf_counter()
            self.assertEqual(run(script).code, 0)
            times.append(time.perf_counter() - start)
        self.assertLess(min(imported) - min(bare), 0.5)


if __name__ == "__main__":
    unittest.main()
