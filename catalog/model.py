"""The typed declaration of one information resource (发改高技术〔2017〕1272号 calls its columns 信息项)."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,62}$")]
RowCode = Annotated[str, StringConstraints(pattern=r"^R\d{3}$")]

Dimension = Literal["conformity", "completeness", "accuracy", "consistency", "timeliness", "accessibility"]
"""GB/T 36344-2018: 规范性 完整性 准确性 一致性 时效性 可访问性."""

DIMENSION_TITLES: dict[str, str] = {
    "conformity": "规范性",
    "completeness": "完整性",
    "accuracy": "准确性",
    "consistency": "一致性",
    "timeliness": "时效性",
    "accessibility": "可访问性",
}

Domain = Literal[
    "population", "legal", "macro", "credit", "geo", "licence", "decision", "utility", "society", "service", "plan"
]

DOMAIN_TITLES: dict[str, str] = {
    "population": "人口",
    "legal": "法人单位",
    "macro": "宏观经济",
    "credit": "公共信用",
    "geo": "空间地理",
    "licence": "电子证照",
    "decision": "决策支持",
    "utility": "公共企事业",
    "society": "社会运行",
    "service": "政务服务",
    "plan": "整合共享",
}

Cycle = Literal["daily", "monthly", "quarterly", "yearly", "event"]
CYCLE_TITLES: dict[str, str] = {
    "daily": "每日",
    "monthly": "每月",
    "quarterly": "每季",
    "yearly": "每年",
    "event": "按事件",
}
CYCLE_DAYS: dict[str, int | None] = {"daily": 1, "monthly": 31, "quarterly": 92, "yearly": 366, "event": None}

ColumnType = Literal["string", "integer", "decimal", "number", "date", "timestamp", "period"]
"""``decimal`` is exact with 4 places (money, quantities); ``number`` is a double (coordinates);
``period`` is a month, quarter or year stored as ``2018-06``, ``2018Q2`` or ``2018``."""

Grade = Literal["core", "important", "general"]
"""GB/T 43697-2024: 核心 重要 一般."""

Mask = Literal["none", "name", "id_number", "address", "phone", "all"]


class Frozen(BaseModel):
    """A declaration is read once and never changed; an unknown key is a mistake, not an extension."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Provider(Frozen):
    """The department that owns and delivers a resource; ``code`` names it in manifests and mail addresses."""

    code: Name
    name: str


class Form(Frozen):
    """How the department really sends it.

    ``csv``: ``encoding``, ``delimiter``; ``xlsx``: the header row is found under any title rows, merged cells are
    filled,
    every sheet counts and ``sheet_column`` receives its name; ``jsonl``: a record a line; ``json``: the records under
    ``records`` of one wrapped answer whose ``ok`` field must have the ``ok_value``; ``parquet``; ``jdbc``: rows of
    ``view``
    at ``source``; ``geojson``: features, geometry in ``crs``.
    """

    kind: Literal["csv", "xlsx", "jsonl", "json", "parquet", "jdbc", "geojson"]
    encoding: Literal["UTF-8", "GB18030"] = "UTF-8"
    delimiter: str = ","
    sheet_column: str | None = None
    records: str = "data"
    ok: str | None = None
    ok_value: str = "200"
    source: Name | None = None
    view: Name | None = None
    crs: Literal["CGCS2000", "GCJ-02"] | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Form":
        if self.kind == "jdbc" and not (self.source and self.view):
            raise ValueError("a jdbc form needs 'source' and 'view'")
        if self.kind == "geojson" and self.crs is None:
            raise ValueError("a geojson form must declare its 'crs' (CGCS2000 or GCJ-02)")
        return self


class Earlier(Frozen):
    """Codes of an earlier edition that are still delivered; each is stored as its successor in the current list.

    ``codelist`` is a list with a ``successor`` for every code, and holds only codes that the current list lacks or uses
    for something else. Where codes were given again with another meaning, ``by`` names the period column and ``until``
    the last period in which they are read so; without them they are read so always.
    """

    codelist: Name
    by: Name | None = None
    until: str | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> "Earlier":
        if (self.by is None) != (self.until is None):
            raise ValueError("'earlier' needs 'by' and 'until' together: the period column and its last period")
        return self


class Column(Frozen):
    """One 信息项: its name in the delivery (``header``), in the lake (``name``), and what a valid value is.

    ``labels`` maps delivered values to stored ones; ``units`` maps a suffix in the cell (``万元``) to the factor
    into the
    column's ``unit``, with ``""`` for a bare number. ``earlier`` says which codes of an earlier edition are still
    delivered. Bounds of dates are written ``1900-01-01`` or ``business_date``.
    """

    name: Name
    title: str
    header: str = ""
    type: ColumnType = "string"
    required: bool = False
    unit: str | None = None
    units: dict[str, float] = Field(default_factory=dict)
    labels: dict[str, str] = Field(default_factory=dict)
    codelist: Name | None = None
    earlier: Earlier | None = None
    references: str | None = None
    pattern: str | None = None
    minimum: float | str | None = None
    maximum: float | str | None = None
    checksum: Literal["id_number", "credit_code"] | None = None
    grade: Grade = "general"
    personal: Literal["none", "personal", "sensitive"] = "none"
    mask: Mask = "none"
    purposes: tuple[Literal["government", "statistics"], ...] = ("government",)

    @property
    def delivered_as(self) -> str:
        """Name of this column in the delivered file."""
        return self.header or self.title

    @model_validator(mode="after")
    def _consistent(self) -> "Column":
        if self.personal != "none" and self.mask == "none" and self.name not in PLAIN_PERSONAL:
            raise ValueError(f"column '{self.name}' is personal information and needs a 'mask'")
        numeric = self.type in ("integer", "decimal", "number")
        if self.units and not (numeric and self.unit):
            raise ValueError(f"column '{self.name}' has 'units' but is not a number with a 'unit'")
        if self.earlier and not self.codelist:
            raise ValueError(f"column '{self.name}' has codes of an 'earlier' edition but no 'codelist'")
        if self.checksum and self.type != "string":
            raise ValueError(f"column '{self.name}' has a checksum and must be a string")
        return self


PLAIN_PERSONAL = frozenset(
    {
        "sex",
        "ethnicity",
        "marital_status",
        "birth_date",
        "died_on",
        "household_id",
        "village_code",
        "contribution_base_yuan",
    }
)
"""Attributes of a person that identify nobody alone; pages show them only beside masked identifiers."""


class Rule(Frozen):
    """A row rule over typed columns: ``expression`` is Spark SQL that is true for a valid row.

    It applies only where all of ``columns`` have a value; a missing value is the business of ``required``.
    """

    code: RowCode
    columns: tuple[Name, ...] = Field(min_length=1)
    expression: str
    message: str


DIGEST_VERDICT, SIGNATURE_VERDICT = "is_digest_right", "is_signature_right"
"""Columns that a resource with ``integrity`` has beside the declared ones; null where nothing was verified."""


class Integrity(Frozen):
    """How a record proves that it is what its issuer wrote.

    ``digest`` holds the SM3 (GB/T 32905), in hexadecimal, of the stored values of ``of`` joined by ``|``, a missing one
    as nothing. ``signature`` holds r and s of the SM2 signature (GB/T 32918.2, the user of GM/T 0009) that ``signer``
    made of the digest's 32 bytes; a record may come without. ``keys`` is the code list with each signer's public key,
    128 hexadecimal digits. Where a batch has more than ``at_most`` signatures about so many of them are verified, the
    same ones every time: a library needs 10 ms for one.

    A record that does not prove it is marked (``DIGEST_VERDICT``, ``SIGNATURE_VERDICT``), not refused: whoever asks
    must learn that it is there and not to be trusted.
    """

    digest: Name
    of: tuple[Name, ...] = Field(min_length=1)
    signature: Name
    signer: Name
    keys: Name
    at_most: int = Field(ge=1)


class Gate(Frozen):
    """Limits that decide whether a batch is published: beyond ``hold`` it waits for a person, beyond ``warn`` it
    carries a flag.

    Shares are 0..1. ``volume_*`` bound the ratio of a batch's rows to the median of the resource's published batches of
    the same kind of period; ``drift_*`` bound the population stability index of each column in ``drift_columns``
    (0.1 notable, 0.25 large: Siddiqi, Credit Risk Scorecards, 2006).
    """

    quarantine_warn: float = 0.05
    quarantine_hold: float = 0.20
    volume_warn: float = 0.5
    volume_hold: float = 0.8
    drift_columns: tuple[Name, ...] = ()
    drift_warn: float = 0.25
    drift_hold: float = 1.0
    mostly: dict[Name, float] = Field(default_factory=dict)


class Resource(Frozen):
    """One information resource: who delivers what, when, in which form, and what the platform makes of it.

    Nothing is due for periods that end in one of the ``exempt_months`` (免报).
    """

    resource: Name
    title: str
    domain: Domain
    code: Annotated[str, StringConstraints(pattern=r"^\d-\d{2}-\d{3}/\d{6}$")]
    provider: Provider
    co_providers: tuple[Provider, ...] = ()
    summary: str
    cycle: Cycle
    due_days: int = 15
    exempt_months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = ()
    share: Literal["unconditional", "conditional", "none"] = "conditional"
    share_condition: str = ""
    share_method: str = "库表交换"
    is_open: bool = False
    published_on: str = "2017-12-31"
    related: tuple[Name, ...] = ()
    edition: str = ""
    form: Form
    load: Literal["upsert", "replace", "append"] = "upsert"
    key: tuple[Name, ...] = Field(min_length=1)
    version: Name | None = None
    columns: tuple[Column, ...] = Field(min_length=1)
    rules: tuple[Rule, ...] = ()
    integrity: Integrity | None = None
    gate: Gate = Gate()
    quarantine_days: int = Field(default=180, ge=1)

    @property
    def table(self) -> str:
        """``domain__resource``, the tail of every table name of this resource."""
        return f"{self.domain}__{self.resource}"

    @property
    def providers(self) -> tuple[Provider, ...]:
        """All departments that may deliver this resource."""
        return (self.provider, *self.co_providers)

    def column(self, name: str) -> Column:
        """The declared column of that name (KeyError when there is none)."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @model_validator(mode="after")
    def _names(self) -> "Resource":
        names = [c.name for c in self.columns]
        headers = [c.delivered_as for c in self.columns]
        for what, values in (("column", names), ("header", headers)):
            twice = sorted({v for v in values if values.count(v) > 1})
            if twice:
                raise ValueError(f"{what} '{twice[0]}' is declared twice")
        known = set(names)
        used: list[tuple[str, str]] = [("key", n) for n in self.key]
        used += [("version", self.version)] if self.version else []
        used += [(f"rule {r.code}", n) for r in self.rules for n in r.columns]
        used += [(f"earlier of {c.name}", c.earlier.by) for c in self.columns if c.earlier and c.earlier.by]
        if proof := self.integrity:
            used += [("integrity", n) for n in (proof.digest, *proof.of, proof.signature, proof.signer)]
        used += [("gate.drift_columns", n) for n in self.gate.drift_columns]
        used += [("gate.mostly", n) for n in self.gate.mostly]
        for where, name in used:
            if name not in known:
                raise ValueError(f"{where} names column '{name}', which is not declared")
        if self.integrity and (taken := known & {DIGEST_VERDICT, SIGNATURE_VERDICT}):
            raise ValueError(f"column '{min(taken)}' is what 'integrity' adds; give the delivered one another name")
        for name in self.key:
            if not self.column(name).required:
                raise ValueError(f"key column '{name}' must be required")
        return self
