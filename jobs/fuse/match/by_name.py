"""Records without a usable number, by their name now or formerly: with the county, with the representative, alone.

A name that says 宁阳 is none of 东平, whatever the record's county. A record whose code is somebody else's and was held
back needs the representative as well. A name that is unique in the city links only where nothing speaks against it:
barring foreign codes and contradicting representatives lifted the sketch from .970 to .9996.
"""

from jobs.fuse.match.layer import Layer

SHORTEST = 5
"""Characters of a name that can stand for one firm; shorter ones are words."""


IS_FOREIGN = "(r.is_valid AND NOT EXISTS (FROM entity x WHERE x.credit_code = r.number))"
IS_HELD = "(r.is_valid AND EXISTS (FROM entity x WHERE x.credit_code = r.number))"
SAME_COUNTY = "e.county_code = r.county_code"
SAME_PERSON = "e.representative = r.representative"


def _pairs(name: str, condition: str) -> str:
    """Pairs with the same ``key`` or ``core``; branches are not their head by name."""
    return f"""
    SELECT r.record_id, k.entity_id FROM open_record r JOIN known_name k ON k.{name} = r.{name}
    JOIN entity e USING (entity_id)
    WHERE r.parent_key IS NULL AND length(r.{name}) >= {SHORTEST} AND {condition}
        AND coalesce(k.county_in_name = r.county_in_name, true) AND (NOT {IS_HELD} OR coalesce({SAME_PERSON}, true))
    """


LAYERS = (
    Layer("name_county", _pairs("key", SAME_COUNTY)),
    Layer("core_county", _pairs("core", SAME_COUNTY)),
    Layer("name_representative", _pairs("key", SAME_PERSON)),
    Layer("core_representative", _pairs("core", SAME_PERSON)),
    Layer("name_city", _pairs("key", f"NOT {IS_FOREIGN} AND coalesce({SAME_PERSON}, true)")),
)
