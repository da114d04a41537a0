"""Which signs can be shown, where not all can?"""
