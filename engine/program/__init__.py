"""How does a table of equations become programs that run, in any order of steps?

`plan` has what can be done at once, `lean` what training can leave out, `operations` turns equations into
operations on arrays and `arrays.code` these into source text; `floats.code` writes straight-line code on
floats, which is quicker for small networks. `machine` says by a rule which of the two a scenario gets:
training, tracing and replaying run the same one, so that their numbers are the same bit for bit.

That holds on one machine with one number of threads. Floats know no threads; numpy leaves products of
matrices to OpenBLAS, which splits sums of some hundred products in another way on another number of threads
(`OPENBLAS_NUM_THREADS`): there the last digits may differ. Of what is shipped nothing is so large.
"""
