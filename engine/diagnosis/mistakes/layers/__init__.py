"""Which mistakes are made in the equations of a layer, on its way forward and back?"""
