"""A measurement: how long ours takes beside a rival or floor measured in the same run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """Ours and its rival in seconds, and how many times the rival's time ours may take."""

    name: str
    ours_seconds: float
    rival_seconds: float
    limit: float

    @property
    def ratio(self) -> float:
        """How many times the rival's time ours takes."""
        return self.ours_seconds / self.rival_seconds

    @property
    def kept(self) -> bool:
        """Whether ours stays within its limit."""
        return self.ratio <= self.limit

    def __str__(self) -> str:
        sign = "ok" if self.kept else "TOO SLOW"
        return (
            f"{self.name}: {self.ours_seconds:.2f} s, floor {self.rival_seconds:.2f} s: {self.ratio:.2f} of {self.limit} {sign}"
        )
