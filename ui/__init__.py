"""The two faces: terminal and browser."""
