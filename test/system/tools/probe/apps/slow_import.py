"""Takes 0.4 s to import, as a large package does."""

import time

time.sleep(0.4)
