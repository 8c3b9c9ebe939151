"""A run: what wandb.init returns. In a sweep of Winnow it is the trial."""
import atexit
import os
import sys
import threading
import time

from . import _absent, _values
from ._channel import channel, in_trial
from ._config import Config
from ._history import History
from ._leaving import leaving
from ._settings import Settings, arguments_of, mode_of, trial_number
from ._summary import Summary
from ._term import termlog, termwarn
from .errors import Error, UsageError
from .util import generate_id

_SUMMARIES = ("min", "max", "mean", "first", "last", "best", "copy", "none")


class Metric:
    """What define_metric returns."""

    def __init__(self, name, **options):
        self.name = name
        self.__dict__.update(options)


class Run:
    def __init__(self, name=None, project=None, entity=None, id=None, dir=None, group=None, job_type=None, notes=None,
                 tags=None, mode="online", settings=None):
        env = os.environ.get
        number = trial_number()
        self.id = env("WANDB_RUN_ID") or id or generate_id()
        self.name = name or env("WANDB_NAME") or ("trial-" + number if number else self.id)
        self.project = env("WANDB_PROJECT") or project or "uncategorized"
        self.entity = env("WANDB_ENTITY") or entity or ""
        self.sweep_id = env("WANDB_SWEEP_ID")
        self.group = group or env("WANDB_RUN_GROUP") or ""
        self.job_type = job_type or env("WANDB_JOB_TYPE")
        self.notes = notes or env("WANDB_NOTES")
        self.tags = tuple(tags or ())
        self.mode = mode
        self.disabled = mode == "disabled"
        self.offline = not self.disabled
        self.resumed = False
        self.starting_step = 0
        self.start_time = time.time()
        self.url = self.project_url = self.sweep_url = None
        self.settings = settings or Settings()
        self.config = Config()
        self.summary = Summary()
        self._dir = dir
        self._history = History(self._report)
        self._lock = threading.RLock()
        self._finished = False
        self._pid = os.getpid()

    # --- logging

    def log(self, data, step=None, commit=None, sync=None):
        """Reports the numbers of `data`; ends the script if Winnow says so (see docs/wandb.md)."""
        if not hasattr(data, "keys"):
            raise TypeError("wandb.log takes a dictionary, not " + type(data).__name__)
        row = {key: data[key] for key in data.keys()}
        for key in row:
            if not isinstance(key, str):
                raise TypeError("wandb.log takes texts as keys, not {!r}".format(key))
        if self._finished:
            raise UsageError("run {} is finished; wandb.log needs one that isn't".format(self.id))
        if leaving.check():
            return
        with self._lock:
            if self.disabled:
                self.summary.logged(row)
            else:
                self._history.log(row, step, commit, self.summary.logged)

    def _report(self, metrics, step):
        self.summary.mark_reported(metrics)
        leaving.heard(channel.report(metrics, step))

    @property
    def step(self):
        return self._history.step

    def define_metric(self, name, step_metric=None, step_sync=None, hidden=None, summary=None, goal=None,
                      overwrite=None):
        if not isinstance(name, str) or not name:
            raise Error("define_metric needs the metric's name")
        if "*" in name[:-1]:
            raise Error("define_metric: a * may stand at the end of a name only, not as in '{}'".format(name))
        names = [one.strip().lower() for one in summary.split(",")] if summary else []
        for one in names:
            if one not in _SUMMARIES:
                raise Error("define_metric: summary '{}' is none of {}".format(one, ", ".join(_SUMMARIES)))
        if goal not in (None, "minimize", "maximize"):
            raise Error("define_metric: goal must be minimize or maximize, not {!r}".format(goal))
        self.summary.define(name, [one for one in names if one != "copy"], goal)
        step_metric = getattr(step_metric, "name", step_metric)
        return Metric(name, step_metric=step_metric, step_sync=step_sync, hidden=hidden, summary=summary, goal=goal)

    # --- the end

    def finish(self, exit_code=None, quiet=None):
        """Reports what is still to be reported: rows that were held back, and numbers that only the summary has."""
        with self._lock:
            if self._finished:
                return
            self._finished = True
            try:
                if not self.disabled and self._pid == os.getpid() and leaving.verdict is None:
                    self._last_reports()
            except SystemExit:
                leaving.postpone()  # what comes after finish(), an error that goes through here too, is not cut off
            finally:
                _unset(self)

    join = finish

    def _last_reports(self):
        self._history.finish()
        rest = self.summary.never_reported()
        if rest:
            self._history.log(rest)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.finish(exit_code=0 if kind is None else 1)
        return False

    # --- places and names

    @property
    def dir(self):
        """A folder of the run's own, made when first asked for."""
        base = self._dir or os.environ.get("WANDB_DIR") or os.environ.get("WINNOW_TRIAL_DIR") or "."
        own = os.path.join("wandb", "run-" + self.id, "files")
        try:
            path = os.path.abspath(os.path.join(base, own))
            os.makedirs(path, exist_ok=True)
        except OSError:
            import tempfile

            path = os.path.join(tempfile.gettempdir(), own)
            os.makedirs(path, exist_ok=True)
        return path

    @property
    def path(self):
        return "/".join((self.entity, self.project, self.id))

    def project_name(self):
        return self.project

    def get_url(self):
        return None

    get_project_url = get_sweep_url = get_url

    def __getattr__(self, name):
        raise AttributeError(_absent.message("run." + name))

    def __repr__(self):
        return "<wandb.Run {} ({})>".format(self.id, self.name)

    # --- what has no effect here

    def watch(self, models=None, criterion=None, log="gradients", log_freq=1000, idx=None, log_graph=False):
        return []

    def unwatch(self, models=None):
        pass

    def save(self, glob_str=None, base_path=None, policy="live"):
        termwarn("save: files stay where they are, Winnow takes no copy", repeat=False)
        return []

    def log_artifact(self, artifact_or_path, name=None, type=None, aliases=None, tags=None):
        from .data_types import Artifact

        termwarn("log_artifact: files stay where they are, Winnow takes no copy", repeat=False)
        made = isinstance(artifact_or_path, Artifact)
        return artifact_or_path if made else Artifact(name or "run-" + self.id, type or "unspecified")

    upsert_artifact = finish_artifact = log_artifact

    def log_model(self, path, name=None, aliases=None):
        self.log_artifact(path, name, "model")

    def link_artifact(self, artifact, target_path=None, aliases=None):
        return artifact

    def link_model(self, path, registered_model_name=None, name=None, aliases=None):
        self.log_model(path, name)

    def log_code(self, root=".", name=None, include_fn=None, exclude_fn=None):
        pass

    def alert(self, title, text="", level=None, wait_duration=None):
        pass

    def mark_preempting(self):
        pass

    def display(self, height=420, hidden=False):
        return False

    def to_html(self, height=420, hidden=False):
        return ""

    def status(self):
        return None

    def pin_config_keys(self, keys):
        pass

    def _label(self, code=None, repo=None, code_version=None, **kwargs):
        pass

    use_artifact = staticmethod(_absent.function("use_artifact"))
    use_model = staticmethod(_absent.function("use_model"))
    restore = staticmethod(_absent.function("restore"))


_active = []  # runs that aren't finished, the newest last


def _package():
    return sys.modules[__package__]


def active(caller):
    """The run that the functions of the package speak of."""
    run = _package().run
    if run is None:
        raise Error("call wandb.init() before wandb.{}()".format(caller))
    return run


def _unset(run):
    if run in _active:
        _active.remove(run)
    package = _package()
    if package.run is run:
        package._set_run(None)


def _own_runs():
    """Those of this process: a forked one starts anew."""
    return [run for run in _active if run._pid == os.getpid()]


def _finish_all():
    for run in _own_runs():
        run.finish()


def _config_of(run, config, include, exclude, allow_val_change):
    values = {}
    if os.path.exists("config-defaults.yaml"):
        values.update(_values.config_file("config-defaults.yaml"))
    given = _values.mapping(config)
    values.update({key: value for key, value in given.items()
                   if (not include or key in include) and (not exclude or key not in exclude)})
    run.config.update(values, allow_val_change=True)
    if os.environ.get("WANDB_SWEEP_PARAM_PATH"):
        run.config.update_locked(_values.config_file(os.environ["WANDB_SWEEP_PARAM_PATH"]), user="sweep")
    object.__setattr__(run.config, "_may_change", bool(allow_val_change))


def _announce(run, sync_tensorboard):
    if not in_trial():
        if not run.disabled:
            termlog("Winnow's stand-in for wandb: no sweep runs this script, so nothing is reported", repeat=False)
        return
    if run.disabled:
        termwarn("mode is disabled: this trial reports nothing to Winnow", repeat=False)
    if sync_tensorboard:
        termwarn("sync_tensorboard has no effect: only what wandb.log is given is reported", repeat=False)


def init(entity=None, project=None, dir=None, id=None, name=None, notes=None, tags=None, config=None,
         config_exclude_keys=None, config_include_keys=None, allow_val_change=None, group=None, job_type=None, mode=None,
         force=None, reinit=None, resume=None, resume_from=None, fork_from=None, save_code=None, tensorboard=None,
         sync_tensorboard=None, monitor_gym=None, settings=None, anonymous=None, magic=None):
    """Starts the run, or returns the one that has started. All of wandb's arguments are taken; docs/wandb.md says which
    have an effect."""
    said = {"entity": entity, "project": project, "dir": dir, "id": id, "name": name, "notes": notes, "tags": tags,
            "group": group, "job_type": job_type, "mode": mode, "reinit": reinit}
    from_settings = arguments_of(settings)
    said = {key: from_settings.get(key) if value is None else value for key, value in said.items()}
    reinit = said.pop("reinit")
    leaving.check()
    if reinit in (True, "finish_previous"):
        _finish_all()
    elif reinit != "create_new" and _own_runs():
        return _own_runs()[-1]
    leaving.prepare()
    said["mode"] = mode_of(said["mode"])
    run = Run(settings=settings if isinstance(settings, Settings) else Settings(**(settings or {})), **said)
    _config_of(run, config, config_include_keys, config_exclude_keys, allow_val_change)
    _announce(run, sync_tensorboard or tensorboard)
    _active.append(run)
    if reinit != "create_new" or _package().run is None:
        _package()._set_run(run)
    return run


atexit.register(_finish_all)
