"""The one way a command says that it did not do what was asked."""


class ProblemError(Exception):
    """Not done: the message is one sentence that names the object, what is wrong and what to do. Exit code 2."""
