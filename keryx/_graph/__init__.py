"""Layers, the graph of their calls, and the door to pure functions. Private."""
