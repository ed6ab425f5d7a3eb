"""Legal persons in the books of other offices, under other names and numbers: who is who is in ``truth/``.

``bodies`` draws what is no firm (public institutions, social organisations), ``subjects`` puts all legal persons
beside each other, ``spelling`` and ``numbers`` are what an office makes of a name and of a code, ``records`` draws an
office's book, and the other modules are the offices.
"""

from dataclasses import dataclass

import pandas as pd

from sample_data.context import City
from sample_data.firms import FirmSide
from sample_data.legal import answers, bodies, directory, employers, institutions, organizations, subjects

__all__ = ["LegalSide", "draw_legal", "make_legal"]


@dataclass(frozen=True)
class LegalSide:
    """The registers that are no firms', everybody beside each other, and the books of offices by resource."""

    institutions: pd.DataFrame
    organizations: pd.DataFrame
    everybody: pd.DataFrame
    books: dict[str, pd.DataFrame]


def draw_legal(city: City, side: FirmSide) -> LegalSide:
    """Draw registers and books; nothing is delivered."""
    public, social = bodies.make_institutions(city), bodies.make_organizations(city)
    everybody = subjects.gather(side, public, social)
    books = {
        employers.RESOURCE: employers.make_employers(city, everybody),
        directory.RESOURCE: directory.make_directory(city, everybody),
    }
    return LegalSide(public, social, everybody, books)


def make_legal(city: City, side: FirmSide) -> None:
    """Deliver the registers of institutions and organisations, and the books that name legal persons in their own
    way.
    """
    city.progress("法人：事业单位、社会组织、参保单位与统计名录")
    drawn = draw_legal(city, side)
    institutions.deliver_institutions(city, drawn.institutions)
    organizations.deliver_organizations(city, drawn.organizations)
    employers.deliver_employers(city, drawn.books[employers.RESOURCE])
    directory.deliver_directory(city, drawn.books[directory.RESOURCE])
    answers.write_answers(city, answers.identities(city, side, drawn.everybody, drawn.books))
