"""The demonstration: a small fictional programme, made by the same verbs that people use."""
