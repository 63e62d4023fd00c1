"""A sandbox that survives its process, killed or not: what is kept in its data folder, and how.

    DIR/lock                  held by the one process that uses the folder
    DIR/versions.json         of the libraries whose objects are in the files below
    DIR/jobs.sqlite3          tuning jobs, training jobs, tags, and what each search was asked and told
    DIR/services.sqlite3      moto's services: S3 objects, roles, networks, logs
    DIR/training-jobs/NAME/   each trial's folder, with its log
    DIR/pulumi/               the stacks of `sagemaker-sandbox exec --data DIR`

Everything is written before the client has its answer, in SQLite's write-ahead mode: a killed process loses nothing
that anybody was told. (A machine that loses power may lose the last moments, never the files' consistency.)

moto's services are kept as snapshots of their backends. Replaying the requests that made them would need no pickle,
but would give new ids and new creation times to roles and networks that others already know by the old ones, and
would take longer with each request there ever was. The price is that a folder belongs to the versions that wrote it.
Only open a folder of your own: unpickling runs what the file says.
"""

from .data_dir import DataDir, DataDirError
from .disk_store import DiskStore
from .services import KeptServices

__all__ = ["DataDir", "DataDirError", "DiskStore", "KeptServices"]
