import pytest

from handwriting.report.formatting import counted, duration


@pytest.mark.parametrize(("count", "text"), [(0, "0 images"), (1, "1 image"), (2, "2 images"), (4000, "4,000 images")])
def test_one_thing_is_not_written_as_several(count: int, text: str) -> None:
    assert counted(count, "image") == text


@pytest.mark.parametrize(("seconds", "text"), [(0.04, "0.0 s"), (4.25, "4.2 s"), (12.6, "13 s"), (3600.0, "3,600 s")])
def test_a_time_has_tenths_where_they_matter(seconds: float, text: str) -> None:
    assert duration(seconds) == text
