"""Departments that know persons of the register, each its own part of them and in its own spelling.

``census`` draws the register again, with its families; the other modules are the offices that deliver.
"""

from sample_data.context import City
from sample_data.people.allowance import Allowance
from sample_data.people.births import Births
from sample_data.people.census import Census
from sample_data.people.deaths import Deaths
from sample_data.people.insurance import Insured
from sample_data.people.marriages import Marriages
from sample_data.people.permits import Permits

__all__ = ["deliver"]


def deliver(city: City) -> None:
    """Every batch of these departments up to the city's last day."""
    census = Census(city)
    permits, births, deaths = Permits(city, census.register), Births(city), Deaths(city)
    marriages, insured, allowance = Marriages(city), Insured(city), Allowance(city)
    for number, folk in enumerate(census.chunks()):
        is_dead = deaths.gather(folk, number)
        for office in (permits, births, marriages, insured, allowance):
            office.gather(folk, is_dead, number)
        city.progress(f"人口各部门：第 {number + 1} 段")
    for day, parts in census.june():
        births.gather_day(day, parts, census)
        deaths.gather_day(day, parts)
        marriages.gather_day(day, parts, census)
    holders, dead = permits.holders(), deaths.early()
    insured.gather_newcomers(holders)
    insured.gather_dead(dead)
    allowance.gather_dead(dead)
    permits.deliver(holders)
    births.deliver()
    deaths.deliver()
    marriages.deliver(holders)
    insured.deliver()
    allowance.deliver()
    city.progress("人口各部门：居住证、出生、死亡、婚姻、社保、低保")
