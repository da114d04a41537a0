"""What does a lesson show and tell where the user stands?"""
