"""Pages and files are compressed where the browser takes it, parts of recordings are not, and hashed files are kept."""

from __future__ import annotations

import gzip
import re

from starlette.testclient import TestClient

HTML = {"accept": "text/html"}
MOST_BYTES = 150_000
"""Of a page with everything it loads."""


def raw(client: TestClient, path: str, **headers: str) -> tuple[dict[str, str], bytes]:
    """Headers and the bytes as they came, not opened."""
    with client.stream("GET", path, headers=headers) as answer:
        return dict(answer.headers), b"".join(answer.iter_raw())


def test_a_page_is_compressed_for_whoever_takes_it(client: TestClient, ids: dict[str, str]) -> None:
    plain, body = raw(client, "/interactions", accept="text/html", **{"accept-encoding": "identity"})
    packed, small = raw(client, "/interactions", accept="text/html", **{"accept-encoding": "br, gzip"})
    assert "content-encoding" not in plain
    assert (packed["content-encoding"], int(packed["content-length"])) == ("gzip", len(small))
    assert "accept-encoding" in packed["vary"].lower()
    assert len(small) < len(body) / 2
    assert b"</html>" in gzip.decompress(small)


def test_the_size_does_not_tell_what_stands_in_it(client: TestClient, ids: dict[str, str]) -> None:
    sizes = {len(raw(client, "/settings/keys", **HTML, **{"accept-encoding": "gzip"})[1]) for _ in range(12)}
    assert len(sizes) > 3


def test_a_part_of_a_recording_and_a_refusal_go_as_they_are(client: TestClient, ids: dict[str, str]) -> None:
    asked = {"accept-encoding": "gzip", "range": "bytes=0-99"}
    headers, part = raw(client, f"/v1/interactions/{ids['call']}/audio", **asked)
    assert len(part) == 100 and "content-encoding" not in headers
    assert "content-encoding" not in raw(client, "/v1/interactions/none", **{"accept-encoding": "gzip"})[0]


def test_files_asked_for_by_their_hash_are_kept_and_compressed(client: TestClient, ids: dict[str, str]) -> None:
    page = client.get("/", headers=HTML).text
    files = re.findall(r'"(/static/[^"]+\?v=\w+)"', page)
    assert len(files) >= 3
    weight = len(raw(client, "/", **HTML, **{"accept-encoding": "gzip"})[1])
    for one in files:
        headers, body = raw(client, one, **{"accept-encoding": "gzip"})
        assert "immutable" in headers["cache-control"], one
        weight += len(body)
    assert weight < MOST_BYTES
    assert "cache-control" not in client.get("/static/voc.css").headers
    assert "immutable" not in client.get("/static/none.css?v=1").headers.get("cache-control", "")
