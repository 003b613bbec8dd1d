"""The search for browsers and programs: pages, API, exports, feeds."""
