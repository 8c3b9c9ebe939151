"""wandb.errors: the exceptions that scripts catch."""


class Error(Exception):
    """The base of all of them."""

    def __init__(self, message="", context=None):
        super().__init__(message)
        self.message = message
        self.context = context


class CommError(Error):
    """Raised there for trouble with the network; there is none here."""


class AuthenticationError(CommError):
    """Never raised: nobody logs in."""


class UsageError(Error):
    """A call at the wrong time, or with arguments that make no sense."""


class UnsupportedError(UsageError):
    """What the stand-in can't do."""


class ConfigError(Error):
    """A value of the config was changed without allow_val_change."""
