"""Which numbers are known, touched or wrong at a step?"""
