"""A golden file: what was measured, of what version, by what rule. Figures only, no data."""

import json
import sys
from importlib.metadata import version


def write(made_by, packages, split, figures):
    """Prints one golden file; `figures` are dictionaries with `key`, `peer` and `value`."""
    out = {
        "made_by": f"tests/peers/{made_by}",
        "versions": {package: version(package) for package in packages},
        "split": split,
        "figures": figures,
    }
    json.dump(out, sys.stdout, indent=1, ensure_ascii=False)
    print()


def figure(key, peer, value):
    return {"key": key, "peer": peer, "value": round(float(value), 6)}
