"""From shares to a confidence: how often, of those that looked as likely as this, the answer was right."""

from bisect import bisect_right
from collections.abc import Sequence

GIVEN = 0.45  # from here on an answer is given; below it stays uncategorised, with its best guess offered
SURE = 0.9  # from here on nobody needs to look


class Calibration:
    """A rising line through points, measured on labelled statements that were not used for anything else."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        self.shares = [share for share, _ in points]
        self.rights = [right for _, right in points]

    def confidence(self, share: float) -> float:
        at = bisect_right(self.shares, share)
        if at == 0:
            return self.rights[0]
        if at == len(self.shares):
            return self.rights[-1]
        part = (share - self.shares[at - 1]) / (self.shares[at] - self.shares[at - 1])
        return self.rights[at - 1] + part * (self.rights[at] - self.rights[at - 1])
