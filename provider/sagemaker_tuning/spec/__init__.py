"""The declared tuning job: every field that SageMaker has, checked as far as it can be without a call."""

from sagemaker_tuning.spec.documents import from_document, load
from sagemaker_tuning.spec.fields import FIELDS, Field
from sagemaker_tuning.spec.forms import FORMS, Form
from sagemaker_tuning.spec.model import TuningJobSpec

__all__ = ["FIELDS", "FORMS", "Field", "Form", "TuningJobSpec", "from_document", "load"]
