"""Kinds of electronic certificates: who issues them to whom, for how long, and since when with a seal."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """Its holders are ``share`` of the persons of the register aged ``ages``, or ``count`` firms of the whole city.

    ``years`` is how long it holds (0: for good), ``sealed_since`` the day on which the issuer got its seal ("": not
    yet; what was issued before was scanned from paper and bears none).
    """

    code: str
    name: str
    issuer: str
    share: float = 0.0
    count: int = 0
    ages: tuple[int, int] = (0, 120)
    years: int = 0
    sealed_since: str = ""


SEALED = "2018-03-01"

OF_FIRMS = (
    Kind("101", "营业执照", "gongshangju", count=400_000, sealed_since=SEALED),
    Kind("102", "食品经营许可证", "shiyaojianju", count=75_000, years=5, sealed_since=SEALED),
    Kind("103", "道路运输经营许可证", "jiaotongju", count=30_000, years=4, sealed_since="2018-05-01"),
)
OF_PERSONS = (
    Kind("201", "机动车驾驶证", "gonganju", share=0.23, ages=(18, 70), years=6),
    Kind("202", "不动产权证书", "guotuju", share=0.12, ages=(25, 120), sealed_since="2018-05-01"),
    Kind("203", "出生医学证明", "weijiwei", share=0.27, ages=(0, 12)),
    Kind("204", "结婚证", "minzhengju", share=0.035, ages=(23, 80)),
    Kind("205", "残疾人证", "canlian", share=0.013, ages=(3, 120), years=10),
    Kind("206", "教师资格证书", "jiaoyuju", share=0.022, ages=(22, 60)),
)
ISSUERS = tuple(dict.fromkeys(kind.issuer for kind in (*OF_FIRMS, *OF_PERSONS)))
