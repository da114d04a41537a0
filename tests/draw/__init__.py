"""The drawings as text: every picture is a pure function, so no app is needed to look at it."""
