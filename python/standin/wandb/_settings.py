"""wandb.Settings, and what the environment says about the trial."""
import os


class Settings:
    """Takes any setting. Those that wandb.init takes by the same meaning are heeded, the others have no effect."""

    def __init__(self, **settings):
        self.__dict__.update(settings)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return None

    def __repr__(self):
        return "Settings({})".format(", ".join("{}={!r}".format(*entry) for entry in vars(self).items()))


# wandb.init's argument for a setting of another name.
_ARGUMENTS = {"run_name": "name", "run_id": "id", "run_group": "group", "run_job_type": "job_type", "run_notes": "notes",
              "run_tags": "tags", "root_dir": "dir"}


def arguments_of(settings):
    """A Settings object or a dict as arguments of wandb.init."""
    if settings is None:
        return {}
    given = settings if isinstance(settings, dict) else vars(settings)
    return {_ARGUMENTS.get(name, name): value for name, value in given.items() if value is not None}


def trial_number():
    return os.environ.get("WINNOW_TRIAL")


def mode_of(mode):
    """online, offline or disabled; the argument of wandb.init wins over the environment."""
    mode = mode or os.environ.get("WANDB_MODE") or "online"
    return {"dryrun": "offline", "run": "online"}.get(mode, mode)
