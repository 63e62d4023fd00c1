"""Create, read, update and delete a tuning job: plain functions over gateway and plan, the same for every adapter.

Decides in which order AWS is called, what counts as the resource's own job, and what happens when a call was
interrupted. Leaves what a difference means to `plan`, and the calls themselves to `gateway`. Knows no Pulumi; reads no
clock and makes no random name but through what is passed in.
"""

from sagemaker_tuning.lifecycle.adoption import adoptable
from sagemaker_tuning.lifecycle.costs import estimated, spent
from sagemaker_tuning.lifecycle.creation import Created, create, new_id
from sagemaker_tuning.lifecycle.deletion import delete
from sagemaker_tuning.lifecycle.naming import auto_name
from sagemaker_tuning.lifecycle.options import Options
from sagemaker_tuning.lifecycle.ownership import owner_tag, problems_of_tags, with_default_tags
from sagemaker_tuning.lifecycle.parents import ANY_PARENTS, Predecessor
from sagemaker_tuning.lifecycle.reading import Read, current_status, observe, read
from sagemaker_tuning.lifecycle.review import Review, review
from sagemaker_tuning.lifecycle.tagging import update_tags

__all__ = [
    "ANY_PARENTS",
    "Created",
    "Options",
    "Predecessor",
    "Read",
    "Review",
    "adoptable",
    "auto_name",
    "create",
    "current_status",
    "delete",
    "estimated",
    "new_id",
    "observe",
    "owner_tag",
    "problems_of_tags",
    "read",
    "review",
    "spent",
    "update_tags",
    "with_default_tags",
]
