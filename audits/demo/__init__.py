"""The fictional Northmere programme: six years of its quality system, made by the verbs that people use."""
