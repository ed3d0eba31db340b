"""Loading a network of the speech room for ONNX Runtime, on the CPU."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from voc.errors import ModelError


class Network:
    """A network that lies as one file in a folder of weights."""

    FILE: ClassVar[str]

    def __init__(self, folder: Path, *, threads: int) -> None:
        """Load the network's file of a folder.

        Args:
            folder: of the weights.
            threads: computing at once.

        Raises:
            ModelError: it cannot be loaded.
        """
        self._session = session_of(folder / self.FILE, threads=threads)


def session_of(file: Path, *, threads: int) -> Any:
    """Return an ``onnxruntime.InferenceSession`` of a file.

    Raises:
        ModelError: it cannot be loaded.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # The arena keeps what the longest input needed for good.
    options.enable_cpu_mem_arena = False
    try:
        return onnxruntime.InferenceSession(str(file), sess_options=options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own that share no base
        raise ModelError(f"{file}: cannot be loaded ({error}); run `voc models verify`.") from error
