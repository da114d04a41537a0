"""How long does a test wait for what must come? Longer than any machine needs: only what hangs takes it."""

PATIENCE = 60.0
