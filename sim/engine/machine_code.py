"""Two pieces of the compiled clock that Python cannot say, and that took more than half of its time.

Arrays that are borrowed, so that nothing counts who refers to them, and the upper half of a product of words.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

WORD_BITS = 64


@intrinsic
def borrowed(_typing_context: Any, array: Any) -> Any:  # noqa: ANN401  Numba's types
    """Return the same array without its owner; the caller keeps it alive."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        view = cgutils.create_struct_proxy(signature.return_type)(context, builder, value=arguments[0])
        view.meminfo = cgutils.get_null_value(view.meminfo.type)
        view.parent = cgutils.get_null_value(view.parent.type)
        return view._getvalue()

    return array(array), generate


@intrinsic
def high_word(_typing_context: Any, left: Any, right: Any) -> Any:  # noqa: ANN401  Numba's types
    """Return the upper 64 bits of a product of two words, as `sim.engine.heap_clock.high_word` does."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        wide = ir.IntType(2 * WORD_BITS)
        product = builder.mul(*(builder.zext(word, wide) for word in arguments))
        upper = builder.lshr(product, ir.Constant(wide, WORD_BITS))
        return builder.trunc(upper, ir.IntType(WORD_BITS))

    return types.uint64(left, right), generate
