#!/bin/sh
# Preview a stack and say in the pull request what that means for its tuning jobs.
#
#   preview.sh STACK [OPTION...]      in the folder of Pulumi.yaml; options are those of `sagemaker-tuning pr-comment`
#
# Ends as the preview did, else as pr-comment did (2: --fail-on), else as the posting did.
set -u
here=$(dirname "$0")
stack=$1
shift

previewed=0
pulumi preview --stack "$stack" --json --show-sames --non-interactive >preview.json 2>preview.err || previewed=$?
cat preview.err >&2

commented=0
sagemaker-tuning pr-comment preview.json --output comment.md --marker "$stack" \
  --preview-exit-code "$previewed" --preview-errors preview.err "$@" || commented=$?
[ "$commented" -eq 0 ] || [ "$commented" -eq 2 ] || exit "$commented" # there is no comment

if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  cat comment.md >>"$GITHUB_STEP_SUMMARY"
fi
posted=0
python3 "$here/post_comment.py" comment.md || posted=$?

for code in "$previewed" "$commented" "$posted"; do
  [ "$code" -eq 0 ] || exit "$code"
done
