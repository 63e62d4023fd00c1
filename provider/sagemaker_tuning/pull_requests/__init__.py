"""A preview as one comment of a pull request.

    preview                  what `pulumi preview` says, in the JSON of either of its forms
    job_changes, waits       what that means for tuning jobs and for completions, by the rules of the provider
    overview, objections     all of it together, and what of it makes a pipeline fail
    markdown                 text that is nothing but text, whatever is in it
    job_words, sections      the Markdown, of a job and of the preview as a whole
    fitting, comment         as much of it as a comment may have

Pure but for the price file that it may be given. Nothing is sent anywhere; that is the pipeline's.
"""

from sagemaker_tuning.pull_requests.comment import LONGEST, comment, marker
from sagemaker_tuning.pull_requests.objections import FAIL_ON, objections
from sagemaker_tuning.pull_requests.overview import Overview, overview
from sagemaker_tuning.pull_requests.preview import Preview, read_preview

__all__ = [
    "FAIL_ON",
    "LONGEST",
    "Overview",
    "Preview",
    "comment",
    "marker",
    "objections",
    "overview",
    "read_preview",
]
