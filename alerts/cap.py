"""A warning as a message of the Common Alerting Protocol 1.2 (OASIS, 2010), for systems of other offices.

What the platform warns of is internal: the message says ``Exercise`` and ``Restricted``, so that no receiver takes it
for a public alert. ``mistakes`` checks a message against the rules of the schema that bear on what is written here.
"""

import datetime
import re
import xml.etree.ElementTree as ET

from alerts.casebook import CaseView, EventView
from alerts.night import WarningFact
from taian.clock import SHANGHAI

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
RESTRICTION = "市大数据中心值班室和责任单位内部使用；内部预警等级，不是法定预警"
PAST = "补立：过去的信号，事后立案供复盘或演练，不是新的警情"
SENDER = "taian-bigdata@taian.invalid"
SEVERITY = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate", "blue": "Minor"}
URGENCY = {"red": "Immediate", "orange": "Expected", "yellow": "Expected", "blue": "Future"}
CATEGORY = {"infectious": "Health", "influenza": "Health", "hand_foot": "Health", "dysentery": "Health"} | {
    "measles": "Health", "pm25": "Env", "power": "Infra", "water": "Infra", "hotline": "Other", "accidents": "Safety"
}  # fmt: skip
"""Beginnings of a number's key to the category; the economy has none of its own in CAP."""

ALERT = (
    "identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction", "note", "references", "info",
)  # fmt: skip
INFO = (
    "language", "category", "event", "responseType", "urgency", "severity", "certainty", "expires", "senderName",
    "headline", "description", "instruction", "parameter", "area",
)  # fmt: skip
"""Elements in the order that the schema demands."""

ALLOWED = {
    "status": {"Actual", "Exercise", "System", "Test", "Draft"},
    "msgType": {"Alert", "Update", "Cancel", "Ack", "Error"},
    "scope": {"Public", "Restricted", "Private"},
    "category": {
        "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"
    },
    "responseType": {"Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"},
    "urgency": {"Immediate", "Expected", "Future", "Past", "Unknown"},
    "severity": {"Extreme", "Severe", "Moderate", "Minor", "Unknown"},
    "certainty": {"Observed", "Likely", "Possible", "Unlikely", "Unknown"},
}  # fmt: skip
UNAPPROVED = ("open", "assessed")
"""States in which nobody has approved the warning: its message is a draft, which no receiver acts on."""

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
PLAIN = re.compile(r"[^\s,<&]+")
"""What identifier and sender may be made of."""


def message(case: CaseView, events: list[EventView]) -> str:
    """The warning as it is now: an Alert, an Update once anything was done, a Cancel when it was lifted."""
    fact = WarningFact.model_validate_json(case.facts or "{}")
    is_over = case.state in ("lifted", "closed")
    alert = ET.Element("alert", xmlns=NAMESPACE)
    first, last = (_moment(events[at].at) for at in (0, -1))
    kind = "Cancel" if is_over else "Update" if len(events) > 1 else "Alert"
    told = {
        "identifier": f"{case.id}.{len(events)}",
        "sender": SENDER,
        "sent": last,
        "status": "Draft" if case.state in UNAPPROVED else "Exercise",
        "msgType": kind,
        "scope": "Restricted",
        "restriction": RESTRICTION,
    }
    if case.is_past:
        told["note"] = PAST
    if kind != "Alert":
        told["references"] = f"{SENDER},{case.id}.1,{first}"
    for name, text in told.items():
        ET.SubElement(alert, name).text = text
    _info(ET.SubElement(alert, "info"), case, fact, is_over=is_over)
    ET.indent(alert)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(alert, encoding="unicode")}\n'


def _info(info: ET.Element, case: CaseView, fact: WarningFact, *, is_over: bool) -> None:
    told = {
        "language": "zh-CN",
        "category": next((kind for head, kind in CATEGORY.items() if fact.indicator.startswith(head)), "Other"),
        "event": fact.title,
        "responseType": "AllClear" if is_over else "None" if case.is_past else "Assess",
        "urgency": "Past" if is_over or case.is_past else URGENCY[case.strength],
        "severity": SEVERITY[case.strength],
        "certainty": "Unknown" if fact.is_held or fact.detector == "no_data" else "Observed",
    }
    if case.due_at:
        told["expires"] = _moment(case.due_at)
    told |= {
        "senderName": "泰安市大数据中心",
        "headline": case.title,
        "description": case.message,
        "instruction": f"责任部门：{case.assignee or fact.owner}",
    }
    for name, text in told.items():
        ET.SubElement(info, name).text = text
    area = ET.SubElement(info, "area")
    ET.SubElement(area, "areaDesc").text = fact.area_name
    code = ET.SubElement(area, "geocode")
    ET.SubElement(code, "valueName").text = "GB/T 2260"
    ET.SubElement(code, "value").text = fact.area_code


def _moment(at: datetime.datetime) -> str:
    """CAP wants seconds and an offset in figures, never Z."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def mistakes(text: str) -> list[str]:
    """Where a message breaks the schema of CAP 1.2, a sentence each; nothing for a valid one."""
    alert = ET.fromstring(text)
    if alert.tag != _name("alert"):
        return [f"the root is {alert.tag}, not alert of {NAMESPACE}"]
    info = alert.find(_name("info"))
    said = _order(alert, ALERT, {"identifier", "sender", "sent", "status", "msgType", "scope", "restriction"})
    if info is not None:
        said += _order(info, INFO, {"category", "event", "urgency", "severity", "certainty"})
    for each in alert.iter():
        name, value = each.tag.partition("}")[2], (each.text or "").strip()
        if name in ALLOWED and value not in ALLOWED[name]:
            said.append(f"{name} is '{value}', which the schema does not know")
        if name in ("sent", "expires") and not MOMENT.fullmatch(value):
            said.append(f"{name} is '{value}', not a moment with an offset in figures")
        if name in ("identifier", "sender") and not PLAIN.fullmatch(value):
            said.append(f"{name} is '{value}', which has a space, a comma, < or &")
        if name == "area" and each.find(_name("areaDesc")) is None:
            said.append("an area has no areaDesc")
    return said


def _order(parent: ET.Element, known: tuple[str, ...], needed: set[str]) -> list[str]:
    names = [child.tag.partition("}")[2] for child in parent]
    said = [f"{name} is missing" for name in sorted(needed - set(names))]
    said += [f"{name} does not belong here" for name in names if name not in known]
    places = [known.index(name) for name in names if name in known]
    return said + (["the elements are not in the order of the schema"] if places != sorted(places) else [])


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
