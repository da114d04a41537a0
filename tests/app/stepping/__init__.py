"""What can a user find out while stepping, key by key?"""
