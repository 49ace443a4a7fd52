"""What there is to choose from: stacks, starter apps, and the examples that go with a stack."""
