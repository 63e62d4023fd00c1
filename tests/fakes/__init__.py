"""Stand-ins for AWS and for time, shared by the rooms' tests."""
