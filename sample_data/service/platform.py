"""Where the matters of the service catalogue are handled: on the platform, in a department's own system, on paper."""

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample_data.context import City

Places = NDArray[np.int64]

ON_PLATFORM, IN_OWN_SYSTEM, OFFLINE = "政务服务平台", "部门自建系统", "未上平台"
SERVICES, PENALTIES, OTHERS = ("行政许可", "公共服务"), ("行政处罚", "行政强制"), ("行政确认", "行政给付")
"""Kinds of matters that the plan's articles 23, 24 and 25 speak of."""


@dataclass(frozen=True)
class System:
    """A department's own system for matters of some kinds; ``docked_on`` is null as long as it is not docked."""

    department: str
    kinds: tuple[str, ...]
    name: str
    docked_on: datetime.date | None = None


def _day(month: int, day: int, year: int = 2018) -> datetime.date:
    return datetime.date(year, month, day)


SYSTEMS = (
    System("公安局", SERVICES, "户政出入境业务系统", _day(11, 20, 2017)),
    System("公安局", PENALTIES, "执法办案系统", _day(5, 18)),
    System("民政局", OTHERS, "社会救助系统"),
    System("人力资源社会保障局", SERVICES, "社会保险业务系统", _day(12, 15, 2017)),
    System("国土资源局", SERVICES, "不动产登记系统", _day(12, 22, 2017)),
    System("住房城乡建设局", SERVICES, "建设工程审批系统"),
    System("交通运输局", PENALTIES, "交通运政执法系统"),
    System("环保局", PENALTIES, "环境执法系统"),
    System("食品药品监管局", SERVICES, "食药行政许可系统", _day(3, 2)),
    System("食品药品监管局", PENALTIES, "食药稽查系统", _day(6, 12)),
    System("工商局", SERVICES, "企业登记系统", _day(12, 8, 2017)),
    System("国税局", SERVICES, "涉税事项办理系统"),
)
STILL_OFFLINE = (("林业局", "370921"), ("安监局", "370982"))
"""Departments whose penalties and coercive measures a county has not brought to the platform."""
OTHERS_OFFLINE = 0.08
"""Share of the other matters that are still done on paper: the plan gives them until the end of 2018."""
LATE_DEPARTMENTS = ("水利局", "林业局")
LATE_ON_TIME = 0.84
"""Departments that promise more than they keep, all the year."""


@dataclass(frozen=True)
class Handling:
    """Where each item is handled: the place of its system in ``SYSTEMS`` (-1: none), and whether it is on paper."""

    system: Places
    is_offline: NDArray[np.bool_]

    def cells(self, item: int, known_on: datetime.date) -> tuple[str, str | None, str | None]:
        """What the catalogue says of an item on a day: where, in which system, docked since when."""
        if self.system[item] >= 0:
            system = SYSTEMS[self.system[item]]
            is_docked = system.docked_on is not None and system.docked_on <= known_on
            return IN_OWN_SYSTEM, system.name, str(system.docked_on) if is_docked else None
        return (OFFLINE if self.is_offline[item] else ON_PLATFORM), None, None


def handling_of(city: City, kind: NDArray[np.str_], department: NDArray[np.str_], area: NDArray[np.str_]) -> Handling:
    """Where the items of the catalogue are handled."""
    system = np.full(len(kind), -1)
    for place, each in enumerate(SYSTEMS):
        system[(department == each.department) & np.isin(kind, each.kinds)] = place
    is_offline = np.isin(kind, OTHERS) & (city.stream("service_item", "platform").random(len(kind)) < OTHERS_OFFLINE)
    for office, county in STILL_OFFLINE:
        is_offline |= (department == office) & (area == county) & np.isin(kind, PENALTIES)
    return Handling(system, is_offline & (system < 0))


def tell(city: City) -> None:
    """Write down what is planted."""
    for each in SYSTEMS:
        if each.docked_on is None or each.docked_on > city.until:
            city.truth.event(
                "undocked_system", resource="service_item", office=each.department, system=each.name, kinds=each.kinds
            )
    for office, county in STILL_OFFLINE:
        city.truth.event("items_off_the_platform", resource="service_item", office=office, county=county)
    for office in LATE_DEPARTMENTS:
        city.truth.event("late_department", resource="service_case", office=office)
