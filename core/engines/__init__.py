"""Text generation: one folder per engine, all behind ``protocol.Engine``; ``registry`` chooses one for a run."""
