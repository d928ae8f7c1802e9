"""PDFium serves one thread at a time, whichever document each has open: whoever calls it, or drops what it made, holds this lock meanwhile."""
from threading import RLock

PDFIUM = RLock()
