"""The roles of the platform, and who a reader is."""

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["analyst", "inspector", "owner", "operator", "leader", "administrator", "auditor"]

ROLES: tuple[Role, ...] = get_args(Role)

ROLE_TITLES: dict[Role, str] = {
    "analyst": "分析员",
    "inspector": "统计执法员",
    "owner": "数据提供方",
    "operator": "运维",
    "leader": "领导",
    "administrator": "系统管理员",
    "auditor": "审计员",
}


@dataclass(frozen=True)
class Reader:
    """Who asks: the account, the name behind it, its roles, and for a data owner the departments or counties it
    answers for (provider codes like ``gonganju``, county codes like ``370982``).
    """

    account: str
    name: str
    roles: frozenset[Role]
    scopes: frozenset[str] = frozenset()
    must_change: bool = False
    """The password was given by somebody else and has to be replaced before anything is shown."""

    def has(self, *roles: Role) -> bool:
        """True when the reader has one of ``roles``."""
        return not self.roles.isdisjoint(roles)
