"""The words of a Spark SQL text, cut where Spark's own lexer cuts them; anything it does not know is refused."""

import re
from dataclasses import dataclass
from typing import Literal, cast

Kind = Literal["word", "quoted", "text", "number", "sign"]


class RefusedError(Exception):
    """The query is not one that may run; the message is one sentence that says why."""


@dataclass(frozen=True)
class Word:
    """One word: a bare name or keyword, a `quoted` name without its quotes, a text, a number, or a sign."""

    kind: Kind
    text: str

    @property
    def is_name(self) -> bool:
        """Whether it can name something."""
        return self.kind in ("word", "quoted")

    def keyword(self) -> str:
        """The word as a keyword; a quoted name is never one."""
        return self.text.upper() if self.kind == "word" else ""


# Texts end where Spark's lexer ends them: a backslash takes the next character with it, a doubled quote stays inside.
_PATTERN = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")
    |(?P<quoted>`(?:[^`]|``)*`)
    |(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:[LSYFD]|BD)?(?!\w))
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>\|\||<=>|<=|>=|<>|!=|==|->|=>|::|[-+*/%<>=().,\[\]&^~!?:|])""",
    re.VERBOSE | re.DOTALL,
)
_REFUSED = (("--", "a comment"), ("/*", "a comment"), ("|>", "the pipe |>"), (";", "a second statement (;)"))


def words(sql: str) -> list[Word]:
    """The words of ``sql`` without a closing semicolon. Raises RefusedError for comments, several statements, raw
    texts, and characters outside the language."""
    found: list[Word] = []
    sql = sql.strip().removesuffix(";")
    at = 0
    while at < len(sql):
        for sign, what in _REFUSED:
            if sql.startswith(sign, at):
                raise RefusedError(f"The query holds {what}: give one plain SELECT.")
        match = _PATTERN.match(sql, at)
        if match is None:
            raise RefusedError(f"The query is not readable at '{sql[at : at + 20]}': mend the text there.")
        at = match.end()
        kind, text = match.lastgroup, match.group()
        if kind == "text" and found and found[-1].kind == "word" and found[-1].text.lower() == "r":
            # A raw text ends at the first quote, whatever stands before it.
            raise RefusedError("The query holds a raw text (r'…'): write it with plain quotes.")
        if kind == "quoted":
            found.append(Word("quoted", text[1:-1].replace("``", "`")))
        elif kind != "space":
            found.append(Word(cast(Kind, kind), text))
    return found
