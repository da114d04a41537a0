"""In which order are the operations done, what does each read and write, and what must wait for what?"""
