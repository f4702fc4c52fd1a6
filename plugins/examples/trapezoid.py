"""trapezoid: the rate rises, stays and falls (Xing et al. 2018)."""

from dataclasses import dataclass

from handwriting.interfaces import Schedule
from handwriting.registry.ranges import check_above


@dataclass(frozen=True)
class Trapezoid(Schedule):
    """factor = min(1, done / rise, (1 - done) / fall)."""

    api_version = 2
    rise: float = 0.1
    fall: float = 0.4

    def __post_init__(self) -> None:
        check_above("rise", self.rise, 0)
        check_above("fall", self.fall, 0)

    def factor(self, done: float) -> float:
        return min(1.0, done / self.rise, (1 - done) / self.fall)
