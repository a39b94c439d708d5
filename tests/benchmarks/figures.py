"""A measurement: how much ours takes beside a rival or floor measured in the same run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """Ours and its rival in seconds, or another unit; ``limit`` is how many times the rival's ours may take, or ours itself."""

    name: str
    ours: float
    rival: float
    limit: float
    unit: str = "s"
    absolute: bool = False

    @property
    def ratio(self) -> float:
        """How many times the rival's ours takes."""
        return self.ours / self.rival

    @property
    def kept(self) -> bool:
        """Whether ours stays within its limit."""
        return (self.ours if self.absolute else self.ratio) <= self.limit

    @property
    def row(self) -> tuple[str, ...]:
        """The figure as the cells of a table: name, ours, rival, ratio, bar, and whether that is met."""
        cells = (
            f"{value:.3f} {self.unit}" if self.unit == "s" else f"{value:.0f} {self.unit}" for value in (self.ours, self.rival)
        )
        bar = f"≤ {self.limit:g} {self.unit}" if self.absolute else f"≤ {self.limit:.3f}"
        return self.name, *cells, f"{self.ratio:.3f}", bar, "yes" if self.kept else "NO"

    def __str__(self) -> str:
        name, ours, rival, ratio, bar, kept = self.row
        return f"{name}: {ours}, floor {rival}: {ratio} {bar} {kept}"
