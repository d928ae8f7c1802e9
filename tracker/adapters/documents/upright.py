"""Setting a photographed page upright: small slants are measured from the rows of letters, a sheet on its side from its columns."""

from itertools import pairwise

from PIL import Image, ImageOps

#: Tesseract itself copes with less.
_LEAST_SLANT = 0.4
_MOST_SLANT = 6
_SMALL = 800
_SURELY = 1.5


def levelled(picture: Image.Image) -> Image.Image:
    """The grey picture with its lines level; the same picture where the lines already are."""
    angle = slant(picture)
    if abs(angle) < _LEAST_SLANT:
        return picture
    return picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def slant(picture: Image.Image) -> float:
    """By how many degrees to turn the picture so that its lines lie level: the turn at which rows of letters and gaps differ most."""
    small = _small(picture)
    best = max(range(-_MOST_SLANT, _MOST_SLANT + 1), key=lambda angle: _contrast(small, angle)) * 1.0
    for step in (0.5, 0.25):
        best = max((best - step, best, best + step), key=lambda angle: _contrast(small, angle))
    return best if _contrast(small, best) > 1.05 * _contrast(small, 0.0) else 0.0


def turns(picture: Image.Image) -> tuple[Image.Transpose | None, ...]:
    """The ways to turn the picture, the likeliest first."""
    if lies_on_its_side(picture):
        return Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_90, None, Image.Transpose.ROTATE_180
    return None, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270


def lies_on_its_side(picture: Image.Image) -> bool:
    """Whether the letters stand in columns rather than in rows, also where they slant a little."""
    small = _small(picture)
    turned = small.transpose(Image.Transpose.ROTATE_270)
    rows, columns = (max(_contrast(one, angle) for angle in range(-_MOST_SLANT, _MOST_SLANT + 1, 2)) for one in (small, turned))
    return columns > _SURELY * rows


def _small(picture: Image.Image) -> Image.Image:
    small = picture.copy()
    small.thumbnail((_SMALL, _SMALL))
    return ImageOps.autocontrast(ImageOps.invert(small))


def _contrast(picture: Image.Image, angle: float) -> float:
    """How much neighbouring rows of the turned picture differ in darkness."""
    turned = picture.rotate(angle, Image.Resampling.BILINEAR) if angle else picture
    rows = turned.resize((1, turned.height), Image.Resampling.BOX).tobytes()
    return sum((a - b) ** 2 for a, b in pairwise(rows)) / len(rows)
