"""政务信息资源目录: one declaration a resource, from which everything else follows.

A declaration (``resources/<name>.yaml``) is the contract between a department and the platform: what is delivered,
in which form, which rows are refused and why, who may see what. Nothing here knows Spark, Airflow or Dash.
"""

from catalog.codelists import CodeList
from catalog.codes import Code, all_codes
from catalog.load import Catalog, CatalogError, load_catalog
from catalog.model import Column, Form, Gate, Resource, Rule

__all__ = [
    "Catalog",
    "CatalogError",
    "Code",
    "CodeList",
    "Column",
    "Form",
    "Gate",
    "Resource",
    "Rule",
    "all_codes",
    "load_catalog",
]
