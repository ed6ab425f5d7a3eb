"""One firm, one person: found by whom may look, and nothing of a person before the log has the look."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from entities import FIRM, KEY, NAME, NUMBER, OTHER
from sign_in import make_account, sign_in

from alerts import audit
from dashboards import format as fmt
from dashboards import lookups, queries, subjects
from dashboards.app import create_app
from dashboards.pages import area, firm, overview, person, search
from dashboards.pages.indicator import definitions
from dashboards.serving import Snapshot, open_snapshot
from dashboards.sight import sight_of
from dashboards.view import View
from taian.access.roles import Reader, Role
from taian.pseudonym import pseudonym
from taian.settings import Settings

HERE = "http://127.0.0.1:8050"
PERSON = f"/entity/person/{pseudonym(KEY, NUMBER)}"


def of(published: Path, *roles: Role, scopes: tuple[str, ...] = ()) -> Snapshot:
    return open_snapshot(published, sight_of(Reader("a", "甲", frozenset(roles), frozenset(scopes))))


def shown(snapshot: Snapshot, code: str = FIRM) -> str:
    return str(firm.render(snapshot, View(path=f"/entity/firm/{code}")).to_plotly_json())


@pytest.fixture
def _key(monkeypatch) -> None:
    monkeypatch.setattr(search, "key_of", lambda home: KEY)


def test_a_firm_s_file_tells_who_says_what_its_history_credit_and_certificates(published: Path) -> None:
    text = shown(of(published, "analyst"))
    for told in ("泰山机械厂", "泰山老机械厂", "原注册号相同", "名称：采用", "宋**", "970", "−30", "营业执照", "罚款"):
        assert told in text, told
    assert "不归您的部门" in shown(of(published, "analyst"), "nothing")


def test_what_a_unit_returned_is_for_the_inspector_and_others_are_told_why(published: Path) -> None:
    assert "4,321.0" in shown(of(published, "inspector"))
    assert "疑点与案件" in shown(of(published, "inspector"))
    for role in ("analyst", "leader"):
        text = shown(of(published, role))
        assert "统计法第二十五条" in text
        assert "疑点与案件" not in text
        assert of(published, role).read("entity__firm_month", "SELECT * FROM entity__firm_month").empty


def test_who_runs_or_audits_the_platform_sees_no_subject_and_no_way_to_one(published: Path) -> None:
    for role in ("operator", "administrator", "auditor"):
        snapshot = of(published, role)
        assert subjects.firm(snapshot, FIRM) is None
        assert subjects.found(snapshot, "firm", "机械").empty
        assert "/entity/place" not in str(overview.render(snapshot, View()).to_plotly_json())
    assert "/entity/place/370900" in str(overview.render(of(published, "leader"), View()).to_plotly_json())


def test_a_department_sees_firms_it_knows_and_of_others_records_nothing(published: Path) -> None:
    tax = of(published, "owner", scopes=("guoshuiju",))
    assert list(tax.read("entity__firm", "SELECT credit_code FROM entity__firm")["credit_code"]) == [FIRM]
    text = shown(tax)
    assert "原注册号相同" in text
    for hidden in ("3700000002", "970", "罚款", "营业执照"):
        assert hidden not in text, hidden
    assert "不归您的部门" in shown(tax, OTHER)
    assert subjects.found(tax, "firm", "岱岳").empty
    county = of(published, "owner", scopes=("370911",))
    assert list(subjects.found(county, "firm", "厂")["key"]) == [OTHER]
    assert shown(county, OTHER).count("岱岳建材厂")


@pytest.mark.usefixtures("_key")
def test_a_firm_is_found_by_name_number_and_address_and_a_place_by_its_name(published: Path) -> None:
    snapshot = of(published, "analyst")
    for words in ("机械", "老机械", FIRM, "370900100000001", "工业一路 泰山", FIRM.lower()):
        assert list(subjects.found(snapshot, "firm", words)["key"]) == [FIRM], words
    assert list(subjects.found(snapshot, "place", "岱庙")["key"]) == ["370902001"]
    for words in ("东湖", "号 东湖", "东湖社区1号"):
        assert list(subjects.found(snapshot, "address", words)["key"]) == ["370902001001"], words
    assert subjects.found(snapshot, "firm", "' OR '1'='1").empty
    page = search.render(snapshot, View(path="/search", params={"q": "机械"}))
    assert f"/entity/firm/{FIRM}" in str(page.to_plotly_json())


@pytest.mark.usefixtures("_key")
def test_a_person_is_found_by_a_whole_name_or_number_masked_and_by_an_analyst_alone(published: Path) -> None:
    analyst = of(published, "analyst")
    for words in (NAME, NUMBER, f"{NUMBER[:6]} {NUMBER[6:]}"):
        text = str(search.results(analyst, words))
        assert PERSON in text, words
        assert NUMBER not in text
        assert NAME not in text
    assert PERSON not in str(search.results(analyst, NAME[:2])), "a prefix lists people to whoever types one"
    for role in ("inspector", "leader"):
        snapshot = of(published, role)
        assert PERSON not in str(search.results(snapshot, NUMBER))
        assert "王**" not in str(person.file_of(snapshot, PERSON.rpartition("/")[2]))
    address = search.render(analyst, View(path="/search", params={"q": NUMBER}))
    assert PERSON not in str(address.to_plotly_json()), "an identity number in an address is not looked for"


def looks(config: Settings) -> list[audit.AuditEntry]:
    """Every look at a person that is in the log."""
    return [line for line in audit.entries(config, most=5000) if line.action == lookups.LOOK]


def look(client, clicks: int | None, purpose: object, why: object, path: str = PERSON):
    looked = {"path": path, "search": "", "theme": "light", "phone": False}
    state = {"look-purpose": ("value", purpose), "look-why": ("value", why), "view": ("data", looked)}
    body = {
        "output": "person-file.children",
        "outputs": {"id": "person-file", "property": "children"},
        "inputs": [{"id": "look-open", "property": "n_clicks", "value": clicks}],
        "state": [{"id": name, "property": key, "value": value} for name, (key, value) in state.items()],
        "changedPropIds": ["look-open.n_clicks"],
    }
    # In a thread of its own: a browser of another test may have left an event loop in this one.
    with ThreadPoolExecutor(1) as worker:
        answer = worker.submit(client.post, "/_dash-update-component", base_url=HERE, json=body).result()
    # Dash writes Chinese as escapes, which no search would find.
    return json.dumps(json.loads(answer.text), ensure_ascii=False) if answer.text else ""


def test_nothing_of_a_person_leaves_before_a_purpose_is_in_the_log(published: Path, monkeypatch) -> None:
    config = Settings(home=published.parent, web_port=8050)
    make_account(published.parent, "looker", ["analyst"])
    # The home is shared: what other tests looked at stands in its log too.
    earlier = {line.sequence for line in looks(config)}
    client = sign_in(create_app(config).server.test_client(), "looker")
    page = client.get(PERSON, base_url=HERE)
    assert (page.status_code, "王**" in page.text) == (200, False)
    assert "王**" not in str(person.render(of(published, "analyst"), View(path=PERSON)))
    for purpose, why in (
        (None, None),
        ("check", ""),
        ("check", "   a  "),
        ("curious", "就是想看看"),
        ({"a": 1}, ["x" * 9]),
    ):
        answer = look(client, 1, purpose, why)
        assert person.ASK in answer
        assert "王**" not in answer
    assert "王**" not in look(client, None, "check", "泰公函〔2018〕5号")
    assert {line.sequence for line in looks(config)} == earlier

    with monkeypatch.context() as broken:
        broken.setattr(lookups, "told", lambda *_: False)
        assert "王**" not in look(client, 1, "check", "泰公函〔2018〕5号")
    shown = look(client, 2, "check", "泰公函〔2018〕5号 370902198001011234")
    assert "王**" in shown
    assert NUMBER not in shown
    (line,) = [line for line in looks(config) if line.sequence not in earlier]
    assert (line.actor, line.object) == ("looker", PERSON.removeprefix("/entity/"))
    assert "核对部门之间的矛盾：泰公函〔2018〕5号" in line.detail
    assert NUMBER not in line.detail
    assert audit.verify(config).broken == ""
    assert "没有说明看的是谁" in look(client, 1, "check", "泰公函〔2018〕5号", "/entity/firm/x")


def test_a_percentage_of_a_place_is_compared_in_percentage_points(published: Path) -> None:
    snapshot = of(published, "analyst")
    row = queries.latest_values(snapshot, ("hotline_on_time_rate",), "370902").iloc[0]
    told = area.figure(definitions(snapshot)["hotline_on_time_rate"], row.to_dict(), "370902")
    assert told[-1] == fmt.points(row["value"] - row["year_ago"])


def test_a_place_tells_its_codes_counts_facilities_and_what_lies_below(published: Path) -> None:
    snapshot = of(published, "analyst")
    county = str(area.render(snapshot, View(path="/entity/place/370902")).to_plotly_json())
    for told in (
        "泰山区",
        "下辖",
        "/entity/place/370902001",
        "村卫生室",
        "户籍人口",
        "统计用代码",
        "/?area=370902",
    ):
        assert told in county, told
    assert f"/entity/firm/{FIRM}" in county, "from the county to its list to the firm"
    town = str(area.render(snapshot, View(path="/entity/place/370902001")).to_plotly_json())
    assert "东湖社区村卫生室" in town
    assert "都没有" in str(area.render(snapshot, View(path="/entity/place/1")).to_plotly_json())


def test_a_count_of_few_persons_is_not_in_the_published_table_nor_what_would_tell_it(published: Path) -> None:
    rows = of(published, "inspector").read("entity__place", "SELECT code, persons FROM entity__place ORDER BY code")
    told = dict(zip(rows["code"], rows["persons"].astype(object).where(rows["persons"].notna(), None), strict=True))
    assert told["370902001001"] is None
    assert told["370902001002"] is None, "its neighbour and the township would tell it"
    assert (told["370902001003"], told["370902001"]) == (50, 93)
