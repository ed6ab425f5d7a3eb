"""Whether records are what their issuers wrote: digests of all of them, signatures of as many as time allows.

Done once, when a record arrives, in the Python workers of all cores; what was found stays beside the record.
"""

from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa
from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import BooleanType, StructField, StructType

from catalog.model import DIGEST_VERDICT, SIGNATURE_VERDICT, Integrity
from jobs.ingest.cells import PREFIX
from jobs.standardize.project import is_valid

CONTENT, CHOSEN = "_content", "_chosen"
PARTS = 1_000_000
"""A share is counted in so many parts."""

Verify = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def proved(judged: DataFrame, raw: DataFrame, proof: Integrity, keys: Mapping[str, str]) -> DataFrame:
    """The judged rows with their verdicts: true, false, or null where there was nothing to verify or it was not the
    row's turn. Refused rows have none. ``raw`` are the delivered cells of the same rows.
    """
    content = F.concat_ws("|", *(F.coalesce(F.col(name).cast("string"), F.lit("")) for name in proof.of))
    is_signed = F.col(proof.signature).isNotNull() & F.col(proof.signer).isin(list(keys))
    # The choice is the row's own, whatever else is delivered with it, so that a repeated night makes it again.
    lot = F.pmod(F.xxhash64(*proof.of), F.lit(PARTS))
    prepared = judged.withColumns(
        {
            CONTENT: F.when(is_valid(), content),
            CHOSEN: is_valid() & is_signed & (lot < F.lit(PARTS) * _shares(raw, proof)),
        }
    )
    # A new schema: adding to the frame's own would change the frame.
    verdicts = (StructField(name, BooleanType()) for name in (DIGEST_VERDICT, SIGNATURE_VERDICT))
    schema = StructType([*judged.schema.fields, *verdicts])
    return prepared.mapInArrow(_verifier(proof, dict(keys)), schema)


def _shares(raw: DataFrame, proof: Integrity) -> Col:
    """The share of each batch's signatures to be verified, by its number of them."""
    signed = F.count(PREFIX + proof.signature).alias("n")
    found = {row["_batch"]: row["n"] for row in raw.groupBy("_batch").agg(signed).collect()}
    share = F.lit(1.0)
    for batch, count in found.items():
        if count > proof.at_most:
            share = F.when(F.col("_batch") == batch, F.lit(proof.at_most / count)).otherwise(share)
    return share


def _verifier(proof: Integrity, keys: dict[str, str]) -> Verify:
    """Verdicts over Arrow batches, the two prepared columns dropped."""

    # Nested, so that Spark ships it by value: workers of a cluster need the libraries and nothing of ours.
    def verify(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from cryptography.hazmat.primitives.hashes import SM3, Hash
        from gmssl.sm2 import CryptSM2, default_ecc_table

        order = int(default_ecc_table["n"], 16)
        curve = "".join(default_ecc_table[name] for name in ("a", "b", "g"))
        # GM/T 0009: a signature is of the signer's identity and parameters before the message.
        user = b"1234567812345678"

        def sm3(*parts: bytes) -> bytes:
            found = Hash(SM3())
            for part in parts:
                found.update(part)
            return found.finalize()

        checkers, identities = {}, {}
        for name, key in keys.items():
            checkers[name] = CryptSM2(private_key="", public_key="")
            # Given to the constructor, a key that begins with 04 would lose these digits.
            checkers[name].public_key = key
            identities[name] = sm3(bytes([0, len(user) * 8]), user, bytes.fromhex(curve + key))

        def is_signed_by(name: str, digest: str, signature: str) -> bool:
            r, s = int(signature[:64], 16), int(signature[64:], 16)
            if not (0 < r < order and 0 < s < order):
                return False
            message = sm3(identities[name], bytes.fromhex(digest))
            try:
                return bool(checkers[name].verify(signature, message))
            except TypeError:
                # The library knows no point at infinity, to which only a made-up signature leads.
                return False

        for batch in batches:
            contents, digests, signatures, signers, chosen = (
                batch.column(name).to_pylist()
                for name in (CONTENT, proof.digest, proof.signature, proof.signer, CHOSEN)
            )
            right = [
                None if content is None or digest is None else sm3(content.encode()).hex() == digest.lower()
                for content, digest in zip(contents, digests, strict=True)
            ]
            signed = [
                is_signed_by(signer, digest, signature) if turn else None
                for turn, signer, digest, signature in zip(chosen, signers, digests, signatures, strict=True)
            ]
            kept = [name for name in batch.schema.names if name not in (CONTENT, CHOSEN)]
            verdicts = [pa.array(right, pa.bool_()), pa.array(signed, pa.bool_())]
            yield pa.RecordBatch.from_arrays(
                [*(batch.column(name) for name in kept), *verdicts],
                names=[*kept, DIGEST_VERDICT, SIGNATURE_VERDICT],
            )

    return verify
