"""Static files: small, compressed, kept for a year under addresses that change with their contents."""

import gzip
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest

from web import assets


@pytest.fixture
def address(app):
    return app.extensions["assets"].address


def test_a_file_is_kept_for_a_year(client, address):
    answer = client.get(address("css/style.css"), buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content_type == 'text/css; charset="utf-8"'


@pytest.mark.parametrize(("way", "read"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_a_file_comes_compressed_to_who_can_read_it(client, address, way, read):
    plain = client.get(address("css/style.css"), buffered=True).data
    packed = client.get(address("css/style.css"), headers={"Accept-Encoding": way}, buffered=True)
    assert packed.headers["Content-Encoding"] == way
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert read(packed.data) == plain
    assert len(packed.data) < len(plain) / 3


def test_the_stylesheet_is_a_fraction_of_bootstrap(client, address):
    packed = client.get(address("css/style.css"), headers={"Accept-Encoding": "br"}, buffered=True)
    assert len(packed.data) < 20_000


def test_a_page_names_its_files_by_their_version(client, app):
    page = client.page("/login")
    version = app.extensions["assets"].version
    files = [tag.get("href") or tag.get("src") for tag in page.select("link[rel=stylesheet], script")]
    assert files
    assert all(name.startswith(f"/static/{version}/") for name in files)
    assert all(client.get(name, buffered=True).status_code == 200 for name in files)


def test_an_unknown_file_is_a_mistake_in_the_template(address):
    with pytest.raises(KeyError, match="css/nothing.css"):
        address("css/nothing.css")


def test_an_address_from_before_an_upgrade_is_not_found(client):
    assert client.get("/static/0123456789ab/css/style.css").status_code == 404
    assert client.get("/static/../app.py").status_code == 404


def test_processes_that_start_together_do_not_get_in_each_others_way(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(assets.prepare, [tmp_path] * 8))
    assert len(set(found)) == 1
    assert [path.name for path in (tmp_path / "assets").iterdir()] == [found[0].version]
    assert (found[0].folder / "css/style.css.br").exists()


def test_what_is_there_is_not_written_again(tmp_path):
    first = assets.prepare(tmp_path)
    before = (first.folder / "css/style.css").stat().st_mtime_ns
    assert assets.prepare(tmp_path) == first
    assert (first.folder / "css/style.css").stat().st_mtime_ns == before
