"""Write what was learned as the folder that `StaticEncoder.load` reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from embeddings.static import SETTINGS_FILE, VOCABULARY_FILE, WEIGHTS_FILE


def write_weights(
    folder: Path, *, table: NDArray[np.float32], vocabulary: Sequence[str], longest: int
) -> None:
    """Write the table as 8-bit integers with one scale a row, its vocabulary and settings."""
    folder.mkdir(parents=True, exist_ok=True)
    scales = np.maximum(np.abs(table).max(axis=1), 1e-12) / 127
    vectors = np.rint(table / scales[:, None]).astype(np.int8)
    save_file({"vectors": vectors, "scales": scales.astype(np.float32)}, folder / WEIGHTS_FILE)
    (folder / VOCABULARY_FILE).write_text("\n".join(vocabulary), encoding="utf-8", newline="\n")
    (folder / SETTINGS_FILE).write_text(json.dumps({"longest": longest}) + "\n", encoding="utf-8")
