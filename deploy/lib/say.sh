# shellcheck shell=bash disable=SC2154
# What the scripts tell the person who runs them. Sourced, after `root` is set to the project's folder.

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# stage "what is being done" COMMAND...: one line with the seconds it took; the output goes to $stage_log,
# and its end is shown when the command fails.
stage() {
    local what=$1 started=$SECONDS
    shift
    printf '%s ... ' "$what"
    mkdir -p "$(dirname "$stage_log")"
    printf '\n== %s\n' "$what" >>"$stage_log"
    if "$@" >>"$stage_log" 2>&1; then
        printf '%d s\n' "$((SECONDS - started))"
    else
        printf 'failed after %d s\n' "$((SECONDS - started))"
        tail -n 25 "$stage_log" >&2
        fail "could not finish: $what. The whole output is in $stage_log"
    fi
}

# need_value OPTION [VALUE...]: or a sentence that names the option.
need_value() {
    if [ "$#" -lt 2 ] || [ -z "$2" ]; then fail "the option $1 needs a value; see --help"; fi
}
