"""Downloads over a real connection that is cut, slowed, garbled and redirected to login pages."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.data import download as download_module
from engine.data.dataset import DataError
from engine.data.download import DownloadCancelled, download

IMAGES = "train-images-idx3-ubyte.gz"


@pytest.fixture
def server(make_server, fake):
    started = make_server()
    started.files = dict(fake.packed)
    return started


@pytest.fixture
def folder(download_folder: Path) -> Path:
    return download_folder / "fake-digits"


def stored(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_file_arrives_whole_and_nothing_else_is_left(server, fake, folder):
    seen: list[tuple[int, int]] = []
    download(fake.at(server.address), lambda done, total: seen.append((done, total)))
    assert stored(folder) == fake.packed
    total = sum(map(len, fake.packed.values()))
    assert seen[0] == (0, total)
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len(seen) > 6
    assert len(server.requests) == 4


def test_what_is_there_is_not_fetched_again(server, fake, folder):
    files = fake.at(server.address)
    download(files)
    server.requests.clear()
    seen: list[int] = []
    download(files, lambda done, _total: seen.append(done))
    assert server.requests == []
    assert seen[-1] == files.size_bytes


def test_what_lies_in_a_named_folder_is_not_fetched(server, fake, folder, tmp_path, monkeypatch):
    (tmp_path / IMAGES).write_bytes(fake.packed[IMAGES])
    monkeypatch.setenv("SKETCHNET_DATA", str(tmp_path))
    download(fake.at(server.address))
    assert sorted(stored(folder)) == sorted(set(fake.packed) - {IMAGES})
    assert fake.files.is_available()


def test_a_cut_connection_is_taken_up_where_it_ended(server, fake, folder):
    server.cuts = [100_000]
    download(fake.at(server.address))
    assert stored(folder) == fake.packed
    assert server.requests[:2] == [(IMAGES, None), (IMAGES, "bytes=100000-")]


def test_many_cuts_are_survived_as_long_as_the_rest_gets_shorter(server, fake, folder):
    size = len(fake.packed[IMAGES])
    server.cuts = [size // 3 - 1000] * 3
    assert size // 3 - 1000 > 64 * 1024
    server.cuts += [10, 10]
    download(fake.at(server.address))
    assert stored(folder) == fake.packed


def test_a_connection_that_gives_nothing_more_ends_in_a_sentence(server, fake, folder):
    server.cuts = [5000] + [3] * 50
    with pytest.raises(DataError, match=r"127\.0\.0\.1:\d+ was cut") as caught:
        download(fake.at(server.address))
    assert str(folder) in str(caught.value)
    assert IMAGES in str(caught.value)
    assert not (folder / IMAGES).exists()
    assert len(server.requests) < 10


def test_a_later_download_goes_on_where_an_earlier_one_failed(server, fake, folder):
    server.cuts = [90_000] + [3] * 4
    with pytest.raises(DataError):
        download(fake.at(server.address))
    kept = (folder / f"{IMAGES}.part").stat().st_size
    assert kept > 90_000
    server.cuts, server.requests = [], []
    download(fake.at(server.address))
    assert server.requests[0] == (IMAGES, f"bytes={kept}-")
    assert stored(folder) == fake.packed


def test_the_next_mirror_goes_on_where_the_first_one_was_cut(server, make_server, fake, folder):
    second = make_server()
    second.files = dict(fake.packed)
    server.cuts = [80_000, 0, 0, 0, 0]
    server.files = {IMAGES: fake.packed[IMAGES]}
    download(fake.at(server.address, second.address))
    assert second.requests[0] == (IMAGES, "bytes=80000-")
    assert stored(folder) == fake.packed


def test_a_server_that_knows_no_ranges_sends_everything_again(server, fake, folder):
    server.honour_range = False
    server.cuts = [100_000]
    download(fake.at(server.address))
    assert server.ranges[1] == "bytes=100000-"
    assert stored(folder) == fake.packed


@pytest.mark.parametrize("remainder", ["rubbish", "complete", "too long", "corrupt and complete"])
def test_a_strange_remainder_does_no_harm(server, fake, folder, remainder):
    whole = fake.packed[IMAGES]
    folder.mkdir(parents=True)
    part = folder / f"{IMAGES}.part"
    part.write_bytes(
        {
            "rubbish": b"not what was sent" * 1000,
            "complete": whole,
            "too long": whole * 3,
            "corrupt and complete": whole[:-1] + b"!",
        }[remainder]
    )
    download(fake.at(server.address))
    assert stored(folder) == fake.packed


def test_cancelling_keeps_what_has_arrived_even_when_the_server_stalls(server, fake, folder):
    server.hold_after = 1000
    done = 0

    def progress(now: int, _total: int) -> None:
        nonlocal done
        done = now

    with pytest.raises(DownloadCancelled, match="kept"):
        download(fake.at(server.address), progress, lambda: done > 0)
    assert [path.name for path in folder.iterdir()] == [f"{IMAGES}.part"]
    kept = (folder / f"{IMAGES}.part").stat().st_size
    assert 0 < kept <= 1000
    server.release.set()
    server.hold_after, server.requests = None, []
    download(fake.at(server.address))
    assert server.requests[0] == (IMAGES, f"bytes={kept}-")
    assert stored(folder) == fake.packed


def test_a_corrupt_mirror_is_passed_over(server, make_server, fake, folder):
    server.alter = lambda body: body[:50] + bytes([body[50] ^ 1]) + body[51:]
    second = make_server()
    second.files = dict(fake.packed)
    download(fake.at(server.address, second.address))
    assert stored(folder) == fake.packed
    assert len(second.requests) == 4


def flip(body: bytes) -> bytes:
    return body[:-20] + bytes([body[-20] ^ 4]) + body[-19:]


@pytest.mark.parametrize(
    ("alter", "reason"),
    [
        (flip, "sent the wrong file"),
        (lambda body: body[: len(body) // 2], "cut short"),
        (lambda _: b"  <!DOCTYPE html><html>Please sign in</html>", "web page"),
        (lambda _: b"", "sent the wrong file"),
        (lambda body: body + bytes(500_000), "more than"),
        (lambda body: gzip.compress(bytes(40_000_000)), "unpacks to more"),
    ],
    ids=["corrupt", "truncated", "html", "empty", "endless", "bomb"],
)
def test_a_wrong_file_from_everywhere_is_refused_by_name(server, fake, folder, alter: Callable, reason: str):
    server.alter = alter
    server.content_length = False
    with pytest.raises(DataError, match=reason) as caught:
        download(fake.at(server.address))
    assert IMAGES in str(caught.value)
    assert str(folder) in str(caught.value)
    assert not [path for path in folder.iterdir() if not path.name.endswith(".part")]
    # Nothing of the wrong file is left that a later download would build on.
    server.alter, server.content_length = (lambda body: body), True
    download(fake.at(server.address))
    assert stored(folder) == fake.packed


def test_missing_files_and_dead_servers_are_named(server, fake, folder):
    server.files = {}
    with pytest.raises(DataError) as caught:
        download(fake.at("http://127.0.0.1:9/", server.address))
    assert "127.0.0.1:9 cannot be reached" in str(caught.value)
    assert "answered 404" in str(caught.value)


def test_a_part_from_the_wrong_place_is_not_appended(server, fake, folder):
    server.cuts = [50_000]
    server.range_start = 7
    with pytest.raises(DataError, match="another part"):
        download(fake.at(server.address))
    assert not (folder / IMAGES).exists()


def test_an_encoded_answer_is_kept_as_the_file_it_is(server, fake, folder):
    server.headers = {"Content-Encoding": "gzip", "Content-Type": "application/octet-stream"}
    download(fake.at(server.address))
    assert stored(folder) == fake.packed


def test_a_file_packed_anew_is_accepted_for_its_content(server, fake, folder):
    server.alter = lambda body: gzip.compress(gzip.decompress(body), compresslevel=1, mtime=7)
    download(fake.at(server.address))
    assert {name: gzip.decompress(data) for name, data in stored(folder).items()} == fake.content


def test_a_damaged_file_of_an_earlier_time_is_replaced(server, fake, folder):
    folder.mkdir(parents=True)
    (folder / IMAGES).write_bytes(fake.packed[IMAGES][:1000])
    download(fake.at(server.address))
    assert stored(folder) == fake.packed


def test_a_folder_that_cannot_be_made_is_a_sentence(server, fake, download_folder):
    download_folder.write_text("a file stands where the folder should be")
    with pytest.raises(DataError, match="cannot be written to"):
        download(fake.at(server.address))


def test_a_download_that_waits_for_another_one_can_be_cancelled(server, fake, folder):
    with download_module.download_lock, pytest.raises(DownloadCancelled):
        download(fake.at(server.address), cancelled=lambda: True)
    assert server.requests == []
    download(fake.at(server.address))
    assert stored(folder) == fake.packed
