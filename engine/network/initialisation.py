"""What the weights of a layer start from, where the user chooses something else than torch's default.

Xavier: Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks".
Kaiming: He et al. 2015, "Delving Deep into Rectifiers". Orthogonal: Saxe et al. 2013, "Exact solutions to the
nonlinear dynamics of learning in deep linear neural networks".
"""

from __future__ import annotations

from torch import nn

FUNCTIONS = {
    "xavier": "nn.init.xavier_uniform_",
    "kaiming": "nn.init.kaiming_uniform_",
    "orthogonal": "nn.init.orthogonal_",
    "zeros": "nn.init.zeros_",
}
"""The choices other than torch's default, by the functions of torch that make them."""


def initialise_module(module: nn.Module, choice: str) -> None:
    """Fill the weights (tensors of two or more axes) of ``module`` by ``choice``, and its biases with zeros.

    "default" leaves what torch has put there. Kaiming is torch's ``kaiming_uniform_`` for ReLU.
    """
    if choice == "default":
        return
    for parameter in module.parameters():
        if parameter.dim() < 2 or choice == "zeros":
            nn.init.zeros_(parameter)
        elif choice == "xavier":
            nn.init.xavier_uniform_(parameter)
        elif choice == "kaiming":
            nn.init.kaiming_uniform_(parameter, nonlinearity="relu")
        else:
            nn.init.orthogonal_(parameter)
