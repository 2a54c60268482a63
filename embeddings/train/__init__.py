"""How the weights of the static encoder are made; see `python -m embeddings.train --help`."""
