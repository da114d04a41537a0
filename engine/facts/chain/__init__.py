"""Which factors does the chain rule multiply, along one path and over all of them?"""
