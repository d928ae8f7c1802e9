"""What a message is, whom it may be trusted to come from, and where its signals agree."""
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.incoming import Match, Signal, decide, nature, signed_by

OWN = ("dondoc@tinh.example", "hop-thu@tinh.example")


@pytest.mark.parametrize(
    ("headers", "sender", "kind", "expected"),
    [
        ({}, "canbo@huyen.example", "text/plain", "answer"),
        ({"auto-submitted": ["no"]}, "canbo@huyen.example", "text/plain", "answer"),
        ({"auto-submitted": ["auto-replied; owner-email=x"]}, "canbo@huyen.example", "text/plain", "automatic"),
        ({"auto-submitted": ["auto-generated"]}, "canbo@huyen.example", "text/plain", "automatic"),
        ({"x-autoreply": ["yes"]}, "canbo@huyen.example", "text/plain", "automatic"),
        ({"precedence": ["auto_reply"]}, "canbo@huyen.example", "text/plain", "automatic"),
        ({"subject": ["Tự động trả lời: vắng mặt"]}, "canbo@huyen.example", "text/plain", "automatic"),
        ({"subject": ["Re: Báo cáo tự động trả lời"]}, "canbo@huyen.example", "text/plain", "answer"),
        ({"return-path": ["<>"]}, "canbo@huyen.example", "text/plain", "automatic"),
        ({"return-path": ["<>"]}, "mx@huyen.example", "multipart/report", "bounce"),
        ({}, "mailer-daemon@mx.example", "text/plain", "bounce"),
        ({}, "no-reply@bank.example", "text/plain", "automatic"),
        ({}, "", "text/plain", "automatic"),
        ({"list-id": ["<ds.example>"]}, "canbo@huyen.example", "text/plain", "list"),
        ({"precedence": ["bulk"]}, "canbo@huyen.example", "text/plain", "list"),
        ({}, "hop-thu@tinh.example", "text/plain", "own"),
    ],
)
def test_the_nature_of_a_message(headers: dict[str, list[str]], sender: str, kind: str, expected: str) -> None:
    assert nature(headers, sender, OWN, kind) == expected


@pytest.mark.parametrize(
    ("results", "trusted"),
    [
        ("mx.tinh.example; dmarc=pass (p=reject) header.from=huyen.example", True),
        ("mx.tinh.example; spf=pass smtp.mailfrom=a@huyen.example; dkim=pass header.d=huyen.example", True),
        ("mx.tinh.example; dkim=pass header.i=@huyen.example header.s=x", True),
        ("mx.tinh.example 1; dmarc=pass header.from=huyen.example", True),
        ("mx.tinh.example; dkim=pass header.d=sender.example", False),
        ("mx.tinh.example; spf=pass smtp.mailfrom=a@huyen.example", False),
        ("mx.tinh.example; dmarc=fail header.from=huyen.example", False),
        ("mx.tinh.example; dmarc=none (dmarc=pass header.from=huyen.example)", False),
        ("mx.evil.example; dmarc=pass header.from=huyen.example", False),
        ("mx.tinh.example.evil.example; dmarc=pass header.from=huyen.example", False),
        ("", False),
    ],
)
def test_only_the_offices_own_server_vouches(results: str, trusted: bool) -> None:
    headers = {"authentication-results": [results, "mx.tinh.example; dmarc=pass header.from=huyen.example"]}
    assert signed_by(headers, "canbo@huyen.example", "mx.tinh.example") is trusted
    assert not signed_by(headers, "canbo@huyen.example", "")


TOKEN = Signal("token", "", 1, (10,))
DIGEST = Signal("reference", "", 1, (10, 11))
NUMBER = Signal("number", "", None, (11,))


@pytest.mark.parametrize(
    ("signals", "senders", "unit", "dispatch", "doubt"),
    [
        ([TOKEN], {1}, 1, 10, ""),
        ([DIGEST, NUMBER], {1}, 1, 11, ""),
        ([NUMBER], {1}, 1, 11, ""),
        ([DIGEST], {1}, 1, None, "several_dispatches"),
        ([TOKEN, NUMBER], {1}, 1, None, "dispatches_disagree"),
        ([], {1}, 1, None, "no_dispatch"),
        ([TOKEN], {2}, None, 10, "units_disagree"),
        ([TOKEN], {1, 2}, 1, 10, ""),
        ([TOKEN], {2, 3}, None, 10, "units_disagree"),
        ([TOKEN, Signal("reference", "", 2, (10,))], {1}, None, 10, "units_disagree"),
        ([TOKEN], set(), 1, 10, "unknown_sender"),
        ([NUMBER], set(), None, 11, "no_unit"),
        ([NUMBER], {1, 2}, None, 11, "no_unit"),
    ],
)
def test_signals_are_never_weighed_against_one_another(
    signals: list[Signal], senders: set[int], unit: int | None, dispatch: int | None, doubt: str
) -> None:
    for order in permutations(signals):
        found = decide(order, frozenset(senders))
        assert (found.unit_id, found.dispatch_id, found.doubt) == (unit, dispatch, doubt)


@given(
    st.lists(st.builds(Signal, st.just("number"), st.just(""), st.sampled_from([None, 1, 2]), st.lists(st.integers(1, 3), max_size=2).map(tuple)), max_size=5),
    st.frozensets(st.integers(1, 3), max_size=2),
)
def test_nothing_is_filed_against_any_signal(signals: list[Signal], senders: frozenset[int]) -> None:
    found = decide(signals, senders)
    if not found.doubt:
        assert found.unit_id in senders and found.dispatch_id is not None
        assert all(signal.unit_id in (None, found.unit_id) for signal in signals)
        assert all(found.dispatch_id in signal.dispatch_ids for signal in signals if signal.dispatch_ids)


def test_several_dispatches_are_answered_at_once_only_where_each_is_meant() -> None:
    both = Signal("number", "", None, (10, 11), exact=True)
    assert decide([both], frozenset({1})) == Match(1, (10, 11))
    assert decide([DIGEST, both], frozenset({1})).dispatch_ids == (10, 11)
    assert decide([DIGEST, NUMBER, both], frozenset({1})).dispatch_ids == (11,)
    assert decide([Signal("number", "", None, (10,), exact=True), DIGEST], frozenset({1})).dispatch_ids == (10,)
    assert decide([both], frozenset()).doubt == "no_unit"
    one_meant = [Signal("number", "", None, (10, 11)), DIGEST]
    assert decide(one_meant, frozenset({1})).doubt == "several_dispatches"
