#!/usr/bin/env bash
# The systemd units are well-formed, and their sandboxes stay tight. Skipped (77) where systemd's tools are absent.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
command -v systemd-analyze >/dev/null || exit 77

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
for unit in "$root"/deploy/systemd/*.service; do
    name=${unit##*/}
    # The programs are not installed on this machine; everything else is judged as it will be.
    sed -E 's#^ExecStart=[^ ]+#ExecStart=/bin/true#; /^Documentation=/d' "$unit" >"$work/$name"
done
complaints=$(systemd-analyze verify --man=no "$work"/*.service 2>&1 || true)
# Only what it says about our files: a host's own units are not ours to judge.
if grep -F "$work" <<<"$complaints"; then bad=1; fi
for unit in "$work"/*.service; do
    # 0 is perfectly closed, 100 wide open; 20 is "OK" with room for nothing more.
    systemd-analyze security --offline=yes --no-pager --threshold=20 "$unit" >"$work/report" || {
        bad=1
        grep -E '^✗|Overall' "$work/report"
    }
done
exit "$bad"
