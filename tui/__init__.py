"""Terminal user interface (built only on what `dissect` exports)."""
