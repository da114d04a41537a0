"""What happens to errors and shared weights along a sequence?"""
