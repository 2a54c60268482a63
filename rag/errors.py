"""The errors of the rag room. Each message says what failed, on what, and what to do."""

from __future__ import annotations


class WenjuError(Exception):
    """Something expected went wrong; the message is meant for the person at the keyboard."""


class SettingsError(WenjuError):
    """The configuration is missing, misspelt or out of range."""


class QuestionError(WenjuError):
    """The question is empty or too long."""


class IndexMissingError(WenjuError):
    """There is no index where one was expected."""


class IndexMismatchError(WenjuError):
    """The index was built with another encoder or another layout than the configuration names."""


class IndexDamagedError(WenjuError):
    """The store itself is damaged, so that nothing can be rebuilt from it."""


class IndexBusyError(WenjuError):
    """Another process is writing to the index."""


class IndexAccessError(WenjuError):
    """The index cannot be read or written: no permission, no space left."""


class SourcesError(WenjuError):
    """A source is missing, empty or unreadable, or is not in the index."""


class GeneratorError(WenjuError):
    """The configured language model did not answer."""


class QuestionSetError(WenjuError):
    """A question set cannot be read."""


class EvaluationError(WenjuError):
    """Results, a baseline or a rule file cannot be used, or a measure's library is missing."""
