"""我的数据, asked as the department, the county and the operator that look at it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sign_in import make_account, sign_in

from dashboards.app import create_app
from dashboards.pages import my_data
from dashboards.serving import open_snapshot
from dashboards.sight import sight_of
from dashboards.view import View
from taian.access.roles import Reader, Role
from taian.settings import Settings

HERE = "http://127.0.0.1:8050"


def page(published: Path, role: Role, scopes: tuple[str, ...] = (), **params: str) -> str:
    snapshot = open_snapshot(published, sight_of(Reader("a", "甲", frozenset({role}), frozenset(scopes))))
    shown = str(my_data.render(snapshot, View("/my-data", params)).to_plotly_json())
    assert "读不到数据" not in shown
    return shown


@pytest.fixture(scope="module")
def police(published: Path) -> str:
    return page(published, "owner", ("gonganju",))


def test_a_department_sees_what_was_refused_of_its_own_with_the_remedy_and_the_way_back(police: str) -> None:
    assert "R003 代码不在代码表" in police
    assert "使用代码表中的代码或名称" in police
    assert "taian quarantine resubmit refused.xlsx" in police
    assert "/report/resident/resident-2018-06-30-01.xlsx" in police
    assert "户籍人口基本信息" in police
    assert "行政处罚" not in police


def test_a_department_named_in_the_address_is_shown_to_its_own_owner_only(published: Path, police: str) -> None:
    asked = page(published, "owner", ("gonganju",), provider="gongshangju")
    assert "penalty" not in asked
    assert "enterprise_registration" not in asked
    assert "enterprise_registration-2018-06-30-01" in page(published, "operator", provider="gongshangju")


def test_whoever_sees_every_department_compares_them_and_goes_on_to_one(published: Path) -> None:
    shown = page(published, "analyst")
    assert "各部门报送情况" in shown
    assert "/my-data?provider=gonganju" in shown
    assert "看一行样例" not in page(published, "analyst", provider="gonganju")


def test_refused_rows_are_counted_over_all_nights_and_replaced_batches_left_out(published: Path) -> None:
    snapshot = open_snapshot(published)
    told = snapshot.read(
        "meta__delivery",
        """
        SELECT sum(rows_quarantined) AS n FROM meta__delivery
        WHERE provider = 'gonganju' AND state IN ('published', 'published_flagged', 'held')
        """,
    )["n"].iloc[0]
    assert f"{int(told):,}（" in page(published, "owner", ("gonganju",))


def test_a_county_is_told_whose_rows_are_counted(published: Path) -> None:
    shown = page(published, "owner", ("370982",))
    assert "新泰市" in shown
    assert "行数是全市的" in shown


def test_an_owner_whom_the_catalogue_does_not_know_is_told_so(published: Path) -> None:
    assert "目录中没有您负责的资源" in page(published, "owner", ("nobody",))


def test_who_is_nothing_but_an_owner_begins_here_and_callbacks_give_it_no_other_department(published: Path) -> None:
    make_account(published.parent, "police", ["owner"], ("gonganju",))
    app = create_app(Settings(home=published.parent, web_port=8050))
    client = sign_in(app.server.test_client(), "police")
    assert client.get("/sign-in", base_url=HERE).headers["Location"] == "/my-data"

    def asked(output: str, **values: Any) -> str:
        given = [
            {"id": name.rpartition(".")[0], "property": name.rpartition(".")[2], "value": value}
            for name, value in values["given"].items()
        ]
        names = [
            dict(zip(("id", "property"), one.rsplit(".", 1), strict=True)) for one in output.strip(".").split("...")
        ]
        body = {
            "output": output,
            "outputs": names if len(names) > 1 else names[0],
            "inputs": given[:1],
            "state": given[1:],
            "changedPropIds": [next(iter(values["given"]))],
        }
        with ThreadPoolExecutor(1) as worker:
            answer = worker.submit(client.post, "/_dash-update-component", base_url=HERE, json=body).result()
        assert answer.status_code == 200
        return str(answer.get_json())

    looked = {"path": "/my-data", "search": "?provider=gongshangju", "theme": "light", "phone": False}
    whole = next(name for name in app.callback_map if name.startswith("..page.children"))
    assert "penalty" not in asked(whole, given={"view.data": looked})
    foreign = {"id": "penalty/penalty-2018-06-13-01"}
    panel = asked("batch-panel.children", given={"batch-chosen.data": foreign, "view.data": looked})
    assert "没有编号为" in panel
    own = {"id": "resident/resident-2018-06-13-01"}
    assert "被隔离的行" in asked("batch-panel.children", given={"batch-chosen.data": own, "view.data": looked})
