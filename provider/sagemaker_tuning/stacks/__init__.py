"""What Pulumi has recorded of a stack's tuning jobs, read without Pulumi, and how it compares with what AWS has.

properties   a job's property bag, inputs or state, in the core's spelling
values       how the engine writes secrets and unknowns in its JSON
decision     what an `up` does about a declared job, under the user's policy
export       the tuning jobs and completions in `pulumi stack export`

Nothing here writes: neither to a stack's state nor to AWS. The secrets of a state stay in it, or are masked.
"""
