# shellcheck shell=bash
# Starts, shows and stops one appliance: hub, kiosk, engine and the demonstration's host under sightline-supervisor, in
# the directory $run. Sourced after say.sh and demonstration.sh, with these set: root run bin pages port tls_port touch_port
# mirror_port media synthetic picture sync_root store demo.
# shellcheck disable=SC2154

# The supervisor holds this lock as long as it lives, however it ends.
is_running() {
    [ -e "$run/supervisor.lock" ] && ! flock --nonblock "$run/supervisor.lock" true
}

# What runs has been prepared to its end: the links are written last.
is_ready() { [ -s "$run/links" ]; }

supervisor_pid() {
    sed -n 's/^{"pid":\([0-9]*\),.*/\1/p' "$run/supervisor.json" 2>/dev/null
}

# json_value FILE KEY: a string value of a flat JSON object that our own programs wrote.
json_value() {
    sed -n "s/.*\"$2\" *: *\"\([^\"]*\)\".*/\1/p" "$1" | head -n 1
}

is_port_busy() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

check_ports() {
    local wanted
    for wanted in "$port" "$tls_port" "$touch_port"; do
        is_port_busy "$wanted" || continue
        fail "port $wanted is in use by another program: choose others with --port N (and --tls-port N, --touch-port N)"
    done
}

# A TOML list of quoted strings.
toml_list() {
    local item list=
    for item in "$@"; do
        item=${item//\\/\\\\}
        list+="\"${item//\"/\\\"}\", "
    done
    printf '[%s]' "${list%, }"
}

write_units() {
    local engine=("$bin/sightline-engine" --run "$run")
    # With a display the applicant's screen is a window on it; without one the demo shows it in a page.
    if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
        engine+=(--mirror-port "$mirror_port")
    fi
    if [ -n "$media" ]; then engine+=(--media "$media"); fi
    if [ -n "$synthetic" ]; then engine+=(--synthetic); fi
    if [[ $picture =~ ^([0-9]+)x([0-9]+)@([0-9]+)$ ]]; then
        engine+=(--width "${BASH_REMATCH[1]}" --height "${BASH_REMATCH[2]}" --fps "${BASH_REMATCH[3]}")
    fi
    local hub=("$bin/sightline-hub" --listen "127.0.0.1:$port" --tls-listen "0.0.0.0:$tls_port" --media-port 0 --pages "$pages"
        --state "$run/state/hub" --run "$run" --kiosk-key-file "$run/state/kiosk.key")
    if [ -n "$sync_root" ]; then hub+=(--sync-root "$sync_root"); fi
    if [ -n "$store" ]; then hub+=(--store "$store"); fi
    cat <<END
# Written by deploy/run; read by sightline-supervisor.
[[unit]]
name = "hub"
command = $(toml_list "${hub[@]}")
watchdog_ms = 5000
restart_ms = 250

[[unit]]
name = "kiosk"
command = $(toml_list "$bin/sightline-kiosk" --texts "$root/session/languages" --hub "https://127.0.0.1:$tls_port" \
        --hub-fingerprint "$run/state/hub/hub-cert.sha256" --public-url "http://localhost:$port" --key-file "$run/state/kiosk.key" \
        --state "$run/state/kiosk" --run "$run" --pin-file "$run/state/staff.pin" --pages "$pages" \
        --touch-listen "127.0.0.1:$touch_port")
after = ["hub"]
watchdog_ms = 5000
restart_ms = 250
fd_store = 2

[[unit]]
name = "engine"
command = $(toml_list "${engine[@]}")
after = ["kiosk"]
watchdog_ms = 1700
restart_ms = 100

END
    [ -n "$demo" ] || return 0
    cat <<END
[[unit]]
name = "demo-host"
command = $(toml_list "$root/deploy/lib/demo_host" "$bin/sightline" "$run")
after = ["kiosk"]
restart_ms = 500
END
}

# The hub and the kiosk prove to each other that they belong together with this key.
make_kiosk_key() {
    [ -s "$run/state/kiosk.key" ] && return
    (umask 077 && od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$run/state/kiosk.key")
}

# wait_until SECONDS COMMAND...
wait_until() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.1
    done
}

all_units_run() {
    [ "$(grep -o '"state":"running"' "$run/supervisor.json" 2>/dev/null | wc -l)" = "$(grep -c '^\[\[unit\]\]' "$run/units.toml")" ]
}

show_logs_and_fail() {
    local name
    for name in supervisor hub kiosk engine demo-host demonstration; do
        [ -s "$run/$name.log" ] || continue
        printf -- '-- the end of %s\n' "$run/$name.log" >&2
        tail -n 8 "$run/$name.log" >&2
    done
    stop_appliance >/dev/null
    fail "$1"
}

start_appliance() {
    check_ports
    say "Starting the hub, the kiosk and the engine ..."
    mkdir -p "$run"
    chmod 700 "$run"
    mkdir -p "$run/state/hub" "$run/state/kiosk"
    make_kiosk_key
    # A demonstration opens its store and signs its supervisor in by itself; at a centre the staff enter their PINs, and
    # no file holds them.
    make_pin "$run/state/staff.pin"
    make_pin "$run/state/demo.pin"
    write_units >"$run/units.toml"
    rm -f "$run/hub.json" "$run/links"
    # A session of its own: closing the terminal must not end an interview.
    setsid --fork "$bin/sightline-supervisor" --config "$run/units.toml" --run "$run" \
        </dev/null >"$run/supervisor.log" 2>&1
    wait_until 30 all_units_run || show_logs_and_fail "the programs did not start; the lines above say why"
    sign_in_demo 2>>"$run/demonstration.log" || show_logs_and_fail "the demonstration's supervisor could not sign in"
    if [ -z "$demo" ]; then
        write_links
        return
    fi
    lead_demo_interview || show_logs_and_fail "the demonstration's interview did not begin; the lines above say why"
    wait_until 10 make_links || show_logs_and_fail "the kiosk gave no links: it may not reach the hub"
}

lan_address() {
    ip -o -4 route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p'
}

print_links() {
    local mirror address interviewer observer plain touch
    interviewer=$(json_value "$run/links" interviewer)
    observer=$(json_value "$run/links" observer)
    touch=$(json_value "$run/links" touch)
    say
    say "Touch screen: $touch"
    if [ -z "$interviewer" ]; then
        say
        say "It runs, and no interview has been scheduled. A supervisor called demo is signed in, with the PIN in"
        say "  $run/state/demo.pin"
        say "To lead one, sign in as demo at the touch screen, or see"
        say "  $bin/sightline --run $run --as demo sessions schedule --help"
        return
    fi
    mirror=$("$bin/sightline" --run "$run" status --json 2>/dev/null | json_value /dev/stdin mirror) || true
    say "The applicant's screen:  ${mirror:-on the display of this computer}"
    say "The interviewer:         $interviewer"
    say "The observer:            $observer"
    say
    address=$(lan_address)
    if [ -n "$address" ] && [ -s "$run/hub.json" ]; then
        # What runs may have been started with other ports than this call names.
        plain=${interviewer%%/console/*}
        tls_port=$(json_value "$run/hub.json" https)
        say "From another computer in the room, put https://$address:${tls_port##*:} in place of $plain."
        say "Its browser will ask about the certificate; the SHA-256 fingerprint must be"
        say "  $(json_value "$run/hub.json" fingerprint)"
        say
    fi
    say "This is a demonstration: the applicant is fictional, has agreed to everything and counts as training. Nobody sits"
    say "at the kiosk, so a small program admits whoever waits in the lobby, and the supervisor's PIN lies in"
    say "  $run/state/demo.pin"
    say "Each link is an invitation for one person, good for once. To stop: ./deploy/run --stop"
}

# Ends the supervisor that works in $run, which ends its units in reverse order, and nothing else.
stop_appliance() {
    local pid
    is_running || return 1
    pid=$(supervisor_pid)
    if [ -z "$pid" ] || ! tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF -- "$run"; then
        fail "a supervisor holds $run/supervisor.lock, but $run/supervisor.json does not say which: end it by hand"
    fi
    kill -TERM "$pid"
    if ! wait_until 35 is_stopped; then
        kill -KILL "$pid"
        wait_until 5 is_stopped || fail "process $pid does not end"
    fi
    rm -f "$run/links" "$run/hub.json" "$run/staff.demo"
}

is_stopped() { ! is_running; }
