"""Where text comes from: one file an engine, all behind ``protocol.Engine``."""
