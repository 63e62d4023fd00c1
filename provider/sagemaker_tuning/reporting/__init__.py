"""Reports of tuning jobs: one self-contained HTML page, as a file or in a notebook.

    search_space     hyperparameters' ranges and scales
    definitions      what a job searched, for which objective, on which instances
    job              what is reported of a job: its description and its trials, asked once
    curve, lanes, importance, bill    figures that follow from the trials
    plot, *_plots    the same as plotly's data
    sections, page   what the page says, and its HTML
    reports          the public function

The extra `report` has what this needs; importing this package does not need it.
"""

from sagemaker_tuning.reporting.reports import Report, report

__all__ = ["Report", "report"]
