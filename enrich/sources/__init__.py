"""Who can be asked about arXiv's papers: one module a service.

``arxiv`` and ``datacite`` answer batches; ``oai`` answers one identifier a request. Each module builds addresses
(``address``), says when a reply is whole (``check``) and turns a whole reply into records; none opens a connection.
"""
