"""What every thread of the window's is given."""

STACK_BYTES = 16 * 2**20
"""Secondary threads have 512 KB on macOS, too little for numpy's linear algebra (numpy/numpy#11551)."""
