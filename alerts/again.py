"""How to hand in again what was not taken of a batch: the same steps on its page, in the workbook and in the mail."""

from typing import NamedTuple

ROW_FORMS = frozenset({"csv", "xlsx", "jsonl", "json", "parquet"})
"""Forms in which single corrected rows can be handed in (``taian quarantine resubmit``)."""


class Step(NamedTuple):
    """What to do, and the command that does it (empty where there is none)."""

    words: str
    command: str = ""


AT_SOURCE = Step("在源库中改正；平台下一次读取视图时取得改正后的内容。")
"""Of a view nothing is handed in."""


def can_resubmit(form: str, load: str) -> bool:
    """Whether single corrected rows are welcome: not of a view, not of outlines, not where each delivery is whole."""
    return form in ROW_FORMS and load != "replace"


def again(
    *, resource: str, form: str, load: str, period: str, batch: str, state: str, rows_quarantined: int
) -> tuple[Step, ...]:
    """The steps for a batch in this state with so many refused rows; none where nothing is to be done."""
    rows = " --rows 行数" if form == "xlsx" else ""
    whole = f"taian deliver 文件 --resource {resource} --period {period}{rows}"
    if state == "rejected":
        return (AT_SOURCE,) if form == "jdbc" else (Step("按处理办法改好文件，重新报送整批。", whole),)
    steps = []
    if state == "held":
        steps.append(
            AT_SOURCE
            if form == "jdbc"
            else Step("确有错误的，改正后重新报送，并写明更正哪一批。", f"{whole} --replaces {batch}")
        )
        release = f"taian deliveries release {batch} --resource {resource} --why 理由"
        steps.append(Step("确属正常的，把理由告诉平台运维人员，由其核实放行。", release))
    if rows_quarantined and state != "replaced":
        steps += _rows_again(resource, form, load, batch, f"{whole} --replaces {batch}")
    return tuple(dict.fromkeys(steps))


def _rows_again(resource: str, form: str, load: str, batch: str, whole: str) -> list[Step]:
    if form == "jdbc":
        return [AT_SOURCE]
    if not can_resubmit(form, load):
        return [Step("这项资源每次报送全部内容：改正后重新报送整份，并写明更正哪一批。", whole)]
    return [
        Step(
            "请平台运维人员导出被隔离的行（含原因和处理办法，未脱敏）。",
            f"taian quarantine export {resource} --batch {batch} --out refused.xlsx",
        ),
        Step("在表格中只改数据列，删除不再报送的行，保留表头。"),
        Step("重新提交；下一夜与其他批次一同处理。", "taian quarantine resubmit refused.xlsx"),
    ]
