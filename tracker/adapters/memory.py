"""Memory that was used for something large goes back to the system when it is over: a worker that opened one huge message is small again."""
import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_MMAP_THRESHOLD, LARGE = -3, 1_000_000
#: A heap for each thread keeps what each once needed; since Python's threads take turns, they share one without waiting.
_ARENA_MAX = -8


def give_back() -> None:
    """Blocks from a megabyte on are taken from the system each by itself; glibc would otherwise raise that size to 32 MB by and by and keep them.

    Where the C library has no such setting, nothing is done.
    """
    with suppress(AttributeError, OSError):
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, LARGE)
        library.mallopt(_ARENA_MAX, 1)


@contextmanager
def no_search_for_circles() -> Iterator[None]:
    """While very many small objects are made that all stay, Python's search for circles among them finds nothing and costs a tenth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
