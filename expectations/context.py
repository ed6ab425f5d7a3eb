"""Great Expectations' contexts: in memory, silent, and without a word to anybody outside."""

import logging
from functools import cache
from pathlib import Path

import great_expectations as gx
from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)

# GX announces every store it makes; an operator's task log is no place for that.
logging.getLogger("great_expectations").setLevel(logging.ERROR)

SITE = "local"


@cache
def context() -> EphemeralDataContext:
    """The GX context of this process: in memory, without data docs, progress bars or analytics."""
    return _made()


def with_docs(folder: Path) -> EphemeralDataContext:
    """A context of its own, whose checkpoints can write the Data Docs site SITE into ``folder``."""
    made = _made()
    made.add_data_docs_site(
        SITE,
        {
            "class_name": "SiteBuilder",
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
    return made


def _made() -> EphemeralDataContext:
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    return gx.get_context(mode="ephemeral", project_config=config)
