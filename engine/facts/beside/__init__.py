"""What stands beside a number: what it should be, or what somebody has in its place?"""
