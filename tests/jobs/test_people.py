"""The 人口 library: who a record is about, one row a living person, households, and what cannot be true at once."""

import datetime

import pytest

from catalog.fusion import all_fusions

pytestmark = pytest.mark.spark

DAY = datetime.date
TODAY, NEXT_YEAR = DAY(2018, 6, 30), DAY(2019, 1, 1)
VILLAGE, NEXT_VILLAGE, OTHER_COUNTY = "370902001001", "370902001002", "370911001001"

KNOWN = "person_id string, name string, sex string, birth_date date, village_code string, household_id string"
MENTION = (
    "resource string, record string, role string, written string, name string, sex string, birth_date date, "
    "village_code string, county_code string, family array<string>, is_unique boolean, source string"
)


def number(seventeen):
    """The number with its check character."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(seventeen))
    return seventeen + "10X98765432"[total % 11]


def known(person_id, name, born, village=VILLAGE, household="370902000001", sex="1"):
    return (person_id, name, sex, born, village, household)


def mention(written, name, born, village=VILLAGE, **more):
    row = {
        "resource": "death",
        "record": "r1",
        "role": "person",
        "sex": "1",
        "county_code": village and village[:6],
        "family": [],
        "is_unique": True,
    } | more
    return (
        row["resource"],
        row["record"],
        row["role"],
        written,
        name,
        row["sex"],
        born,
        village,
        row["county_code"],
        row["family"],
        row["is_unique"],
        "death@b1",
    )


BORN = DAY(1950, 3, 7)
ONE = number("37990119500307001")
TWIN_NAME = number("37990219500307001")
WIFE = number("37990119520709002")
OWNER, RENAMED = number("37990119600101001"), number("37990119610101001")
SLIP, EXCHANGED = ONE[:16] + "3" + ONE[17], ONE[:10] + ONE[11] + ONE[10] + ONE[12:]
WIFE_BORN = DAY(1952, 7, 9)
NEWBORN = DAY(2018, 5, 20)

PERSONS = [
    known(ONE, "张三", BORN),
    known(TWIN_NAME, "张三", BORN, OTHER_COUNTY),
    known(WIFE, "李四", WIFE_BORN, sex="2", household="h1"),
    known(RENAMED, "赵旧", DAY(1961, 1, 1)),
    # Four of one name and birthday, near to each other and far.
    known("a", "周五", BORN),
    known("b", "周五", BORN, NEXT_VILLAGE),
    known("c", "周五", BORN, OTHER_COUNTY),
    known("d", "赵六", BORN, OTHER_COUNTY),
    known("e", "周五", DAY(1950, 3, 8)),
    known(OWNER, "吴七", DAY(1960, 1, 1)),
    known("g", "郑八", BORN),
    known("c1", "张小", NEWBORN, household="h1"),
    known("c2", "张大", NEWBORN, household="h2"),
]
CHILD = {"resource": "birth", "role": "child", "family": ["mother", "father"]}
MOTHER = {"resource": "birth", "role": "mother", "sex": "2", "is_unique": False}
ANY = {"is_unique": False}
RECORDS = [
    mention(ONE, "张　三", BORN, record="plain", **ANY),
    mention(ONE[:6] + ONE[8:17], "张三", BORN, record="old", **ANY),
    mention(ONE.translate({ord("1"): "１"}), "张三", BORN, record="wide", **ANY),
    mention(f" {ONE} ", "张三", BORN, record="spaced", **ANY),
    mention(RENAMED, "赵新", DAY(1961, 1, 1), record="renamed"),
    mention(WIFE, "张三", BORN, record="the_wife_s", **ANY),
    mention(WIFE, "王五", DAY(1960, 1, 1), record="another_s", **ANY),
    mention(SLIP, "张三", BORN, None, record="slip", **ANY),
    mention(EXCHANGED, "张三", BORN, None, record="exchanged", **ANY),
    mention("110105195003074321", "张三", BORN, record="far", **ANY),
    mention(number("11010519500307431"), "张三", BORN, record="valid_and_unknown", **ANY),
    mention(None, "周五", BORN, record="village"),
    mention(None, "周五", BORN, "370902001003", record="two_in_the_township"),
    mention("", "周五", BORN, "370911002001", record="county"),
    mention(None, "周五", BORN, None, record="three_in_the_city"),
    mention(None, "赵六", BORN, None, record="city"),
    mention(None, "赵六", BORN, None, record="other_sex", sex="2"),
    mention(OWNER, "吴七", DAY(1960, 1, 1), record="own"),
    mention(None, "吴七", DAY(1960, 1, 1), record="second"),
    mention(None, "郑八", BORN, record="one_of_two"),
    mention(None, "郑八", BORN, record="two_of_two"),
    mention(None, "张又改", NEWBORN, record="k1", **CHILD),
    mention(WIFE, "李四", None, None, record="k1", **MOTHER),
    mention(None, "孙某", NEWBORN, record="k2", **CHILD),
]


class Published:
    """Inputs that have some resources and no others."""

    def __init__(self, **frames):
        self.frames = frames

    def current(self, name):
        return self.frames.get(name)


def test_a_birth_speaks_of_three_persons_and_of_an_allowance_the_last_month_counts(spark):
    from jobs.fuse.mentions import mentions

    births = spark.createDataFrame(
        [("K1", "张小", "2", NEWBORN, "李四", WIFE, None, None, VILLAGE, "b1")],
        "certificate_number string, name string, sex string, birth_date date, mother_name string, "
        "mother_id_number string, father_name string, father_id_number string, village_code string, _batch string",
    )
    allowance = spark.createDataFrame(
        [
            ("D1", period, ONE, name, "1", BORN, VILLAGE, "m1")
            for period, name in (("2018-05", "旧"), ("2018-06", "新"))
        ],
        "allowance_number string, period string, id_number string, name string, sex string, birth_date date, "
        "village_code string, _batch string",
    )
    frame = mentions(Published(birth=births, minimum_living_allowance=allowance))
    assert set(frame.columns) == {part.split()[0] for part in MENTION.split(", ")}
    said = {(row["record"], row["role"]): row for row in frame.collect()}
    assert {place: (row["name"], row["written"], row["sex"]) for place, row in said.items()} == {
        ("K1", "child"): ("张小", None, "2"),
        ("K1", "mother"): ("李四", WIFE, "2"),
        ("K1", "father"): (None, None, "1"),
        ("D1", "person"): ("新", ONE, "1"),
    }
    child = said[("K1", "child")]
    assert (child["family"], child["is_unique"]) == (["mother", "father"], True)
    assert (child["county_code"], child["source"]) == ("370902", "birth@b1")
    assert mentions(Published()) is None


@pytest.fixture(scope="module")
def links(spark):
    """Every record's link, by record and role."""
    from jobs.fuse import person_link

    persons = spark.createDataFrame(PERSONS, KNOWN)
    numbered = person_link.by_number(spark.createDataFrame(RECORDS, MENTION), persons).persist()
    rows = person_link.links(numbered, persons, lambda frame: frame).collect()
    numbered.unpersist()
    assert len(rows) == len(RECORDS)
    return {(row["record"], row["role"]): row for row in rows}


def found(links, *records, role="person"):
    """``(person_id, method)`` of some records."""
    return [(links[(record, role)]["person_id"], links[(record, role)]["method"]) for record in records]


NOBODY = (None, None)


@pytest.mark.parametrize("spelling", ["plain", "old", "wide", "spaced"])
def test_the_number_decides_however_it_is_written(links, spelling):
    assert found(links, spelling) == [(ONE, "number")]


def test_a_number_whose_owner_has_another_name_and_birthday_is_somebody_else_s(links):
    assert found(links, "renamed", "the_wife_s", "another_s") == [(RENAMED, "number_alone"), (ONE, "village"), NOBODY]


def test_without_a_number_the_nearest_evidence_decides_where_it_points_to_one_person(links):
    assert found(links, "village", "county", "city") == [("a", "village"), ("c", "county"), ("d", "city")]
    assert found(links, "two_in_the_township", "three_in_the_city", "other_sex") == [NOBODY] * 3


def test_a_slip_in_the_number_points_at_its_owner_and_a_far_number_away_from_him(links):
    assert found(links, "slip", "exchanged") == [(ONE, "nearly_number")] * 2
    assert found(links, "far", "valid_and_unknown") == [NOBODY] * 2


def test_who_has_a_record_of_his_own_is_not_found_behind_a_second_one(links):
    assert found(links, "own", "second") == [(OWNER, "number"), NOBODY]
    assert found(links, "one_of_two", "two_of_two") == [NOBODY] * 2


def test_a_newborn_is_found_in_its_mother_s_household_under_any_name_and_is_its_own_person_before(links):
    assert found(links, "k1", "k2", role="child") == [("c1", "family"), ("birth:k2", "own_record")]
    assert found(links, "k1", role="mother") == [(WIFE, "number")]


def test_every_link_has_its_score_and_says_what_is_told_otherwise(links):
    from jobs.fuse.person_link import SCORES

    assert all(row["score"] == (SCORES[row["method"]] if row["method"] else None) for row in links.values())
    assert links[("renamed", "person")]["conflicts"] == ["name"]
    assert links[("plain", "person")]["conflicts"] == []
    assert links[("second", "person")]["conflicts"] is None


REGISTER = (
    "id_number string, name string, sex string, ethnicity string, birth_date date, household_id string, "
    "village_code string, address string, marital_status string, status string, _valid_from date, _valid_to date, "
    "_is_current boolean, _batch string"
)
PERMIT = (
    "permit_number string, id_number string, name string, sex string, ethnicity string, birth_date date, "
    "village_code string, address string, issued_on date, valid_until date, status string, _valid_from date, "
    "_valid_to date, _batch string"
)


def version(id_number, began, ended=None, *, status="registered", village=VILLAGE, marital="10", household="h1"):
    own = (id_number, "张三", "1", "01", BORN, household, village, f"{village}路1号", marital, status)
    return (*own, began, ended, ended is None, "r1")


def permit(id_number, began, ended=None, *, village=OTHER_COUNTY, status="valid", issued=None, until=NEXT_YEAR):
    own = (f"J{id_number}", id_number, "外来", "1", "01", BORN, village, f"{village}路2号")
    return (*own, issued or began, until, status, began, ended, "p1")


DIED, WEDDING, MOVED = DAY(2018, 3, 5), DAY(2018, 5, 20), DAY(2018, 6, 1)
START, SINCE = DAY(2015, 1, 1), DAY(2017, 1, 1)
VERSIONS = [
    version("mover", START, MOVED),
    version("mover", MOVED, village=OTHER_COUNTY),
    version("away", MOVED, status="moved_out"),
    version("elsewhere", START),
    version("dead_open", START),
    version("dead_closed", START, DAY(2018, 3, 20)),
    version("dead_closed", DAY(2018, 3, 20), status="cancelled"),
    version("dead_end", DAY(2018, 3, 20), status="cancelled"),
    version("cancelled", START, status="cancelled"),
    version("bride", START),
    version("namesake1", START),
    version("namesake2", START),
]
PERMITS = [
    permit("elsewhere", SINCE, DAY(2018, 1, 1)),
    permit("elsewhere", DAY(2018, 1, 1), status="ended"),
    permit("lapsed", DAY(2016, 6, 10), until=DAY(2017, 6, 10)),
    permit("over", DAY(2017, 5, 1), status="ended", issued=DAY(2016, 5, 1)),
    permit("guest", DAY(2018, 1, 1)),
    permit("dead_guest", SINCE),
    permit("left_and_died", SINCE, DAY(2017, 9, 1)),
    permit("left_and_died", DAY(2017, 9, 1), status="ended"),
]
DEAD_PERSONS = ("dead_open", "dead_closed", "dead_end", "dead_guest", "left_and_died")
FACTS = {
    "death": ("died_on date", [(person, DIED, DIED) for person in DEAD_PERSONS]),
    "marriage": ("marital_status string", [("bride", WEDDING, "20")]),
    "birth": ("name string", [("birth:k1", WEDDING, "新生")]),
}


@pytest.fixture(scope="module")
def golden(spark):
    """Rows of base_population__person in time, by person."""
    from pyspark.sql import functions as F

    from jobs.fuse.person import permit_periods, persons

    today = F.lit(TODAY.isoformat()).cast("date")
    frames = {"residence_permit": permit_periods(spark.createDataFrame(PERMITS, PERMIT), today)}
    for name, (attribute, rows) in FACTS.items():
        frame = spark.createDataFrame(rows, f"person_id string, since date, {attribute}")
        frame = frame.withColumns({"until": F.lit(None).cast("date"), "_batch": F.lit("x1"), "_as_of": F.col("since")})
        frames[name] = frame
    kept = []

    def keep(frame):
        kept.append(frame.persist())
        return kept[-1]

    register = spark.createDataFrame(VERSIONS, REGISTER)
    rows = persons(register, frames, all_fusions()["base_population__person"], keep).orderBy("valid_from").collect()
    for frame in kept:
        frame.unpersist()
    by_person = {}
    for row in rows:
        by_person.setdefault(row["person_id"], []).append(row.asDict())
    return by_person


def told(rows, *columns):
    return [tuple(row[column] for column in columns) for row in rows]


def test_who_only_the_register_knows_has_its_versions_and_lives_where_he_is_registered(golden):
    rows = golden["mover"]
    assert told(rows, "valid_from", "valid_to", "is_current", "county_code", "residence_county_code") == [
        (START, MOVED, False, "370902", "370902"),
        (MOVED, None, True, "370911", "370911"),
    ]
    assert told(rows, "is_living", "is_registered", "is_resident") == [(True, True, True)] * 2
    assert rows[0]["sources"] == {"*": "resident@r1"}


def test_who_moved_away_is_living_and_neither_registered_nor_resident(golden):
    columns = ("is_living", "is_registered", "is_resident", "residence_village_code")
    assert told(golden["away"], *columns) == [(True, False, False, None)]


def test_a_holder_of_a_permit_is_resident_while_it_is_valid_and_never_registered(golden):
    columns = ("valid_from", "valid_to", "is_registered", "is_resident")
    assert told(golden["lapsed"], *columns) == [(DAY(2016, 6, 10), DAY(2017, 6, 11), False, True)]
    assert told(golden["over"], *columns) == [(DAY(2016, 5, 1), DAY(2017, 5, 1), False, True)]
    (guest,) = golden["guest"]
    assert told([guest], *columns) == [(DAY(2018, 1, 1), None, False, True)]
    assert (guest["county_code"], guest["residence_county_code"]) == (None, "370911")
    assert "*" not in guest["sources"]
    assert guest["sources"]["name"] == "residence_permit@p1"


def test_one_person_in_two_registers_of_the_police_is_one_row_at_a_time(golden):
    rows = golden["elsewhere"]
    assert told(rows, "valid_from", "valid_to", "county_code", "residence_county_code", "is_registered") == [
        (START, SINCE, "370902", "370902", True),
        (SINCE, DAY(2018, 1, 1), "370902", "370911", True),
        (DAY(2018, 1, 1), None, "370902", "370902", True),
    ]
    assert rows[1]["sources"] == {
        "*": "resident@r1",
        "residence_village_code": "residence_permit@p1",
        "residence_address": "residence_permit@p1",
    }
    assert rows[1]["conflicts"] == ["name=resident/residence_permit"]


def test_a_death_closes_the_record_on_its_day_whether_the_register_knows_it_or_not(golden):
    columns = ("valid_from", "valid_to", "is_living", "is_registered", "is_resident", "died_on")
    before, after = (START, DIED, True, True, True, DIED), (DIED, None, False, False, False, DIED)
    assert told(golden["dead_open"], *columns) == [before, after]
    assert told(golden["dead_closed"], *columns) == [before, after]
    assert told(golden["dead_end"], *columns) == [after]
    assert golden["dead_open"][-1]["status"] == "registered"
    assert golden["dead_closed"][-1]["status"] == "cancelled"


def test_a_dead_guest_is_closed_too_and_one_who_had_left_before_has_no_last_row(golden):
    columns = ("valid_from", "valid_to", "is_living", "is_resident")
    assert told(golden["dead_guest"], *columns) == [(SINCE, DIED, True, True), (DIED, None, False, False)]
    assert told(golden["left_and_died"], *columns) == [(SINCE, DAY(2017, 9, 1), True, True)]


def test_a_record_that_the_register_cancelled_is_of_nobody_who_lives_here(golden):
    columns = ("is_living", "is_registered", "is_resident", "died_on")
    assert told(golden["cancelled"], *columns) == [(False, False, False, None)]


def test_a_marriage_counts_from_its_day_with_its_source(golden):
    rows = golden["bride"]
    assert told(rows, "valid_from", "marital_status") == [(START, "10"), (WEDDING, "20")]
    assert (rows[1]["sources"]["marital_status"], rows[1]["source_dates"]["marital_status"]) == ("marriage@x1", WEDDING)
    assert rows[1]["conflicts"] == ["marital_status=marriage/resident"]


def test_a_newborn_nobody_registered_yet_lives_here_without_a_number(golden):
    columns = ("id_number", "name", "is_registered", "is_resident", "is_current")
    assert told(golden["birth:k1"], *columns) == [(None, "新生", False, True, True)]


def test_two_persons_with_one_name_and_birthday_stay_two(golden):
    rows = golden["namesake1"] + golden["namesake2"]
    assert told(rows, "person_id", "name", "birth_date") == [("namesake1", "张三", BORN), ("namesake2", "张三", BORN)]


def test_one_living_person_is_one_row_now(golden):
    for person, rows in golden.items():
        assert sum(row["is_current"] and row["is_living"] for row in rows) <= 1, person


def test_marriages_are_news_unless_the_register_has_them_or_has_noted_their_end(spark):
    from jobs.fuse.person import news_of_marriages

    people = {"single": "10", "known": "20", "divorced_since": "40", "divorced_before": "40"}
    since = {"divorced_since": DAY(2018, 6, 1)}
    register = [version(name, since.get(name, DAY(2015, 1, 1)), marital=code) for name, code in people.items()]
    marriages = spark.createDataFrame(
        [(name, DAY(2018, 5, 1), "m1") for name in people],
        "registration_number string, registered_on date, _batch string",
    )
    links = spark.createDataFrame(
        [("marriage", name, "wife", name) for name in people],
        "resource string, record string, role string, person_id string",
    )
    news = news_of_marriages(marriages, links, spark.createDataFrame(register, REGISTER)).collect()
    assert {row["person_id"] for row in news} == {"single", "divorced_before"}


PERSON = (
    "person_id string, household_id string, village_code string, address string, is_registered boolean, "
    "valid_from date, valid_to date, is_current boolean, sources map<string,string>"
)
FIRST = DAY(2018, 5, 31)


def member(person, began, ended=None, *, home="h1", address="路1号", is_registered=True):
    source = {"*": f"resident@{person}"}
    return (person, home, VILLAGE, address, is_registered, began, ended, ended is None, source)


def homes(spark, members, heads=None):
    from pyspark.sql import functions as F

    from jobs.fuse.household import households

    if heads:
        schema = "household_id string, head_person_id string, _head_source string"
        heads = spark.createDataFrame(heads, schema)
    frame = spark.createDataFrame(members, PERSON)
    found = households(frame, F.lit(FIRST.isoformat()).cast("date"), heads)
    return [row.asDict() for row in found.orderBy("household_id", "valid_from").collect()]


def test_a_household_is_one_row_from_the_register_s_first_day_until_somebody_comes_or_goes(spark):
    born, died = DAY(2018, 6, 5), DAY(2018, 6, 20)
    members = [
        member("a", DAY(2010, 1, 1), died),
        member("a", died, is_registered=False),
        member("b", DAY(2015, 1, 1)),
        member("c", born),
        member("d", DAY(2012, 1, 1), home="h2"),
        member("e", DAY(2012, 1, 1), DAY(2016, 1, 1), home="h3"),
    ]
    assert told(homes(spark, members), "household_id", "members", "valid_from", "valid_to", "is_current") == [
        ("h1", 2, FIRST, born, False),
        ("h1", 3, born, died, False),
        ("h1", 2, died, None, True),
        ("h2", 1, FIRST, None, True),
    ]


def test_a_change_that_leaves_the_household_as_it_was_is_no_new_row_and_an_empty_one_ends(spark):
    members = [
        member("a", DAY(2010, 1, 1), DAY(2018, 6, 5)),
        member("a", DAY(2018, 6, 5), DAY(2018, 6, 9)),
        member("b", DAY(2010, 1, 1), home="h2", address="路9号"),
        member("c", DAY(2010, 1, 1), home="h2", address="路2号"),
        member("d", DAY(2010, 1, 1), home="h2", address="路9号"),
    ]
    assert told(homes(spark, members), "household_id", "members", "address", "valid_from", "valid_to") == [
        ("h1", 1, "路1号", FIRST, DAY(2018, 6, 9)),
        ("h2", 3, "路9号", FIRST, None),
    ]


def test_a_head_is_named_with_its_source_where_somebody_knows_one(spark):
    members = [member("a", DAY(2010, 1, 1)), member("b", DAY(2010, 1, 1), home="h2")]
    found = homes(spark, members, [("h1", "a", "minimum_living_allowance@m1")])
    assert told(found, "head_person_id", "sources") == [
        ("a", {"*": "resident@a", "head_person_id": "minimum_living_allowance@m1"}),
        (None, {"*": "resident@b"}),
    ]


def test_only_the_living_of_the_household_are_taken_for_its_head(spark):
    from jobs.fuse.household import known_heads

    schema = "allowance_number string, period string, relation string, _batch string"
    rows = [
        ("D1", "2018-05", "head", "m1"),
        ("D1", "2018-06", "other", "m2"),
        ("D2", "2018-06", "head", "m2"),
        ("D3", "2018-06", "head", "m2"),
    ]
    places = [("D1", "a"), ("D2", "b"), ("D3", "dead")]
    links = spark.createDataFrame(
        [("minimum_living_allowance", record, person, "m@1") for record, person in places],
        "resource string, record string, person_id string, source string",
    )
    people = [member("a", FIRST), member("b", FIRST, home="h2"), member("dead", FIRST, is_registered=False)]
    found = known_heads(spark.createDataFrame(rows, schema), links, spark.createDataFrame(people, PERSON)).collect()
    assert [(row["household_id"], row["head_person_id"]) for row in found] == [("h2", "b")]


LINK = "resource string, record string, role string, person_id string"
DEAD = (
    "certificate_number string, name string, county_code string, died_on date, _batch string, _file string, "
    "_source_row int"
)


@pytest.fixture
def deaths(spark):
    from jobs.fuse.contradiction import known_dead

    rows = [
        ("S1", "张三", "370902", DAY(2018, 3, 31), "d1", "f.xlsx#泰山区", 4),
        ("S2", "李四", "370902", DAY(2018, 5, 2), "d1", "f.xlsx#泰山区", 5),
    ]
    links = [("death", "S1", "person", "p1"), ("death", "S2", "person", "p2")]
    return known_dead(spark.createDataFrame(rows, DEAD), spark.createDataFrame(links, LINK))


def links_of(spark, resource, **records):
    return spark.createDataFrame([(resource, record, "person", person) for record, person in records.items()], LINK)


def test_an_allowance_paid_after_the_month_of_death_is_told_with_its_months_sum_and_rows(spark, deaths):
    from jobs.fuse.contradiction import allowance_after_death

    schema = "allowance_number string, period string, amount_yuan int, _batch string, _file string, _source_row int"
    paid = [
        ("D1", "2018-03", 300, "m0", "a.xlsx#泰山区", 9),
        ("D1", "2018-04", 300, "m1", "a.xlsx#泰山区", 9),
        ("D1", "2018-05", 310, "m2", "a.xlsx#泰山区", 8),
        ("D2", "2018-05", 300, "m2", "a.xlsx#泰山区", 7),
        ("D3", "2018-05", 300, "m2", "a.xlsx#泰山区", 6),
    ]
    links = links_of(spark, "minimum_living_allowance", D1="p1", D2="p2", D3="p3")
    (found,) = allowance_after_death(spark.createDataFrame(paid, schema), links, deaths).collect()
    assert (found["contradiction_id"], found["person_id"]) == ("allowance_after_death:D1", "p1")
    assert (found["since"], found["months"], found["amount_yuan"]) == (DAY(2018, 4, 1), 2, 610)
    assert found["rows"] == [
        "death@d1 f.xlsx#泰山区#4",
        "minimum_living_allowance@m1 a.xlsx#泰山区#9",
        "minimum_living_allowance@m2 a.xlsx#泰山区#8",
    ]


def test_the_insured_dead_are_told_once_their_month_is_over(spark, deaths):
    from jobs.fuse.contradiction import insured_after_death

    schema = "insurance_id string, status string, updated_at timestamp, _batch string, _file string, _source_row int"
    when = datetime.datetime(2018, 4, 20, 9)
    rows = [
        ("1", "paying", when, "s1", "f", 1),
        ("2", "ended", when, "s1", "f", 2),
        ("3", "drawing", when, "s1", "f", 3),
        ("4", "paying", when, "s1", "f", 4),
    ]
    links = links_of(spark, "social_insurance_person", **{"1": "p1", "2": "p1", "3": "p1", "4": "p2"})
    insured = spark.createDataFrame(rows, schema)
    found = insured_after_death(insured, links, deaths, TODAY).orderBy("contradiction_id").collect()
    assert [row["contradiction_id"] for row in found] == ["insured_after_death:1", "pension_after_death:3"]
    later = insured_after_death(insured, links, deaths, DAY(2018, 7, 1)).collect()
    assert {row["contradiction_id"] for row in later} > {row["contradiction_id"] for row in found}


def test_a_record_that_is_open_sixty_days_after_a_death_is_told(spark, deaths):
    from jobs.fuse.contradiction import registered_after_death

    schema = "id_number string, status string, _batch string, _file string, _source_row int"
    rows = [("p1", "registered", "r1", "f", 1), ("p2", "registered", "r1", "f", 2), ("p1", "cancelled", "r1", "f", 3)]
    found = registered_after_death(spark.createDataFrame(rows, schema), deaths, TODAY).collect()
    assert [(row["contradiction_id"], row["rows"][1]) for row in found] == [
        ("registered_after_death:S1", "resident@r1 f#1")
    ]
