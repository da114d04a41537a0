"""Are the gradients the slopes of the loss? Measured, and by PyTorch's automatic differentiation."""
