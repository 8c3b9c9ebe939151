"""What happens on a verdict to stop or pause: the script is left by SystemExit(0), raised where it logs.

SystemExit runs `finally` blocks and exit handlers, and `except Exception` doesn't catch it. It is raised once in the main
thread; whatever that thread logs on its way out is dropped. If another thread hears the verdict first, it ends, and the
main thread is woken by a signal whose handler raises there, out of a sleep or a join too.
"""
import os
import signal
import threading

from ._term import termlog

# One that nobody uses by default; the C library takes the lowest real-time ones.
_SIGNAL = signal.SIGRTMAX - 3 if hasattr(signal, "SIGRTMAX") else None


class Leaving:
    def __init__(self):
        self.verdict = None
        self._raised = False
        self._handler = False
        self._lock = threading.Lock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forked)

    def _forked(self):
        self._lock = threading.Lock()

    def prepare(self):
        """Called by wandb.init: sets the handler, which only the main thread can."""
        if self._handler or _SIGNAL is None or threading.current_thread() is not threading.main_thread():
            return
        if signal.getsignal(_SIGNAL) is signal.SIG_DFL:
            signal.signal(_SIGNAL, self._on_signal)
            self._handler = True

    def heard(self, verdict):
        """Takes a verdict; doesn't come back if it is one to leave."""
        if verdict not in ("stop", "pause", "exploit"):
            return
        with self._lock:
            first = self.verdict is None
            self.verdict = self.verdict or verdict
        if first:
            what = {"stop": "stopped this trial", "pause": "paused this trial",
                    "exploit": "lets this trial go on from another's state"}[verdict]
            termlog("Winnow {}; leaving".format(what))
            if threading.current_thread() is not threading.main_thread():
                self._wake_main()
        self.check()

    def check(self):
        """Raises if the thread is to leave and hasn't been told. True: it was, and what it logs is dropped."""
        if self.verdict is None:
            return False
        if threading.current_thread() is threading.main_thread():
            if self._raised:
                return True
            self._raised = True
        raise SystemExit(0)

    def postpone(self):
        """The exception was caught: the next wandb.log or wandb.init raises it again."""
        self._raised = False

    def _on_signal(self, signum, frame):
        if self.verdict is not None and not self._raised:
            self._raised = True
            raise SystemExit(0)

    def _wake_main(self):
        main = threading.main_thread()
        if self._handler:
            signal.pthread_kill(main.ident, _SIGNAL)
            return
        import ctypes  # no handler: the exception waits until the main thread runs Python code again

        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(main.ident), ctypes.py_object(SystemExit))


leaving = Leaving()
