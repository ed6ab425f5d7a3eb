"""What a browser asks for, read without trust: it becomes something that can be answered, or it is refused with 400."""

from collections.abc import Mapping
from typing import Any

from werkzeug.exceptions import BadRequest

LARGEST_BLOCK = 200
"""Rows of a list that are handed out at once."""

LARGEST_ROW = 10**9


def text(value: object) -> str:
    """``value`` if it is text, without halves of characters that no answer could carry; else nothing."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def row_block(request: object) -> tuple[int, int]:
    """First row and the row after the last of a list's request, never more than LARGEST_BLOCK rows."""
    if isinstance(request, Mapping):
        start, end = request.get("startRow"), request.get("endRow")
        if type(start) is int and type(end) is int and 0 <= start <= end and start <= LARGEST_ROW:
            return start, min(end, start + LARGEST_BLOCK)
    raise BadRequest("列表请求的行号不对：startRow 与 endRow 应是整数，且 0 ≤ startRow ≤ endRow。")


def chosen_id(chosen: object) -> str:
    """The identity of the row that was chosen."""
    if isinstance(chosen, Mapping) and (found := text(chosen.get("id"))):
        return found
    raise BadRequest("没有说明选了哪一行：应有 id。")


def _are_properties(given: object) -> bool:
    """True for what Dash sends: a list of properties, or of lists of them for a pattern."""
    if not isinstance(given, list):
        return False
    return all(isinstance(one, Mapping) or (isinstance(one, list) and _are_properties(one)) for one in given)


def callback_output(body: object) -> Any:
    """The output that a callback's request names; 400 for a body that no page of ours sends."""
    if (
        isinstance(body, Mapping)
        and _are_properties(body.get("inputs"))
        and _are_properties(body.get("state", []))
        and isinstance(body.get("changedPropIds"), list)
        and isinstance(body.get("output"), str)
        and isinstance(body.get("outputs"), Mapping | list)
    ):
        return body["output"]
    raise BadRequest("回调请求不完整：应有 output、outputs、inputs 和 changedPropIds。")
