"""Pictures that stand within a letter: the logo of a signature is not evidence, the photo of a document is."""
import warnings
from io import BytesIO

from PIL import Image

#: A picture of fewer bytes or pixels than these shows no page that could be read.
LOGO_BYTES, LOGO_PIXELS = 30_000, 250_000


def is_logo(data: bytes) -> bool:
    """Whether a picture that the words of a letter refer to is a logo or a smiley; only its first bytes are looked at."""
    if len(data) < LOGO_BYTES:
        return True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data)) as picture:
                return picture.width * picture.height < LOGO_PIXELS
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
