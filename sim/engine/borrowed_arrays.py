"""Arrays that compiled code borrows: without an owner, so that nothing counts who refers to them.

Counting references took half of the time of the compiled clock. The caller keeps the arrays alive.
"""

from __future__ import annotations

from typing import Any

from numba.core import cgutils
from numba.extending import intrinsic


@intrinsic
def borrowed(_typing_context: Any, array: Any) -> Any:  # noqa: ANN401  Numba's types
    """Return the same array without its owner."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        view = cgutils.create_struct_proxy(signature.return_type)(context, builder, value=arguments[0])
        view.meminfo = cgutils.get_null_value(view.meminfo.type)
        view.parent = cgutils.get_null_value(view.parent.type)
        return view._getvalue()

    return array(array), generate
