"""Whatever a gateway does, one exchange comes of a request, in bounded time, and says what happened."""

import socket
import struct
import time
from collections.abc import Callable
from threading import Event, Thread

import pytest
from rude_server import Manner, RudeServer

from zimage_contract.probe.line import Line
from zimage_contract.probe.message import LARGEST_ANSWER
from zimage_contract.probe.recorder import Recorder

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"


def says(*parts: bytes, pause: float = 0.0, end: bool = False) -> Manner:
    """Send the parts, and then close the connection if that is the end."""

    def manner(connection: socket.socket, _request: bytes) -> None:
        for part in parts:
            connection.sendall(part)
            if pause:
                time.sleep(pause)
        if end:
            connection.shutdown(socket.SHUT_RDWR)

    return manner


def resets(*parts: bytes) -> Manner:
    """Send the parts, and then reset the connection."""

    def manner(connection: socket.socket, _request: bytes) -> None:
        for part in parts:
            connection.sendall(part)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return manner


def bytewise(text: bytes) -> Manner:
    """Send a byte every 20 ms: all of it takes longer than a line waits, no single byte does."""
    return says(*(text[place : place + 1] for place in range(len(text))), pause=0.02)


def test_an_exchange_holds_all_of_request_and_answer(rude: Callable[..., RudeServer], line: Line) -> None:
    """Method, URL, headers as sent, body, status, answer and times are what they were."""
    server = rude(says(OK))
    before = time.time()

    found = line.send(
        "POST", f"{server.url}/a%20b?c=d", headers=(("X-Odd-Case", "yes"),), body=b"\xff{}", intent="try"
    )

    assert server.requests[0].startswith(b"POST /a%20b?c=d HTTP/1.1\r\nHost: 127.0.0.1:")
    assert all(f"\r\n{name}: {value}\r\n".encode() in server.requests[0] for name, value in found.headers)
    assert server.requests[0].endswith(b"\r\n\r\n\xff{}")
    assert found.header("X-Odd-Case") == "yes"
    assert (found.status, found.answer, found.answer_header("content-type")) == (200, b"hello", "text/plain")
    assert (found.number, found.kind, found.intent, found.broken) == (1, "other", "try", "")
    assert before - 1 <= found.at <= found.until <= time.time() + 1


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n",
            b"hello",
        ),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK, b"hello"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, b"hello"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
    ids=["chunked", "early hints", "continue", "no content"],
)
def test_answers_are_read_by_http_s_rules_and_the_connection_kept(
    rude: Callable[..., RudeServer], line: Line, answer: bytes, body: bytes
) -> None:
    """Framing is undone, informational answers are passed over, and the next request goes the same way."""
    server = rude(says(answer))

    found = [line.send("GET", server.url) for _ in range(3)]

    assert [each.answer for each in found] == [body] * 3
    assert len(server.connections) == 1


def test_an_answer_without_a_length_ends_with_its_connection(
    rude: Callable[..., RudeServer], line: Line
) -> None:
    """That is how HTTP/1.0 does it; the next request takes another connection."""
    server = rude(says(b"HTTP/1.0 200 OK\r\n\r\nhello", end=True))

    assert [line.send("POST", server.url).answer for _ in range(2)] == [b"hello"] * 2
    assert len(server.connections) == 2


def test_redirects_are_not_followed(rude: Callable[..., RudeServer], line: Line) -> None:
    """What a redirect says is the answer."""
    server = rude(says(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"))

    assert line.send("GET", server.url).status == 302
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("manner", "broken"),
    [
        (bytewise(OK), "time ran out"),
        (bytewise(OK[:17] + b"X-More: " + b"y" * 40), "time ran out"),
        (says(OK.replace(b"5\r\n", b"50\r\n"), pause=0.0), "time ran out"),
        (says(), "no answer: time ran out"),
        (says(end=True), "no answer: the connection ended"),
        (resets(), "no answer: the connection ended"),
        (resets(OK[:30]), "the connection ended"),
        (says(OK[:30], end=True), "broke off"),
        (says(OK.replace(b"5\r\n", b"50\r\n"), end=True), "the answer broke off after 5 bytes"),
        (says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", end=True), "broke off"),
        (says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello", end=True), "not HTTP"),
        (says(b"\x15\x03\x01\x00\x02\x02\x16 garbage\r\n\r\n", end=True), "not HTTP"),
        (says(b"SSH-2.0-OpenSSH_9.6\r\n"), "not HTTP"),
        (says(b"HTTP/1.1 abc OK\r\n\r\n", end=True), "not HTTP"),
        (says(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", end=True), "not HTTP"),
        (says(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", end=True), "not HTTP"),
    ],
    ids=[
        "drip", "drip of a long head", "stalled body", "nothing", "closed", "reset", "reset in the head",
        "half a head", "half a body", "half a chunk", "a negative chunk", "TLS to plain", "another protocol",
        "no status", "too many headers", "an endless header",
    ],
)  # fmt: skip
def test_what_is_no_answer_is_told(
    rude: Callable[..., RudeServer], line: Line, manner: Manner, broken: str
) -> None:
    """There is no status then, but words for what happened."""
    server = rude(manner)

    found = line.send("POST", server.url, body=b"{}")

    assert found.status is None
    assert broken in found.broken
    assert len(server.requests) == 1


def test_an_answer_is_read_up_to_its_limit_only(rude: Callable[..., RudeServer], recorder: Recorder) -> None:
    """One byte more than the limit is too much, however it is framed."""
    large = LARGEST_ANSWER + 1

    def sized(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % large + bytes(large))

    def chunked(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % (2**60))
        connection.sendall(bytes(large))

    server = rude(sized, chunked)
    with Line(recorder, 10) as line:
        found = [line.send("GET", server.url) for _ in range(2)]

    assert [each.broken for each in found] == ["the answer is larger than 32 MiB"] * 2


def test_nothing_is_sent_again_on_a_fresh_connection(rude: Callable[..., RudeServer], line: Line) -> None:
    """A GET that gets no answer on a connection of its own is told as it is."""
    server = rude(says(end=True))

    assert line.send("GET", server.url).broken
    assert len(server.requests) == 1


def test_a_get_is_sent_again_when_a_kept_connection_ended(
    rude: Callable[..., RudeServer], line: Line
) -> None:
    """The server closed it as the request was on its way: nobody is to blame."""
    server = rude(says(OK), says(end=True), says(OK))

    assert [line.send("GET", server.url).status for _ in range(2)] == [200, 200]
    assert len(server.requests) == 3


def test_a_post_is_never_sent_twice(rude: Callable[..., RudeServer], line: Line) -> None:
    """The same with a POST is broken: it may have been accepted."""
    server = rude(says(OK), says(end=True), says(OK))
    line.send("POST", server.url, body=b"{}")

    assert line.send("POST", server.url, body=b"{}").broken == "no answer: the connection ended"
    assert len(server.requests) == 2


def test_a_post_takes_a_fresh_connection_when_the_kept_one_has_ended(
    rude: Callable[..., RudeServer], line: Line
) -> None:
    """A connection whose end has arrived is not tried."""
    ended = Event()

    def answers_and_ends(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(OK)
        connection.shutdown(socket.SHUT_RDWR)
        ended.set()

    server = rude(answers_and_ends, says(OK))
    line.send("POST", server.url, body=b"{}")
    assert ended.wait(5)

    assert line.send("POST", server.url, body=b"{}").status == 200
    assert len(server.connections) == 2


def test_a_connection_is_not_used_again_after_a_large_body(
    rude: Callable[..., RudeServer], line: Line
) -> None:
    """Servers that refuse one hang up a moment later, and the next request would run into that."""
    server = rude(says(OK))
    for size in (70_000, 10, 10):
        assert line.send("POST", server.url, body=bytes(size)).status == 200

    assert len(server.connections) == 2


def test_what_comes_unasked_is_no_answer(rude: Callable[..., RudeServer], line: Line) -> None:
    """Bytes after an answer are not taken for the next one."""
    server = rude(says(OK + OK.replace(b"hello", b"wrong")), says(OK))
    line.send("GET", server.url)

    assert line.send("GET", server.url).answer == b"hello"


def test_threads_do_not_share_connections(
    rude: Callable[..., RudeServer], line: Line, recorder: Recorder
) -> None:
    """Each has its own, and all that they do is recorded once, in the order in which it began."""
    server = rude(says(OK, pause=0.005))

    def send_many() -> None:
        for _ in range(10):
            line.send("GET", server.url)

    threads = [Thread(target=send_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = recorder.exchanges()
    assert [each.number for each in found] == list(range(1, 41))
    assert [each.at for each in found] == sorted(each.at for each in found)
    assert {each.status for each in found} == {200}
    assert len(server.connections) == 4


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nowhere",
        "ftp://127.0.0.1/a",
        "http://",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "http://\u2100/",
    ],
)
def test_a_link_that_is_none_is_told(line: Line, url: str) -> None:
    """A gateway may name anything as a link."""
    assert line.send("GET", url).broken == "the URL cannot be followed"


def test_a_link_is_sent_by_http_s_rules(rude: Callable[..., RudeServer], line: Line) -> None:
    """Spaces, letters beyond ASCII and line breaks in a link do not break the request."""
    server = rude(says(OK))

    line.send("GET", f"{server.url}/ä b\r\nX-Evil: 1?q= #part")

    line_sent, *rest = server.requests[0].split(b"\r\n")
    assert line_sent == b"GET /%C3%A4%20bX-Evil:%201?q=%20 HTTP/1.1"
    assert not any(each.startswith(b"X-Evil") for each in rest)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\0b", "clé"])
def test_a_header_that_http_cannot_carry_is_the_caller_s_mistake(line: Line, value: str) -> None:
    """It is refused before anything is sent."""
    with pytest.raises(ValueError, match="X-Odd can hold printable ASCII only"):
        line.send("GET", "http://127.0.0.1:1/", headers=(("X-Odd", value),))


def test_nobody_there_is_told(line: Line) -> None:
    """A refused connection says so."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert line.send("GET", f"http://127.0.0.1:{port}/").broken.startswith("no connection: ")


def test_an_answer_to_half_a_request_is_read() -> None:
    """Who refuses a large body before reading it is heard."""
    refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    listening = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        connection, _ = listening.accept()
        connection.recv(1000)
        connection.sendall(refusal)
        connection.close()  # with bytes unread, which resets it

    thread = Thread(target=refuse)
    thread.start()
    with Line(Recorder(), 10) as line:
        found = line.send("POST", f"http://127.0.0.1:{listening.getsockname()[1]}/", body=bytes(30_000_000))
    thread.join()
    listening.close()

    assert found.status == 413
