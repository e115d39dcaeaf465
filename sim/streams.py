"""Named random streams: a draw is addressed by (patient, purpose, occurrence) and nothing else.

The strategy is part of no name, so every strategy meets the same patients with the same
luck (common random numbers), and a new strategy, event or resource disturbs no other draw.

References
----------
.. [1] NumPy's parallel random number guide: seeding by a sequence of integers, varying ids
   first and the root seed last.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
WORD = 2**32
SMALLEST_UNIFORM = 2.0**-54
NAME_BYTES = 8


@dataclass(frozen=True, slots=True)
class Streams:
    """All random streams of one replication.

    Parameters
    ----------
    seed : int
        Root seed, in [0, 2**32); 0 is a seed like any other.
    replication : int
        Number of the replication, from 0.
    """

    seed: int
    replication: int

    def __post_init__(self) -> None:
        for name, number in (("seed", self.seed), ("replication", self.replication)):
            if not 0 <= number < WORD:
                raise ValueError(f"{name} must lie in [0, 2**32), got {number}")

    def uniforms(self, name: str, n: int, *, occurrence: int = 0) -> FloatArray:
        """Return uniforms for one named decision.

        Parameters
        ----------
        name : str
            The decision, such as ``uptake``.
        n : int
            Number of patients (or draws).
        occurrence : int
            How often the same patient has faced this decision before.

        Returns
        -------
        ndarray, shape (n,)
            Numbers in (0, 1); element i belongs to patient i, whatever ``n`` is.
        """
        digest = blake2b(name.encode(), digest_size=NAME_BYTES).digest()
        words = np.frombuffer(digest, dtype="<u4").tolist()
        generator = np.random.default_rng([*words, occurrence, self.replication, self.seed])
        return np.maximum(generator.random(n), SMALLEST_UNIFORM)

    def exponentials(self, name: str, n: int, *, occurrence: int = 0) -> FloatArray:
        """Return unit exponentials for one named decision, by inverse CDF."""
        return -np.log1p(-self.uniforms(name, n, occurrence=occurrence))

    def block(self, name: str, n: int, width: int) -> FloatArray:
        """Return uniforms for ``width`` occurrences of a decision, shape (n, width)."""
        block = np.empty((n, width))
        for occurrence in range(width):
            block[:, occurrence] = self.uniforms(name, n, occurrence=occurrence)
        return block
