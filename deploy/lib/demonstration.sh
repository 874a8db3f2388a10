# shellcheck shell=bash
# Plays the staff of a demonstration: a supervisor whose PIN lies in a file, a fictional applicant who agrees to
# everything, and an interview that has begun. Sourced after say.sh, with these set: run bin touch_port.
# shellcheck disable=SC2154

demo_organisation="Demonstration Ministry"

# as_demo COMMAND...: the command line, acting for the demonstration's supervisor.
as_demo() {
    "$bin/sightline" --run "$run" --as demo "$@" 2>>"$run/demonstration.log"
}

# A PIN of nine digits in FILE, which nobody else on this machine can read.
make_pin() {
    [ -s "$1" ] && return
    (umask 077 && od -An -N8 -tu8 /dev/urandom | tr -d ' ' | tail -c 10 >"$1")
}

# The account stays from one demonstration to the next; each signs in anew.
sign_in_demo() {
    "$bin/sightline" --run "$run" sign-in demo --pin-file "$run/state/demo.pin" 2>/dev/null && return
    "$bin/sightline" --run "$run" staff add demo --role supervisor --pin-file "$run/state/demo.pin" &&
        "$bin/sightline" --run "$run" sign-in demo --pin-file "$run/state/demo.pin"
}

# Leads an interview up to its start, as staff would step by step.
lead_demo_interview() {
    local person item
    # What an earlier demonstration left would go on otherwise.
    as_demo step end --reason technical >/dev/null || true
    person=$(as_demo sessions schedule --title "Selection mission (demonstration)" --subject "Applicant A" \
        --delegation NLD --training | sed -n 's/^  subject //p')
    [ -n "$person" ] || return 1
    as_demo step check-in >/dev/null && as_demo step open-consent >/dev/null || return 1
    for item in video audio metadata; do
        as_demo consent record "$person" "$item" given || return 1
    done
    as_demo consent record "$person" observers given --scope "$demo_organisation" || return 1
    as_demo step close-consent >/dev/null && as_demo step start >/dev/null
}

# invite ROLE NAME [OPTION...]: prints the link that lets one person in.
invite() {
    local answer role=$1 name=$2
    shift 2
    answer=$(as_demo invite --role "$role" --name "$name" "$@" --json) || return 1
    printf '%s\n' "$answer" | json_value /dev/stdin link
}

# write_links [INTERVIEWER OBSERVER]: where everybody goes, as the one who asked for it all is told.
write_links() {
    (umask 077 && printf '{"touch":"http://localhost:%s/kiosk/","interviewer":"%s","observer":"%s"}\n' \
        "$touch_port" "${1:-}" "${2:-}" >"$run/links")
}

make_links() {
    local interviewer observer
    interviewer=$(invite interviewer "Interviewer") || return 1
    observer=$(invite observer "Observer" --organisation "$demo_organisation") || return 1
    [ -n "$interviewer" ] && [ -n "$observer" ] || return 1
    write_links "$interviewer" "$observer"
}
