"""Text to vectors, vectors to nearest rows."""
