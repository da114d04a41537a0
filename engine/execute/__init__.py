"""How is a program run on arrays? The one forward and backward pass of the project.

A feed-forward network is a recurrent one with a single time: for a layer l at time t

    z[t,l] = W a[t,l-1] + U a[t-1,l] + b          (U absent in a dense layer)
    a[t,l] = f(z[t,l])
    δ[t,l] = f'(z[t,l]) ⊙ (Wᵀ δ[t,l+1] + Uᵀ δ[t+1,l])
    ∂C/∂W = Σ δ[t,l] a[t,l-1]ᵀ,   ∂C/∂U = Σ δ[t,l] a[t-1,l]ᵀ,   ∂C/∂b = Σ δ[t,l]

with the sums over all samples and times. Rows are samples, so W a is written a Wᵀ.

Forward and backward of the same thing stand in one file: `layer` has what every layer does with W, b
and f, `recurrence` what U adds to it, `last_layer` how the loss ends the way forward and begins the
way back. `machine` holds the parameters in motion, `compile` makes a closure of each block of a program.

Sources: Rumelhart, Hinton and Williams (1986); Werbos (1990), for the unrolling through time.
"""
