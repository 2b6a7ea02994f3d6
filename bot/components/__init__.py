"""Our own NLU graph components; they import rasa, spacy, numpy and the standard library."""
