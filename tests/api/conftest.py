"""Makes ``service.py`` importable by the tests beside it, and its fixtures known to them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from service import officer, world  # noqa: F401
