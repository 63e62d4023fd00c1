"""What a person, or a program that reads JSON, sees of an operation."""
