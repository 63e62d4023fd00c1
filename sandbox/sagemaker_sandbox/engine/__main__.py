"""`python -m sagemaker_sandbox.engine`: the local engine's command line."""

import sys

from sagemaker_sandbox.engine.cli.app import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
