"""How long the first suggestion of a new process takes, in seconds: prints it alone.

Started by the benchmark as a process of its own. Web workers warm up before readers come.
"""

from __future__ import annotations

import time

import django

if __name__ == "__main__":
    django.setup()
    from search.results.suggestions import suggest

    start = time.perf_counter()
    suggest("たぶんか", "ja", "/search/")
    print(time.perf_counter() - start)
