"""A delivery as files: who, when, which, and whether it arrived as it was sent."""

import json
import os

import pytest

from catalog import Resource
from jobs.ingest.files import check_declared, check_files
from jobs.ingest.rejected import RejectedError
from jobs.manifest import BadManifestError, read_manifest


def refused(check, *arguments):
    with pytest.raises(RejectedError) as raised:
        check(*arguments)
    assert raised.value.message.endswith("。")
    return raised.value.code, raised.value.message


@pytest.fixture
def batch(tmp_path, deliver):
    def put(content=b"a,b\n1,2\n", rows=1, **changes):
        return deliver(tmp_path, content, rows, **changes)

    return put


def test_a_batch_as_declared_passes_and_its_files_are_found(batch, declared, catalog_of):
    manifest = batch({"a.csv": b"1\n", "b.csv": b"2\n"})
    assert check_declared(manifest, catalog_of(declared())).resource == "visit"
    assert [path.name for path in check_files(manifest, declared())] == ["a.csv", "b.csv"]


def test_a_co_provider_may_deliver_and_a_stranger_may_not(batch, declared, catalog_of):
    check_declared(batch(provider="jiedao"), catalog_of(declared()))
    code, message = refused(check_declared, batch(provider="gonganju", number=2), catalog_of(declared()))
    assert code == "F008"
    assert "“gonganju”" in message
    assert "热线（rexian）" in message
    other = Resource.model_validate(
        declared().model_dump() | {"resource": "other", "provider": {"code": "gonganju", "name": "公安局"}}
    )
    _, message = refused(check_declared, batch(provider="gonganju", number=3), catalog_of(declared(), other))
    assert "由公安局（gonganju）报送" in message


def test_a_resource_nobody_declared_is_f013(batch, declared, catalog_of):
    assert refused(check_declared, batch(resource="weather"), catalog_of(declared()))[0] == "F013"


@pytest.mark.parametrize(
    ("cycle", "period", "is_fine"),
    [
        ("daily", "2018-06-30", True),
        ("daily", "2018-06", False),
        ("daily", "20180630", False),
        ("daily", "2018-6-30", False),
        ("daily", "2018-02-30", False),
        ("daily", "2018-13-01", False),
        ("monthly", "2018-06", True),
        ("monthly", "2018-06-30", False),
        ("monthly", "201806", False),
        ("monthly", "2018-00", False),
        ("quarterly", "2018Q2", True),
        ("quarterly", "2018Q5", False),
        ("quarterly", "2018-Q2", False),
        ("yearly", "2018", True),
        ("yearly", "2018年", False),
        ("yearly", "0000", False),
        ("event", "2018-06-30", True),
        ("event", "2018", True),
        ("event", "昨天", False),
    ],
)
def test_a_period_is_written_as_the_cycle_asks(batch, declared, catalog_of, cycle, period, is_fine):
    manifest = batch(period=period, batch="visit-01", delivered_at="2018-06-30T20:00:00+08:00")
    catalog = catalog_of(declared(cycle=cycle))
    if is_fine:
        assert check_declared(manifest, catalog).cycle == cycle
    else:
        code, message = refused(check_declared, manifest, catalog)
        assert code == "F007"
        assert f"“{period}”" in message
        assert "应写作 2018" in message


def test_a_batch_in_another_folder_than_its_manifest_says_is_f007(batch, declared, catalog_of):
    manifest = batch()
    for change in ({"period": "2018-06-29"}, {"batch": "visit-other"}):
        assert refused(check_declared, manifest.model_copy(update=change), catalog_of(declared()))[0] == "F007"


def test_a_changed_or_shortened_file_is_f003_with_both_sizes(batch, declared):
    for number, changed in ((1, b"a,b\n1,3\n"), (2, b"a,b\n")):
        manifest = batch(number=number)
        (manifest.folder / "visits.csv").write_bytes(changed)
        code, message = refused(check_files, manifest, declared())
        assert code == "F003"
        assert f"清单 8 字节，实际 {len(changed)} 字节" in message


def test_a_missing_file_and_a_manifest_without_files_are_f002(batch, declared):
    manifest = batch()
    (manifest.folder / "visits.csv").unlink()
    code, message = refused(check_files, manifest, declared())
    assert code == "F002"
    assert "缺少文件“visits.csv”" in message
    assert refused(check_files, batch({}, number=2), declared())[0] == "F002"


@pytest.mark.parametrize("name", ["../secret.csv", "..", ".", "", "deep/file.csv", "/etc/hostname"])
def test_a_name_that_leaves_the_folder_is_f002_even_when_the_file_is_there(batch, declared, name):
    manifest = batch()
    (manifest.folder.parent / "secret.csv").write_bytes(b"x")
    (manifest.folder / "deep").mkdir()
    (manifest.folder / "deep" / "file.csv").write_bytes(b"x")
    named = manifest.files[0].model_copy(update={"name": name})
    code, message = refused(check_files, manifest.model_copy(update={"files": (named,)}), declared())
    assert code == "F002"
    assert f"“{name}”" in message


def test_a_symbolic_link_is_f002(batch, declared, tmp_path):
    manifest = batch()
    (tmp_path / "elsewhere.csv").write_bytes(b"a,b\n1,2\n")
    (manifest.folder / "visits.csv").unlink()
    (manifest.folder / "visits.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert refused(check_files, manifest, declared())[0] == "F002"


def test_an_empty_file_is_f009(batch, declared):
    assert refused(check_files, batch(b""), declared())[0] == "F009"


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html>",
        b"\xef\xbb\xbf\n <html>",
        b'<?xml version="1.0"?>',
        b'{"code":500,"msg":"x"}',
        b'{ "error": 1}',
    ],
)
def test_an_error_page_instead_of_a_table_is_f010(batch, declared, page):
    assert refused(check_files, batch(page), declared())[0] == "F010"
    assert len(check_files(batch(page, number=2), declared(form={"kind": "jsonl"}))) == 1


def test_a_view_needs_no_file(batch, declared):
    assert check_files(batch({}), declared(form={"kind": "jdbc", "source": "tax", "view": "v_tax"})) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "manifest.json"),
        ('{"resource": "visit"}', "provider"),
        (json.dumps({"resource": 1}), "resource"),
    ],
)
def test_an_unreadable_manifest_says_what_is_wrong_and_when_it_came(tmp_path, text, words):
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    os.utime(tmp_path / "manifest.json", (1_530_000_000, 1_530_000_000))
    with pytest.raises(BadManifestError, match=words) as raised:
        read_manifest(tmp_path)
    assert raised.value.delivered_at.timestamp() == 1_530_000_000
    assert raised.value.folder == tmp_path


def test_a_moment_without_a_zone_is_no_moment(batch):
    with pytest.raises(BadManifestError, match="delivered_at"):
        batch(delivered_at="2018-06-30T20:00:00")


def test_a_batch_is_told_by_the_digests_of_its_files_in_order(batch):
    one, two = batch({"a": b"1", "b": b"2"}), batch({"b": b"2", "a": b"1"}, number=2)
    assert one.digest != two.digest
    assert one.digest == ",".join(file.sha256 for file in one.files)
