"""Kana above kanji on every page: how words are read, what editors correct, the switch."""
