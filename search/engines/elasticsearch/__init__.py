"""The Elasticsearch engine: a cluster that several machines share, versions 8 and 9.

Nothing outside this package knows the client. `engine` reads and writes, `building` makes a new
index under a lock that holds for all machines, `requests` compiles plans, `documents` says how
documents are stored, `connection` gives up quickly and says what is wrong in words.
"""

from search.engines.elasticsearch.engine import ElasticsearchEngine

__all__ = ["ElasticsearchEngine"]
