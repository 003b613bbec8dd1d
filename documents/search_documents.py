"""Texts of documents, given to the search with the pages that link to them."""

from documents.selectors import linked_documents_of, public_keys
from search.registry import LinkedDocumentSource, register_linked_documents

register_linked_documents(LinkedDocumentSource(read=linked_documents_of, public=public_keys))
