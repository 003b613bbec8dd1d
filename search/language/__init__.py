"""Japanese and other languages: analysis of texts, readings, conversion of kana, embeddings."""
