"""topic_quality__conflict: which departments contradict each other about which attribute, to be checked by both (校核).

``jobs.fuse.survive`` keeps every contradiction beside the golden record; here they are counted by pair of sources.
"""

from functools import reduce

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from catalog import Catalog
from catalog.fusion import Fusion, all_fusions
from catalog.model import Mask
from jobs import lake
from jobs.inputs import Inputs
from jobs.session import spark
from taian.masking import masked_column, masks_of

SAMPLES = 5
SCHEMA = (
    "golden string, attribute string, kept string, other string, conflicts bigint, records bigint, "
    "sample_keys array<string>"
)


def build(inputs: Inputs) -> DataFrame:
    """The contradictions of every golden table that keeps them, as it stands."""
    found = [
        counted(golden, table, key_of(golden, fusion, inputs.catalog), masks_of(table, inputs.catalog))
        for table, fusion in all_fusions().items()
        if lake.exists(table) and "conflicts" in (golden := inputs.table(table)).columns
    ]
    return reduce(DataFrame.unionByName, found) if found else spark().createDataFrame([], SCHEMA)


def key_of(golden: DataFrame, fusion: Fusion, catalog: Catalog) -> str:
    """The column that names a subject: of the leading resource's key, if the table has it, else its first column."""
    leading = catalog.resources.get(fusion.leading)
    named = [name for name in (leading.key if leading else ()) if name in golden.columns]
    return named[0] if named else golden.columns[0]


def counted(golden: DataFrame, table: str, key: str, masks: dict[str, Mask]) -> DataFrame:
    """One row an attribute and pair of resources: ``kept`` holds the value that won, ``other`` a different one.

    ``conflicts`` are current subjects, of ``records`` in all; ``sample_keys`` name the first few by the hash of their
    key, masked as the key is declared.
    """
    current = golden.where("is_current") if "is_current" in golden.columns else golden
    pairs = current.select(F.col(key).cast("string").alias("_key"), F.explode("conflicts").alias("pair"))
    first = Window.partitionBy("pair").orderBy(F.xxhash64("_key"), "_key")
    shown = F.when(F.col("_n") <= SAMPLES, masked_column(F.col("_key"), masks.get(key, "none")))
    found = (
        pairs.withColumn("_n", F.row_number().over(first))
        .groupBy("pair")
        .agg(F.count(F.lit(1)).alias("conflicts"), F.array_sort(F.collect_list(shown)).alias("sample_keys"))
    )
    sides = F.split(F.substring_index("pair", "=", -1), "/")
    return found.crossJoin(current.agg(F.count(F.lit(1)).alias("records"))).select(
        F.lit(table).alias("golden"),
        F.substring_index("pair", "=", 1).alias("attribute"),
        sides[0].alias("kept"),
        sides[1].alias("other"),
        "conflicts",
        "records",
        "sample_keys",
    )
