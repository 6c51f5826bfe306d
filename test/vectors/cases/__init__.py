"""Inputs of the golden vectors: one module per family, one function per loss yielding its Cases for a dtype."""
