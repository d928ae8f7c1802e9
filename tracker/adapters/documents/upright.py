"""Setting a photographed page upright: small slants are measured from the rows of letters, quarter turns are tried."""

from itertools import pairwise

from PIL import Image, ImageOps

#: Tesseract itself copes with less.
_LEAST_SLANT = 0.4
_MOST_SLANT = 6
_SMALL = 800
#: The quarter turns that a sheet may lie in.
TURNS = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180)


def levelled(picture: Image.Image) -> Image.Image:
    """The grey picture with its lines level; the same picture where the lines already are."""
    angle = slant(picture)
    if abs(angle) < _LEAST_SLANT:
        return picture
    return picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def slant(picture: Image.Image) -> float:
    """By how many degrees to turn the picture so that its lines lie level: the turn at which rows of letters and gaps differ most."""
    small = picture.copy()
    small.thumbnail((_SMALL, _SMALL))
    small = ImageOps.autocontrast(ImageOps.invert(small))
    best = max(range(-_MOST_SLANT, _MOST_SLANT + 1), key=lambda angle: _contrast(small, angle)) * 1.0
    for step in (0.5, 0.25):
        best = max((best - step, best, best + step), key=lambda angle: _contrast(small, angle))
    return best if _contrast(small, best) > 1.05 * _contrast(small, 0.0) else 0.0


def _contrast(picture: Image.Image, angle: float) -> float:
    """How much neighbouring rows of the turned picture differ in darkness."""
    turned = picture.rotate(angle, Image.Resampling.BILINEAR) if angle else picture
    rows = turned.resize((1, turned.height), Image.Resampling.BOX).tobytes()
    return float(sum((a - b) ** 2 for a, b in pairwise(rows)))
