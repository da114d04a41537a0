"""What do the headless commands print, and with which exit code do they end?"""
