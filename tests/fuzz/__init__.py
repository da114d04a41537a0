"""Does any file, however it is spoilt, make the reader or what comes after it fail?

`python -m tests.fuzz --files 100000` spoils good scenarios and their data in a hundred ways and looks at each
in a process with little time and memory. A file is made from the seed and its number alone, so a finding
is named by these two: `--seed 1 --only 4711` makes it again.
"""
