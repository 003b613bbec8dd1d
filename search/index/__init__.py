"""From a published page to a document in the index: projection, outbox, rebuilding."""
