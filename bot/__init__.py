"""How we understand: the Rasa 3.6 project. Runs on the engine interpreter only."""
