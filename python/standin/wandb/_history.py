"""Rows and steps as wandb counts them.

Steps start at 0. A row without a step ends its step; with commit=False it gathers. A row with a step is of that step; a
greater one ends the steps before it, a lower one is warned about and dropped.

Each row's numbers go to Winnow at once, those of a row with a step too (wandb keeps that until the next step begins, but a
verdict is wanted before more is trained); only commit=False holds them back. While the script never gives a step none
is sent, and Winnow counts 1, 2, …. Where a script begins without steps and gives some later, its step s is Winnow's
s + 1, so that both countings go up.
"""
import operator

from ._term import termlog, termwarn
from ._values import declared, numbers_of

_MOST_LEFT_OUT = 20  # names that are said


class History:
    def __init__(self, send):
        """`send(metrics, step)` takes what is to be reported."""
        self._send = send
        self.step = 0
        self._row = {}        # of the current step, not sent yet
        self._sent = set()    # names sent at the current step
        self._explicit = False
        self._offset = None   # Winnow's step less wandb's; known when something was sent
        self._left_out = set()

    def log(self, row, step=None, commit=None, taken=None):
        """`taken(row)` is called if the row isn't dropped, before anything of it is sent."""
        if step is not None:
            step = self._checked(step)
            if step < self.step:
                termwarn("step {} is less than the current step {}: steps go up, and this row is dropped".format(
                    step, self.step))
                return
            if step > self.step:
                self._flush()
                self._begin(step)
            self._explicit = True
        self._row.update(row)
        if taken is not None:
            taken(row)
        ends = commit or (commit is None and step is None)
        if ends or commit is None:
            try:
                self._flush()
            finally:  # a verdict to leave is raised from there
                if ends:
                    self._begin(self.step + 1)

    def finish(self):
        self._flush()

    @staticmethod
    def _checked(step):
        if isinstance(step, float) and step.is_integer():
            return int(step)
        try:
            return operator.index(step)
        except TypeError:
            item = getattr(step, "item", None)
            if callable(item):
                return History._checked(item())
            raise TypeError("step must be a whole number, not {!r}".format(step)) from None

    def _begin(self, step):
        self.step = step
        self._row = {}
        self._sent = set()

    def _flush(self):
        row, self._row = self._row, {}
        metrics, rest = numbers_of(row)
        self._say_left_out(rest)
        metrics = {name: value for name, value in metrics.items() if name not in self._sent}
        if not metrics:
            return
        self._sent.update(metrics)
        if self._offset is None:
            self._offset = 0 if self._explicit else 1
        self._send(metrics, self.step + self._offset if self._explicit else None)

    def _say_left_out(self, rest):
        """Once a name. Images, tables and the like were never meant as metrics."""
        for name, value in rest.items():
            if name in self._left_out or len(self._left_out) >= _MOST_LEFT_OUT:
                continue
            if name in declared or isinstance(value, (str, bool, list, tuple)):
                self._left_out.add(name)
                say = termwarn if name in declared else termlog
                say("{} is {:.60} in wandb.log: no number, so it is not reported to Winnow".format(name, repr(value)))
