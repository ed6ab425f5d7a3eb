"""A file that is refused whole."""


class RejectedError(Exception):
    """Refused with an F code and one Chinese sentence that names the object, what is wrong and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message
