"""How steep is it: an activation where a neuron stands, or the loss along one parameter, when measured?"""
