"""Stand-ins for AWS and for time, shared by the tests of several rooms."""
