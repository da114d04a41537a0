"""What must hold in every view, at every size?"""
