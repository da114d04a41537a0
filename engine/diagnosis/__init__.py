"""Where does somebody's own backpropagation go wrong, and by which mistake? Told from his numbers.

`engine.diagnosis.diagnosing.diagnose` is the whole question; it is `engine.diagnose`, too.
"""
