"""The integration plan followed: dead and doubled systems on the planted city and at the edges, states of tasks."""

import datetime
from collections import Counter
from dataclasses import replace

import pytest

from alerts import audit, planreports
from alerts.planreports import Report
from catalog.load import HERE
from catalog.plan import Task, mistakes, scheme
from jobs.governance.follow import follow
from jobs.governance.judge import Listed, Seen, judge
from jobs.governance.outlook import outlook
from jobs.governance.tasks import obliged
from sample_data import places
from sample_data.context import City
from sample_data.governance.ledger import listed_on
from sample_data.governance.systems import make_systems
from sample_data.governance.usage import make_usage
from sample_data.reference import plan_tasks
from taian.errors import ProblemError
from taian.settings import Settings

TODAY = datetime.date(2018, 6, 30)


def of_city(seed, folder):
    """The systems of a small city with the plan's own scale of registers, what was seen of them, and the verdicts."""
    city = City(folder, 0.001, seed, TODAY, places.make_places(seed))
    systems = make_systems(city)
    table = make_usage(city, systems).to_pandas()
    month = table["日期"].str[:7]
    by_month = table.groupby(["系统编码", month]).agg(logins=("登录次数", "sum"), cpu=("处理器占用", "mean"))
    year = table.groupby("系统编码").agg(
        owner=("部门代码", "first"),
        days=("日期", "count"),
        logins=("登录次数", "sum"),
        done=("业务办理数", "sum"),
        most=("登录人数", "max"),
    )
    busiest = by_month.groupby("系统编码").max()
    seen = {
        code: Seen(code, r.owner, r.days, r.logins, r.done, r.most, int(busiest.logins[code]), float(busiest.cpu[code]))
        for code, r in year.iterrows()
    }
    listed = [
        Listed(
            s.code, s.name, s.department.code, s.function, "closed" if s.ended_on and s.ended_on <= TODAY else "in_use",
            s.changed_on, s.built_on, s.maintained_until,
        )
        for s in listed_on(systems, TODAY)
    ]  # fmt: skip
    return systems, judge(listed, seen, TODAY, scheme())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_zombies_and_shadows_are_found_and_hardly_anything_else_is(seed, tmp_path):
    systems, found = of_city(seed, tmp_path)
    for verdict in ("zombie", "shadow", "unlisted"):
        planted = {system.code for system in systems if system.role == verdict}
        accused = {code for code, each in found.items() if each.verdict == verdict}
        wrong = Counter(system.role for system in systems if system.code in accused - planted)
        assert len(accused & planted) >= 0.95 * len(accused), (verdict, wrong)
        assert len(accused & planted) >= 0.90 * len(planted), verdict


BUSY = Seen("M", "gonganju", 365, 9000, 9000, 60, 900, 30.0)
DEAD = Seen("D", "gonganju", 365, 7, 0, 1, 2, 1.5)
OLD = datetime.date(2014, 1, 1)


def verdict_of(seen, until=None, function="用于户籍办理业务的统计", changed=OLD, others=()):
    own = Listed("D", "户籍办理系统", "gonganju", function, "in_use", changed, OLD, until)
    main = Listed(
        "M", "户籍办理管理系统", "gonganju", "用于户籍办理业务的申请、受理和归档", "in_use", TODAY, OLD, TODAY
    )
    return judge([own, main, *others], {"D": seen, "M": BUSY}, TODAY, scheme())["D"]


def test_a_dead_system_meets_the_criteria_with_a_sentence_each():
    found = verdict_of(DEAD)
    assert found.verdict == "zombie"
    assert found.signs["detached"].evidence == "一年办理业务 0 笔"
    assert found.signs["unmaintained"].evidence == "无运维合同，54 个月未更新"
    assert not verdict_of(DEAD, until=datetime.date(2019, 1, 1)).signs["unmaintained"].is_met


def test_what_does_business_once_a_year_is_not_dead():
    season = replace(DEAD, operations=400, peak_users=80, busiest_logins=900, busiest_cpu=20.0)
    assert verdict_of(season).verdict == "none"


def test_what_was_observed_too_short_is_not_judged_and_what_nobody_listed_is_told():
    assert verdict_of(replace(DEAD, days=100)).verdict == "not_judged"
    stranger = {"X": replace(DEAD, system_code="X")}
    assert judge([], stranger, TODAY, scheme())["X"].verdict == "unlisted"


def test_a_shadow_does_for_few_what_its_own_department_does_elsewhere():
    few = replace(DEAD, operations=300, busiest_cpu=20.0, busiest_logins=30, peak_users=3)
    same = "用于户籍办理业务的申请、受理和归档，户籍办理管理系统"
    assert verdict_of(few, function=same).verdict == "shadow"
    assert verdict_of(few, function="车辆调度").verdict == "none"
    said = "用于危化品企业业务的扫描著录、目录编制和利用登记，支持多级权限，保留操作日志"
    mine = "用于矿山监控业务的扫描著录、目录编制和利用登记，支持多级权限，保留操作日志"
    pair = [
        Listed("D", "危化品企业档案系统", "yingjiju", said, "in_use", OLD, OLD),
        Listed("M", "矿山监控档案系统", "yingjiju", mine, "in_use", OLD, OLD),
    ]
    assert judge(pair, {"D": few, "M": BUSY}, TODAY, scheme())["D"].verdict == "none"
    own = Listed("D", "户籍办理管理系统", "jiaoyuju", same, "in_use", OLD, OLD)
    main = Listed("M", "户籍办理管理系统", "gonganju", same, "in_use", OLD, OLD)
    assert judge([own, main], {"D": few, "M": BUSY}, TODAY, scheme())["D"].verdict == "none"


def test_the_outlook_goes_on_at_the_slowest_the_usual_and_the_fastest_pace():
    moved = {"2018-01": 2, "2018-02": 2, "2018-03": 2, "2018-04": 8, "2018-05": 8, "2018-06": 8}
    found = outlook(moved, 30, 100, "2018-06", datetime.date(2018, 12, 31))
    assert (found.low, found.mean, found.high) == (42.0, 60.0, 78.0)
    assert outlook(moved, 90, 100, "2018-06", datetime.date(2018, 12, 31)).high == 100.0
    assert outlook({}, 0, 0, "2018-06", TODAY) is None


DUE = datetime.date(2018, 2, 14)
CLOUD = Task(measure="cloud", at_least=70)
TOLD = {"title": "上云率", "value": 50.0, "numerator": 5, "denominator": 10, "curve": None, "as_of": "2018-06"}
SAID = Report("17-1", "done", "已举办", "92号", "张", "2018-01-02T09:00:00+08:00")


@pytest.mark.parametrize(
    ("today", "task", "told", "said", "state", "days"),
    [
        (datetime.date(2018, 2, 14), CLOUD, TOLD, None, "under_way", 0),
        # Spring Festival and two worked weekend days lie between.
        (datetime.date(2018, 2, 26), CLOUD, TOLD, None, "overdue", 4),
        (datetime.date(2018, 2, 26), CLOUD, TOLD | {"value": 70.0}, None, "done", 0),
        (datetime.date(2018, 2, 26), CLOUD, TOLD, SAID, "overdue", 4),
        (datetime.date(2018, 2, 26), None, None, None, "unproven", 4),
        (datetime.date(2018, 2, 26), None, None, SAID, "done", 0),
        (datetime.date(2018, 2, 26), None, None, replace(SAID, state="under_way"), "overdue", 4),
        (datetime.date(2018, 2, 1), None, None, None, "not_started", 0),
    ],
)
def test_a_state_comes_from_evidence(today, task, told, said, state, days):
    found = follow(DUE, today, task, told, said)
    assert (found.state, found.days_late) == (state, days)


def test_who_has_not_reached_what_the_whole_city_has_is_told():
    found = follow(DUE, DUE, CLOUD, TOLD | {"value": 80.0}, None, 3)
    assert found.state == "done" and found.evidence.endswith("要求 70%，已达到；3 个责任单位低于要求")
    assert follow(DUE, DUE, CLOUD, TOLD | {"value": 80.0}, None).evidence.endswith("已达到")


def test_a_milestone_that_its_own_pace_does_not_reach_is_at_risk():
    curve = '[["2018-04", 10.0], ["2018-05", 20.0], ["2018-06", 30.0]]'
    told = TOLD | {"value": 30.0, "numerator": 3, "curve": curve}
    found = follow(datetime.date(2018, 12, 31), TODAY, CLOUD, told, None)
    assert (found.state, found.expected) == ("at_risk", 60.0)


def test_names_of_the_plan_stand_for_all_whom_they_bind():
    departments = ("zfbgs", "gonganju", "caizhengju", "370902")
    assert obliged("市政府办公室", "市财政局、各县市区政府", departments) == ["370902", "caizhengju", "zfbgs"]
    assert obliged("市政府办公室", "市政府各部门", departments) == ["caizhengju", "gonganju", "zfbgs"]


def test_every_name_of_the_plan_is_known():
    names = {name for task in plan_tasks() for name in [task["lead"], *task["with"]]}
    assert names <= set(scheme().departments)


def test_a_report_is_a_line_of_the_audit_log_and_needs_a_document(tmp_path):
    config = Settings(home=tmp_path)
    with pytest.raises(ProblemError, match="--document is empty"):
        planreports.report(config, "17-1", "done", "专题培训已举办", " ", "张")
    planreports.report(config, "17-1", "under_way", "已发通知", "泰政办字〔2017〕91号", "张")
    planreports.report(config, "17-1", "done", "专题培训已举办", "泰政办字〔2017〕92号", "张")
    last = planreports.standing(config)["17-1"]
    assert (last.state, last.why, last.document, last.who) == ("done", "专题培训已举办", "泰政办字〔2017〕92号", "张")
    assert len(planreports.history(config)) == 2
    assert audit.verify(config).broken == ""


def test_a_scheme_that_names_something_unknown_is_told_so(tmp_path):
    text = HERE.joinpath("plan.yaml").read_text(encoding="utf-8")
    path = tmp_path / "plan.yaml"
    known = ({*scheme().tasks, *scheme().evidence}, {m.table for m in scheme().measures.values()}, {"zfbgs"})

    def said(before, after):
        path.write_text(text.replace(before, after), encoding="utf-8")
        return " ".join(mistakes(path, *known))

    assert "task '99-1' is no milestone of the plan" in said("08-2:", "99-1:")
    assert "reads 'topic_plan__nothing'" in said("table: topic_plan__township", "table: topic_plan__nothing")
    assert "measured by 'rain'" in said("measure: townships", "measure: rain")
    assert "department 'caizhengju' is not in the list" in said("zfbgs", "zfbgs")
    assert "task '99-2' is no milestone of the plan" in said("22-1: items_online", "99-2: items_online")
    assert "task '22-1' is shown by 'rain'" in said("22-1: items_online", "22-1: rain")
    assert "task '24-1' is measured already" in said("22-1: items_online", "24-1: items_online")
