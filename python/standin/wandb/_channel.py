"""The way to Winnow: one JSON object a line, each answered by a line (docs/wandb.md).

The descriptor that Winnow names in WINNOW_REPORT_FD is used by the process that it was meant for. A process forked or
started by that one has a connection of its own, by the path in WINNOW_REPORT_SOCKET: two who share one would read each
other's answers. Without either there is nobody to report to, and reports are dropped.
"""
import json
import math
import os
import socket
import stat
import threading

from ._term import termwarn

_OWNER = "WINNOW_REPORT_FD_PID"  # who has the descriptor; inherited by what it starts
_NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)


def in_trial():
    return "WINNOW_REPORT_FD" in os.environ or "WINNOW_REPORT_SOCKET" in os.environ


def _as_float(value):
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def encoded(metrics, step):
    """A report as its line. JSON has no NaN and no infinity: they go as texts."""
    plain = {}
    for name, value in metrics.items():
        if isinstance(value, int) and abs(value) > 2**53:
            value = _as_float(value)
        if isinstance(value, float) and not math.isfinite(value):
            value = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        plain[name] = value
    message = {"metrics": plain}
    if step is not None:
        message["step"] = step
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


class Channel:
    def __init__(self):
        self._forget()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forked)

    def _forget(self):
        self._lock = threading.RLock()
        self._socket = None
        self._buffer = b""
        self._owed = 0  # answers that are still to come: a signal may have interrupted us between question and answer
        self._lost = False

    def _forked(self):
        if self._socket is not None:
            self._socket.close()  # the child's copy
        self._forget()

    def report(self, metrics, step=None):
        """The verdict (continue, stop or pause); None if nobody listens."""
        line = encoded(metrics, step)
        with self._lock:
            if self._socket is None and not self._open():
                return None
            try:
                self._socket.sendall(line, _NO_SIGNAL)
                self._owed += 1
                return self._answers()
            except OSError as why:
                self._lose("the connection to Winnow broke: {}".format(why.strerror or why))
                return None

    # --- opening

    def _open(self):
        if self._lost:
            return False
        self._socket = self._from_descriptor() or self._from_path()
        if self._socket is None:
            if in_trial():
                self._lose("no connection to Winnow")
            self._lost = True
            return False
        self._socket.settimeout(None)  # whatever socket.setdefaulttimeout says
        return True

    @staticmethod
    def _from_descriptor():
        owner = os.environ.get(_OWNER)
        if owner is not None and owner != str(os.getpid()):
            return None
        try:
            descriptor = int(os.environ["WINNOW_REPORT_FD"])
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                return None
            found = socket.socket(fileno=os.dup(descriptor))
        except (KeyError, ValueError, OSError):
            return None
        try:
            if found.family != socket.AF_UNIX or found.type != socket.SOCK_STREAM:
                raise OSError
            found.getpeername()  # fails if it isn't connected
        except OSError:
            found.close()
            return None
        os.environ[_OWNER] = str(os.getpid())
        return found

    @staticmethod
    def _from_path():
        path = os.environ.get("WINNOW_REPORT_SOCKET")
        if not path:
            return None
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            made.settimeout(None)
            made.connect(path)
            return made
        except OSError:
            made.close()
            return None

    # --- answers

    def _answers(self):
        """Reads all that is owed; a verdict to end wins over one to go on."""
        verdict = None
        while self._owed > 0:
            line = self._line()
            self._owed -= 1
            found = self._verdict(line)
            if verdict is None or found != "continue":
                verdict = found
        return verdict

    def _line(self):
        while b"\n" not in self._buffer:
            more = self._socket.recv(65536)
            if not more:
                raise OSError(0, "closed by Winnow")
            self._buffer += more
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line

    @staticmethod
    def _verdict(line):
        try:
            answer = json.loads(line.decode())
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not ("verdict" in answer or "error" in answer):
            termwarn("Winnow's answer makes no sense: {!r}".format(line[:200]), repeat=False)
            return "continue"
        if "end" in answer:  # the trial is over; a script that goes on from its checkpoints has this step to do again
            termwarn("Winnow has not recorded the last report", repeat=False)
            return answer["end"]
        if "error" in answer:
            termwarn("Winnow refused a report: {}".format(answer["error"]), repeat=False)
            return "continue"
        return answer["verdict"]

    def _lose(self, why):
        self._lost = True
        self._owed = 0
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        termwarn(why + "; the script goes on, its values are no longer reported", repeat=False)


channel = Channel()
