"""Where does somebody's own backpropagation go wrong, and by which mistake? Told from his numbers.

`engine.diagnosis.diagnosing.diagnose` is the whole question; it is `engine.diagnose`, too. It goes from room
to room, each of which knows those above it alone; what a file holds, and the names that people use, are in
`engine.named_arrays`:

- `quantities`, `precision`: what can be held against his numbers, and how exact they are
- `iteration`: what an iteration comes to by any equations
- `layouts`: as what an array can be read; `naming`: what is meant by its name
- `mistakes`: what can be mistaken, in which places, and what the equations become with it
- `judging`: whether arrays agree, as they are best read, and which is wrong first
- `samples`: of which samples numbers are, if not of those of the batch
- `search`: which mistakes, of all kinds, make exactly the numbers, and which answer is given
- `diagnosis`: what is known then; `words`: how it is said; `worked`: the number that differs most;
  `remarks`: what else is seen
- `placed`, `beside`: where in a run his numbers stand
"""
