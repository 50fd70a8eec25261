"""Documents: which works they mention, and where."""

from enrich.inputs.document import Citation, Document
from enrich.inputs.reading import KINDS, LIMIT, load, read, read_file
from enrich.inputs.text import decode

__all__ = ["KINDS", "LIMIT", "Citation", "Document", "decode", "load", "read", "read_file"]
