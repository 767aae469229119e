"""From a request to elaborated nets and files: what the command line and the Python API share."""

from archdsl.driver.pipeline import STAGES, Job, run
from archdsl.driver.request import Request

__all__ = ["STAGES", "Job", "Request", "run"]
