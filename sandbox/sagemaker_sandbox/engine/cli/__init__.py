"""The command line: the commands and flags of the Pulumi CLI, as far as this engine has them."""
