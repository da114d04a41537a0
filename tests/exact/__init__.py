"""What are numbers exactly, and does the engine keep to them where activations saturate?"""
