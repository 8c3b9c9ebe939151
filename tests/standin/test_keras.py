"""The callbacks for Keras, driven by a small package that calls them as Keras does."""
import unittest

from fake_winnow import run, stop_at

# What the callbacks use of Keras; `fit` calls them as Model.fit does.
KERAS = """
import os, sys, types

class Callback:
    def __init__(self): self.model = None
    def set_model(self, model): self.model = model
    def on_batch_end(self, batch, logs=None): pass
    def on_train_batch_end(self, batch, logs=None): self.on_batch_end(batch, logs)
    def on_epoch_end(self, epoch, logs=None): pass

class ModelCheckpoint(Callback):
    def __init__(self, filepath, monitor='val_loss', **kwargs):
        super().__init__()
        self.filepath = filepath
    def on_epoch_end(self, epoch, logs=None): open(self.filepath, 'w').write('epoch %d' % epoch)

class Variable:  # as Keras 3's: no item(), numpy() gives an array
    def __init__(self, value): self.value = value
    def numpy(self): return types.SimpleNamespace(item=lambda: self.value)

callbacks = types.SimpleNamespace(Callback=Callback, ModelCheckpoint=ModelCheckpoint)

def fit(rate, epochs, callbacks):
    model = types.SimpleNamespace(optimizer=types.SimpleNamespace(learning_rate=rate))
    for one in callbacks: one.set_model(model)
    for epoch in range(epochs):
        for batch in range(3):
            for one in callbacks: one.on_train_batch_end(batch, {'loss': 1.0})
        for one in callbacks: one.on_epoch_end(epoch, {'loss': 1.0, 'val_loss': 2.0 - epoch})
"""
FILES = {"keras.py": KERAS}


class Keras(unittest.TestCase):
    def reported(self, script, **options):
        outcome = run("import keras, wandb\nwandb.init()\n" + script, files=FILES, **options)
        self.assertEqual(outcome.code, 0, outcome.err)
        self.outcome = outcome
        return outcome.metrics

    def test_the_metrics_logger_reports_each_epoch_under_wandbs_names(self):
        self.assertEqual(self.reported("""
from wandb.integration.keras import WandbMetricsLogger
keras.fit(keras.Variable(0.5), 2, [WandbMetricsLogger()])"""), [
            {"epoch/loss": 1.0, "epoch/val_loss": 2.0, "epoch/epoch": 0, "epoch/learning_rate": 0.5},
            {"epoch/loss": 1.0, "epoch/val_loss": 1.0, "epoch/epoch": 1, "epoch/learning_rate": 0.5}])

    def test_it_reports_batches_and_schedules_where_it_is_told_to(self):
        found = self.reported("""
from wandb.keras import WandbMetricsLogger
keras.fit(lambda step: step / 10, 1, [WandbMetricsLogger(log_freq=2)])""")
        self.assertEqual(found[:2], [{"batch/loss": 1.0, "batch/batch_step": 0, "batch/learning_rate": 0.1},
                                     {"batch/loss": 1.0, "batch/batch_step": 2, "batch/learning_rate": 0.3}])

    def test_the_old_callback_reports_kerass_names_and_keeps_the_best(self):
        found = self.reported("""
keras.fit(0.5, 2, [wandb.keras.WandbCallback(save_model=False), wandb.keras.WandbModelCheckpoint('m.keras')])
print(wandb.summary['best_val_loss'], wandb.summary['best_epoch'], open('m.keras').read())""")
        self.assertEqual(found[0], {"loss": 1.0, "val_loss": 2.0, "epoch": 0})
        self.assertEqual(found[1], {"loss": 1.0, "val_loss": 1.0, "epoch": 1})
        self.assertEqual(self.outcome.out, "1.0 1 epoch 1\n")

    def test_a_stop_ends_fit(self):
        self.reported("keras.fit(0.5, 9, [wandb.keras.WandbMetricsLogger()])\nprint('not reached')", answer=stop_at(2))
        self.assertEqual((len(self.outcome.reports), self.outcome.out), (2, ""))

    def test_it_needs_a_run_and_keras(self):
        outcome = run("import wandb\nwandb.keras.WandbMetricsLogger()", files=FILES)
        self.assertIn("wandb.errors.Error: call wandb.init() before WandbMetricsLogger()", outcome.err)
        outcome = run("import sys, wandb\nsys.modules['keras'] = sys.modules['tensorflow'] = None\n"
                      "print(hasattr(wandb, 'keras'))\nimport wandb.integration.keras")
        self.assertEqual(outcome.out, "False\n")
        self.assertIn("ImportError: wandb.keras needs Keras", outcome.err)

    def test_what_it_lacks_is_named(self):
        outcome = run("import wandb\nwandb.keras.WandbEvalCallback", files=FILES)
        self.assertIn("has no", outcome.err)


if __name__ == "__main__":
    unittest.main()
