"""Mechanical repairs of a version's files: what a program can put right for certain, done without a model."""
