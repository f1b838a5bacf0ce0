"""Request ids."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.ids import SHAPE, RequestIds

INSTANTS = st.integers(0, 2**48 - 1)


@given(st.sampled_from(["z-image-turbo-834", "z-image-base"]), INSTANTS, st.integers())
def test_an_id_has_the_observed_shape_and_begins_with_the_time(slug: str, instant: int, seed: int) -> None:
    """Slug, underscore, 8-4-4-4-13 digits; 48 bits of milliseconds first, then version 7."""
    made = RequestIds(Random(seed)).next(slug, instant)
    assert SHAPE.fullmatch(made)
    prefix, _, digits = made.partition("_")
    assert prefix == slug
    assert int(digits.replace("-", "")[:12], 16) == instant
    assert [len(group) for group in digits.split("-")] == [8, 4, 4, 4, 13]


@given(st.lists(INSTANTS, min_size=2, max_size=50), st.integers())
def test_ids_sort_by_time_then_by_turn(instants: list[int], seed: int) -> None:
    """Ids made in one millisecond keep their order."""
    ids = RequestIds(Random(seed))
    made = [ids.next("z-image-base", instant) for instant in sorted(instants)]
    assert made == sorted(made)


def test_ids_never_repeat_even_with_chance_and_time_standing_still() -> None:
    """Made by eight threads in one millisecond with the worst of chance, they all differ."""

    class Stuck(Random):
        def getrandbits(self, k: int, /) -> int:
            return k * 0

    ids = RequestIds(Stuck())
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: ids.next("z-image-base", 1), range(20_000)))
    assert len(set(made)) == len(made)
