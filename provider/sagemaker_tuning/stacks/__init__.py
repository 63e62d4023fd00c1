"""What Pulumi has recorded of a stack's tuning jobs, read without Pulumi, and how it compares with what AWS has.

properties   a job's property bag, inputs or state, in the core's spelling
decision     what an `up` does about a declared job, from its state and the user's policy
values       how the engine writes secrets and unknowns in its JSON
export       the tuning jobs and completions in `pulumi stack export`
secrets      what stands for a secret that an export hides
expectation  what the next `up` would do with a recorded job, in a word
drift        what became of the jobs since the state was written
orphans      jobs that bear the stack's owner tag and are not in its state
history      the jobs that a resource has had

Nothing here writes: neither to a stack's state nor to AWS. The secrets of a state stay in it, or are masked.
"""
