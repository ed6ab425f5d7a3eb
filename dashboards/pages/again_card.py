"""How to run again: the same command is always right."""

import json

from dash import html

from dashboards import parts
from dashboards.pages.night_cards import airflow_run
from dashboards.serving import Snapshot


def again_card(snapshot: Snapshot) -> html.Section:
    """The commands for this night, and the way to a single step in Airflow."""
    night = f"taian nightly --date {snapshot.business_date}"
    message = json.dumps({"business_date": snapshot.business_date})
    container = f"docker compose exec airflow-scheduler airflow dags trigger nightly --conf '{message}'"
    steps = (
        ("这一夜再跑一遍；失败的只补失败的步骤", night),
        ("只跑一项资源和依赖它的步骤", f"{night} --resource resident"),
        ("看各服务是否在运行", "taian status"),
        ("取出被隔离的行，改好后再报", "taian quarantine export resident --out refused.xlsx"),
        ("容器部署：跑这一夜（taian nightly 只用于不用容器的部署）", container),
    )
    items = [html.Li([html.Span(what, className="muted"), html.Code(command)]) for what, command in steps]
    link = html.A("在 Airflow 中清除失败的一步 ↗", href=airflow_run(snapshot.run_id), target="_blank", rel="noreferrer")
    return parts.card(
        "怎样重跑",
        html.Ul(items, className="commands"),
        subtitle="同一条命令总是对的：没有新数据时，重跑不改变任何表",
        aside=link,
        name="half-card",
    )
