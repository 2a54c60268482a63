from __future__ import annotations

import pytest

from corpus import MappedText
from corpus.repair import repair


@pytest.mark.parametrize(
    "sign", ["\ufffd", "\ufffd\ufffd\ufffd", "锟斤拷", "锟斤拷锟斤拷锟", "ï¿½"]
)
def test_lost_bytes_are_flagged_and_stand(sign: str) -> None:
    page = MappedText.from_file(f"补助5{sign}万元")
    result = repair(page)
    (found,) = result.repairs

    assert result.page == page
    assert (found.kind, found.sure) == ("lost_bytes", False)
    assert (found.start, found.end) == (3, 3 + len(sign))
    assert found.before == found.after == sign


def test_a_page_full_of_losses_is_flagged_within_bounds() -> None:
    text = "\ufffd补" * 5000
    found = repair(MappedText.from_file(text)).repairs

    assert len(found) == 1000
    assert found[-1].end == len(text) - 1
