"""Callbacks for Keras (of TensorFlow or by itself), with the names that wandb's own give their metrics.

WandbMetricsLogger reports `epoch/loss`, `epoch/val_loss`, …, or `batch/loss`, … with log_freq="batch" or a number of
batches; WandbCallback, the old one, reports them as Keras calls them. WandbModelCheckpoint saves as Keras's ModelCheckpoint
does: no copy is taken of what it saves.
"""
import sys

from ... import _absent, _values
from ...errors import Error
from ..._run import active

__all__ = ["WandbCallback", "WandbMetricsLogger", "WandbModelCheckpoint"]


def _callbacks():
    """keras.callbacks, of the Keras that the script uses."""
    if "tensorflow" not in sys.modules and "keras" in sys.modules:
        import keras

        return keras.callbacks
    try:
        from tensorflow.keras import callbacks

        return callbacks
    except ImportError:
        pass
    try:
        import keras

        return keras.callbacks
    except ImportError:
        raise ImportError("wandb.keras needs Keras: neither tensorflow nor keras can be imported") from None


_keras = _callbacks()


def _run(callback):
    try:
        return active("keras." + type(callback).__name__)
    except Error:
        raise Error("call wandb.init() before {}()".format(type(callback).__name__)) from None


def _learning_rate(optimizer, step):
    """As a number; None where it can't be told."""
    rate = getattr(optimizer, "learning_rate", None)
    if callable(rate) and not hasattr(rate, "numpy"):  # a schedule
        try:
            rate = rate(step)
        except Exception:
            return None
    plain = _values.number(rate)
    if plain is None:
        try:
            plain = float(rate)
        except (TypeError, ValueError):
            return None
    return plain


class WandbMetricsLogger(_keras.Callback):
    def __init__(self, log_freq="epoch", initial_global_step=0, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._log = _run(self).log
        self.log_freq = 1 if log_freq == "batch" else log_freq if isinstance(log_freq, int) else None
        self.logging_batch_wise = self.log_freq is not None
        self.global_step = initial_global_step
        self.global_batch = 0

    def _report(self, prefix, count_name, count, logs):
        row = {"{}/{}".format(prefix, name): value for name, value in (logs or {}).items()}
        row["{}/{}".format(prefix, count_name)] = count
        rate = _learning_rate(getattr(self.model, "optimizer", None), self.global_step)
        if rate is not None:
            row[prefix + "/learning_rate"] = rate
        self._log(row)

    def on_epoch_end(self, epoch, logs=None):
        self._report("epoch", "epoch", epoch, logs)

    def on_train_batch_end(self, batch, logs=None):
        self.global_step += 1
        if self.logging_batch_wise and batch % self.log_freq == 0:
            self._report("batch", "batch_step", self.global_batch, logs)
            self.global_batch += self.log_freq


class WandbCallback(_keras.Callback):
    """Takes all arguments of wandb's; `monitor` and `mode` have an effect, on best_epoch and best_<monitor> in the
    summary."""

    def __init__(self, monitor="val_loss", verbose=0, mode="auto", **kwargs):
        super().__init__()
        self._current = _run(self)
        self.monitor = monitor
        grows = any(part in monitor for part in ("acc", "auc", "fmeasure"))
        self._better = max if mode == "max" or (mode == "auto" and grows) else min
        self.best = None

    def on_epoch_end(self, epoch, logs=None):
        logs = dict(logs or {})
        value = _values.number(logs.get(self.monitor))
        if value is not None and (self.best is None or self._better(value, self.best) != self.best):
            self.best = value
            self._current.summary.update({"best_" + self.monitor: value, "best_epoch": epoch})
        self._current.log(dict(logs, epoch=epoch))


class WandbModelCheckpoint(_keras.ModelCheckpoint):
    """Keras's own: files stay where it saves them."""


def __getattr__(name):
    raise AttributeError(_absent.message("keras." + name))
