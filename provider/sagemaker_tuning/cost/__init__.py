"""What a tuning job can cost at most, what it did cost, and whether that is more than the user allows.

    prices, prices.json     dollars an hour by region and instance type: the table of this package, or the user's own
    bounds                  how long, and on which instances, the training jobs of a job can run at most
    estimate, actual        instance-hours and dollars, before and after the run
    ceilings                the estimate against `max_instance_hours` and `max_cost_usd`

Only instances are priced, at the on-demand rate. Storage, data transfer and logs are left out: 30 GB for a day cost 14
cents. So are Savings Plans and private rates, which can only make a job cheaper, and the software charges of
Marketplace algorithms, which nothing here can know.
"""

from sagemaker_tuning.cost.actual import Actual, Billed, actual, cost_of
from sagemaker_tuning.cost.bounds import Gap, Instances
from sagemaker_tuning.cost.ceilings import Ceilings, Verdict
from sagemaker_tuning.cost.estimate import Estimate, Line, estimate
from sagemaker_tuning.cost.prices import Prices, load_prices
from sagemaker_tuning.cost.words import dollars, hours

__all__ = [
    "Actual",
    "Billed",
    "Ceilings",
    "Estimate",
    "Gap",
    "Instances",
    "Line",
    "Prices",
    "Verdict",
    "actual",
    "cost_of",
    "dollars",
    "estimate",
    "hours",
    "load_prices",
]
