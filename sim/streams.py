"""Named random streams: a draw is addressed by (patient, purpose, occurrence) and nothing else.

The strategy is part of no name, so every strategy meets the same patients with the same luck (common random
numbers), and a new strategy, event or resource disturbs no other draw. An address is a counter of
Philox4x64-10, so any one draw can be computed alone: by NumPy for a whole cohort at once, or by compiled code
inside a visit.

References
----------
.. [1] Salmon, Moraes, Dror, Shaw. Parallel random numbers: as easy as 1, 2, 3. SC 2011.
   doi:10.1145/2063384.2063405
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import DTypeLike, NDArray

FloatArray = NDArray[np.float64]
WORD = 2**32
SMALLEST_UNIFORM = 2.0**-54
NAME_BYTES = 8
LARGEST_PURPOSE = 2**63 - 1
"""Purposes fit into a signed word of compiled code."""
WORDS_PER_COUNTER = 4
"""Uniforms that one value of the counter yields: those of four neighbouring patients."""
SEED_SCHEME = (
    "Philox4x64-10, addressed by seed, replication, patient, purpose and occurrence, never by strategy. "
    "Key: seed, replication. Counter, lowest word first: patient // 4 + 1, occurrence, purpose, 0; "
    "of its four words the one at patient % 4. Patients count from 0, so do replications and occurrences. "
    "Purpose: the first 8 bytes of BLAKE2b (digest of 8 bytes) of the decision's name in UTF-8, "
    "lowest byte first, without the highest bit. Uniform: the highest 53 bits of the word times 2**-53, "
    "at least 2**-54. Drawn parameters: replication 0, the number of the draw instead of the patient, "
    "purposes psa/<path> and, for strata of a Latin hypercube, psa/strata/<path>; occurrence: how often the "
    "draw was made before. Draw d of a probabilistic analysis with r replications of each meets the patients "
    "of replications d * r to d * r + r - 1."
)
"""How a draw is found, in words for the manifest of results."""


def purpose_of(name: str) -> int:
    """Return the number that stands for a named decision in the counter, in [0, 2**63)."""
    digest = blake2b(name.encode(), digest_size=NAME_BYTES).digest()
    return int.from_bytes(digest, "little") & LARGEST_PURPOSE


class _Key(ISeedSequence):
    """A key in place of a seed; of a bare key NumPy asks the system for entropy, and leaves it unused."""

    def __init__(self, *words: int) -> None:
        self._words = np.array(words, dtype=np.uint64)

    def generate_state(self, n_words: int, dtype: DTypeLike = np.uint32) -> NDArray[Any]:
        """Return the key: Philox asks for nothing else."""
        del n_words, dtype
        return self._words


@dataclass(frozen=True, slots=True)
class Streams:
    """All random streams of one replication.

    Parameters
    ----------
    seed : int
        Root seed, in [0, 2**32); 0 is a seed like any other.
    replication : int
        Number of the replication, from 0.
    first : int
        Number of the first patient (or draw) asked for; those before belong to another chunk.
    """

    seed: int
    replication: int
    first: int = 0

    def __post_init__(self) -> None:
        for name in ("seed", "replication", "first"):
            if not 0 <= getattr(self, name) < WORD:
                raise ValueError(f"{name} must lie in [0, 2**32), got {getattr(self, name)}")

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
            Numbers in (0, 1); element i belongs to patient ``first`` + i, whatever ``n`` is.
        """
        return self.numbered(purpose_of(name), n, occurrence)

    def numbered(self, purpose: int, n: int, occurrence: int) -> FloatArray:
        """Return uniforms for a decision given by its number, see `purpose_of`; shape (n,)."""
        block, within = divmod(self.first, WORDS_PER_COUNTER)
        # NumPy steps the counter before the first block: patient 0 is found at counter 1.
        counter = [block, occurrence, purpose, 0]
        key: Any = _Key(self.seed, self.replication)  # NumPy's annotations know seeds only
        generator = np.random.Generator(np.random.Philox(key, counter=counter))
        return np.maximum(generator.random(within + n)[within:], SMALLEST_UNIFORM)

    def exponentials(self, name: str, n: int, *, occurrence: int = 0) -> FloatArray:
        """Return unit exponentials for one named decision, by inverse CDF."""
        return -np.log1p(-self.uniforms(name, n, occurrence=occurrence))

    def block(self, name: str, n: int, width: int) -> FloatArray:
        """Return uniforms for ``width`` occurrences of a decision, shape (n, width)."""
        block = np.empty((n, width))
        for occurrence in range(width):
            block[:, occurrence] = self.uniforms(name, n, occurrence=occurrence)
        return block
