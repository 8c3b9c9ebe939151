"""Winnow's end of the report channel, for tests: runs a script as a trial and answers its reports.

`run` gives the script what Winnow gives it: a stream socket by its number, another by its path, the parameters in a file,
and the stand-in first on PYTHONPATH.
"""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading

STANDIN = pathlib.Path(__file__).resolve().parents[2] / "python" / "standin"
GO_ON = {"verdict": "continue"}


class Outcome:
    def __init__(self, code, out, err, reports):
        self.code = code
        self.out = out
        self.err = err
        self.reports = reports  # as they came, parsed
        self.metrics = [report["metrics"] for report in reports]
        self.steps = [report.get("step") for report in reports]


class FakeWinnow:
    """`answer(report, n)` gives the answer to the n-th report, counted from 0: an object, bytes to send as they are, or
    None to hang up."""

    def __init__(self, answer, folder):
        self.answer = answer
        self.reports = []
        self.by_path = 0  # connections that came by the path
        self._lock = threading.Lock()
        self.path = os.path.join(folder, "report.sock")
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(self.path)
        self._listener.listen(8)
        threading.Thread(target=self._accept, daemon=True).start()

    def pair(self):
        """The script's end."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        threading.Thread(target=self._serve, args=(ours,), daemon=True).start()
        return theirs

    def close(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.by_path += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, connection.makefile("rb") as lines:
            for line in lines:
                with self._lock:
                    report = json.loads(line)
                    self.reports.append(report)
                    answer = self.answer(report, len(self.reports) - 1)
                if answer is None:
                    return
                try:
                    connection.sendall(answer if isinstance(answer, bytes) else json.dumps(answer).encode() + b"\n")
                except OSError:
                    return


def run(script, answer=lambda report, n: GO_ON, params=None, env=None, args=(), by=("fd", "path"), files=None):
    """Runs the text of a script to its end. `by`: the ways to report that it is offered; none: no trial at all."""
    with tempfile.TemporaryDirectory() as folder:
        winnow = FakeWinnow(answer, folder)
        kept = []
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("WANDB_", "WINNOW_"))}
        environment["PYTHONPATH"] = str(STANDIN)
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        if by:
            environment.update(WINNOW_TRIAL="4", WINNOW_TRIAL_DIR=folder, WANDB_DIR=folder, WANDB_RUN_ID="s1-4",
                               WANDB_SWEEP_ID="s1")
        if "fd" in by:
            end = winnow.pair()
            kept.append(end)
            environment["WINNOW_REPORT_FD"] = str(end.fileno())
        if "path" in by:
            environment["WINNOW_REPORT_SOCKET"] = winnow.path
        if params is not None:
            path = os.path.join(folder, "params.yaml")
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"wandb_version": 1, **{key: {"value": value} for key, value in params.items()}}, file)
            environment["WANDB_SWEEP_PARAM_PATH"] = path
        environment.update(env or {})
        for name, text in (files or {}).items():
            pathlib.Path(folder, name).write_text(textwrap.dedent(text), encoding="utf-8")
        program = os.path.join(folder, "train.py")
        pathlib.Path(program).write_text(textwrap.dedent(script), encoding="utf-8")
        process = subprocess.Popen([sys.executable, program, *args], cwd=folder, env=environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   pass_fds=[end.fileno() for end in kept], start_new_session=True)
        for end in kept:
            end.close()
        try:
            out, err = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # what it has started too: that holds its pipes open
            out, err = process.communicate()
            raise AssertionError("the script hangs\n" + out + err) from None
        finally:
            winnow.close()
        outcome = Outcome(process.returncode, out, err, winnow.reports)
        outcome.by_path = winnow.by_path
        return outcome


def stop_at(report_number, verdict="stop"):
    """Goes on before that report, counted from 1, and ends the trial from then on."""
    return lambda report, n: GO_ON if n + 1 < report_number else {"verdict": verdict}
