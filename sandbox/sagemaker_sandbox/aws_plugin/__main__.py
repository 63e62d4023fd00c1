"""`python -m sagemaker_sandbox.aws_plugin [ENGINE]`: serve until ended; the first line printed is the port."""

from sagemaker_sandbox.aws_plugin.server import main

if __name__ == "__main__":
    main()
