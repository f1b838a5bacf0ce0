"""Where callbacks may go, in every spelling."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.addresses import Address, Kind, kind_of
from mockgateway.domain.refusals import BadRequest
from mockgateway.domain.targets import BadTarget, Policy, Target, read_target
from mockgateway.domain.webhook import check_target

HERE, THERE = Policy(), Policy(local=False)

# Refused wherever the mock listens: link-local, metadata, and what is no place at all.
NOWHERE = """
    169.254.169.254 169.254.0.1 169.254.169.254.:80 169.254.169.254:8080
    2852039166 0xa9fea9fe 0xA9FEA9FE 025177524776 0xa9.0xfe.0xa9.0xfe 0251.0376.0251.0376
    0251.254.169.254 169.254.43518 169.16689662 0xa9.254.0251.254 169.254.0xa9fe 00000000169.254.169.254
    0xa9fea9fe. 2852039166. 425.510.425.510 7147006462 169.254.169.254.0x 0x
    169%2e254%2e169%2e254 %31%36%39.254.169.254 169.254.169.254%00 169.254.169.254%20
    \uff11\uff16\uff19.254.169.254 169\u3002254\u3002169\u3002254 \u2460\u2465\u2468.254.169.254
    user@169.254.169.254 user:pass@169.254.169.254 example.com@169.254.169.254 169.254.169.254@example.com
    example.com:80@169.254.169.254 example.com%40169.254.169.254 example.com\\@169.254.169.254
    169.254.169.254\\@example.com 169.254.169.254:80:80 [169.254.169.254] 169.254..169.254
    [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] [0:0:0:0:0:ffff:a9fe:a9fe] [::FFFF:A9FE:A9FE]
    [0000:0000:0000:0000:0000:ffff:169.254.169.254] [::169.254.169.254] [::a9fe:a9fe]
    [::ffff:169.254.169.254]:80 [::ffff:0:169.254.169.254] [64:ff9b::169.254.169.254] [64:ff9b::a9fe:a9fe]
    [64:ff9b:1::a9fe:a9fe] [64:ff9b::127.0.0.1] [64:ff9b::10.0.0.1] [2002:a9fe:a9fe::1] [2002:7f00:1::]
    [2001::1] [2001:0:4136:e378:8000:63bf:5601:5601] [fe80::5efe:a9fe:a9fe] [2001:470::200:5efe:a9fe:a9fe]
    [fe80::1] [fe80::1%25eth0] [fe80::1%eth0] [::1%25lo] [febf::1] [fec0::1]
    [fd00:ec2::254] [fd20:ce::254] 100.100.100.200 168.63.129.16 192.0.0.192 metadata.google.internal
    metadata.google.internal. METADATA.google.INTERNAL metadata.goog instance-data.ec2.internal
    0.0.0.0 0 00 0x0 0.0 0.1.2.3 [::] [0::0] [::0.0.0.0] 224.0.0.1 239.255.255.250 255.255.255.255
    240.0.0.1 4294967295 0xffffffff 100.64.0.1 192.0.2.1 198.18.0.1 203.0.113.7 198.51.100.1 192.88.99.1
    [ff02::1] [ff0e::1] [100::1] [2001:db8::1] [3fff::1] [4000::1] [::2] localhost%00 loc%61lhost
    [::1]169.254.169.254 [::1 ::1] ::1 fe80::1 a..b .a -a a- _.-.a 127.0.0.1.
""".split()  # noqa: SIM905 - nothing is bound, and as a list it would fill a screen

# Refused besides when the mock listens elsewhere: this machine, and the networks around it.
NEAR = """
    127.0.0.1 127.1.2.3 127.255.255.255 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1
    [::1] [0:0:0:0:0:0:0:1] [0::1] [::0001] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:10.0.0.1]
    [fd12:3456::1] [fc00::1] localhost LOCALHOST localhost. a.localhost localhost.localdomain
    ip6-localhost ip6-loopback localhost:8080
""".split()  # noqa: SIM905 - as above

# Refused too, although the address in them may be called: nobody writes it so who means well.
ODD = """
    127.1 127.0.1 0x7f.1 0177.0.0.1 017700000001 2130706433 0x7f000001 0x7f.0.0.1 127.000.000.001
""".split()  # noqa: SIM905 - as above

PUBLIC = """
    example.com EXAMPLE.com. 93.184.215.14 [2606:2800:21f:cb07::1] [64:ff9b::8.8.8.8] xn--bcher-kva.example
""".split()  # noqa: SIM905 - as above


@pytest.mark.parametrize("host", NOWHERE + ODD)
@pytest.mark.parametrize("policy", [HERE, THERE], ids=["on loopback", "elsewhere"])
def test_forbidden_addresses_are_refused_in_every_spelling(host: str, policy: Policy) -> None:
    """At the submit, with a sentence that names the header and says why."""
    with pytest.raises(BadRequest, match=r"^X-Webhook-URL (must|names) .*\.$"):
        check_target(f"http://{host}/", policy)


@pytest.mark.parametrize("host", NEAR)
def test_this_machine_and_its_neighbours_may_be_called_from_loopback_only(host: str) -> None:
    """A mock that the world can reach is no way into the house."""
    check_target(f"http://{host}/", HERE)
    with pytest.raises(BadRequest, match="where callbacks may not go"):
        check_target(f"http://{host}/", THERE)


@pytest.mark.parametrize("host", PUBLIC)
@pytest.mark.parametrize("policy", [HERE, THERE], ids=["on loopback", "elsewhere"])
def test_public_targets_may_be_called(host: str, policy: Policy) -> None:
    """From everywhere."""
    check_target(f"https://{host}:8443/hook?a=b", policy)


def test_there_are_sixty_spellings() -> None:
    """The list above is not thinned out one day."""
    assert len(set(NOWHERE + ODD)) >= 120


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (["169.254.169.254"], "link-local"),
        (["93.184.215.14", "169.254.169.254"], "link-local"),
        (["127.0.0.1", "::ffff:169.254.169.254"], "link-local"),
        (["::1", "fd00:ec2::254"], "cloud metadata"),
        (["0.0.0.0"], "unspecified"),  # noqa: S104 - nothing is bound to it
    ],
)
def test_a_name_is_refused_if_any_of_its_addresses_is_forbidden(found: list[str], why: str) -> None:
    """So a name that stands for two places cannot be let in for the one and used for the other."""
    target = read_target("http://rebound.example/")
    HERE.check(target)
    with pytest.raises(BadTarget, match=rf"names rebound\.example, which is .*, a.* {why} address"):
        HERE.vet(target, [ip_address(each) for each in found])


def test_a_name_of_near_addresses_is_refused_elsewhere() -> None:
    """What a name stands for counts, not what it looks like."""
    target = read_target("http://example.com/")
    near = [ip_address("192.168.0.7")]
    assert HERE.vet(target, near) == near
    with pytest.raises(BadTarget, match="private address"):
        THERE.vet(target, near)


def test_what_is_vetted_is_what_is_connected_to() -> None:
    """An address in a mapped spelling comes back plain, so that the one that was judged is used."""
    vetted = HERE.vet(read_target("http://a.example/"), [ip_address("::ffff:127.0.0.1")])
    assert vetted == [IPv4Address("127.0.0.1")]


def test_offline_a_public_target_is_fine_and_not_called() -> None:
    """A submit may name it, as an address or a name; near ones, and networks that are allowed, are called."""
    offline = Policy.allowing(["198.51.100.0/24"], local=True, public=False)
    for host in ("93.184.215.14", "example.com"):
        target = read_target(f"http://{host}/")
        offline.check(target)
        with pytest.raises(BadTarget, match="a public address, where none go while callbacks are offline"):
            offline.vet(target, [ip_address("93.184.215.14")])
    for near in ("127.0.0.1", "192.168.0.7", "198.51.100.7"):
        check_target(f"http://{near}/", offline)
        assert offline.vet(read_target(f"http://{near}/"), [ip_address(near)])


def test_exceptions_let_in_what_they_name_and_no_more() -> None:
    """A host lets in near addresses of that name; a network lets in its addresses, whatever their kind."""
    policy = Policy.allowing(["receiver.Example.", "10.1.0.0/16", "169.254.7.7", "::1"], local=False)
    for host in ("10.1.2.3", "169.254.7.7", "[::1]", "receiver.example", "[::ffff:10.1.2.3]"):
        check_target(f"http://{host}/", policy)
    for host in ("10.2.0.1", "169.254.7.8", "127.0.0.1", "localhost"):
        with pytest.raises(BadRequest):
            check_target(f"http://{host}/", policy)
    named = read_target("http://receiver.example/")
    assert policy.vet(named, [ip_address("192.168.0.1")])
    with pytest.raises(BadTarget):
        policy.vet(named, [ip_address("169.254.169.254")])
    with pytest.raises(BadTarget):
        policy.vet(read_target("http://other.example/"), [ip_address("192.168.0.1")])


@pytest.mark.parametrize("text", ["", "a b", "10.0.0.0/33", "http://example.com", "0x7f.1", "1.2.3", "a..b"])
def test_an_exception_without_meaning_is_said(text: str) -> None:
    """The message shows it."""
    with pytest.raises(ValueError, match="no host name, address or network"):
        Policy.allowing([text], local=True)


def test_a_url_is_read_into_its_parts() -> None:
    """What goes into the request line and the Host header is what the URL says."""
    assert read_target("HTTP://Example.COM.:8080?a=b#c") == Target(
        secure=False, host="example.com", port=8080, path="/?a=b", address=None
    )
    assert read_target("https://[0:0::1]/x").authority == "[::1]"
    assert read_target("https://[::1]:80/x").authority == "[::1]:80"
    assert read_target("http://example.com:80/x").authority == "example.com"
    assert read_target("http://example.com:").path == "/"


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_a_mapped_address_is_of_the_kind_of_the_address(address: IPv4Address) -> None:
    """There is no second spelling of another kind; inside other IPv6 addresses it is never near."""
    kind = kind_of(address)
    assert kind_of(IPv6Address(f"::ffff:{address}")) is kind
    behind_nat64 = kind_of(IPv6Address(f"64:ff9b::{address}"))
    assert behind_nat64 is (Kind.PUBLIC if kind is Kind.PUBLIC else Kind.TRANSLATED)


@given(st.ip_addresses())
def test_every_address_has_a_kind_and_near_ones_are_what_the_standard_library_says(address: Address) -> None:
    """Nothing is let in as loopback, private or public that is something else."""
    kind = kind_of(address)
    assert kind is not Kind.LOOPBACK or address.is_loopback
    assert kind is not Kind.PRIVATE or address.is_private
    assert kind is not Kind.PUBLIC or not (
        address.is_loopback or address.is_link_local or address.is_multicast
    )


@given(st.text(max_size=40))
def test_any_text_is_a_target_or_refused_in_words(text: str) -> None:
    """Nothing else ever comes out."""
    for url in (text, f"http://{text}", f"http://[{text}]/"):
        try:
            HERE.check(read_target(url))
        except BadTarget as error:
            assert str(error).endswith(".")  # noqa: PT017 - it may be refused or not
