"""What the journey did to a text: clean, scanned, or damaged."""

from dataclasses import dataclass

from tracker.reading.noise import FEW_ACCENTS

SCANNED, DAMAGED = 0.002, 0.03
SCAN_WORDS = "Bản quét hoặc chữ bị lỗi: hãy so với bản gốc."


@dataclass(frozen=True, slots=True)
class Wear:
    """noise: share of damaged words; accents: share of words that carry a mark."""

    noise: float
    accents: float

    @property
    def scanned(self) -> bool:
        """Whether single characters cannot be trusted."""
        return self.noise >= SCANNED or self.damaged

    @property
    def damaged(self) -> bool:
        """Whether nothing can be trusted."""
        return self.noise >= DAMAGED or self.accents < FEW_ACCENTS
