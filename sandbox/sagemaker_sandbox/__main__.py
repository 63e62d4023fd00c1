"""`python -m sagemaker_sandbox` is `sagemaker-sandbox`."""

from sagemaker_sandbox.cli import main

if __name__ == "__main__":
    main()
