"""How is a good file spoilt?"""
