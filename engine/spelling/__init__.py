"""What is text that others have written: safe to print, of which characters, and which name does it mean?"""
