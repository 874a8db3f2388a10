# shellcheck shell=bash disable=SC2154
# Three PostgreSQL servers under Patroni, and one etcd where they agree on the primary: all on loopback and in the folder
# $work, as the user postgres if this one is root, which PostgreSQL refuses to be. Sourced after say.sh.

nodes=(1 2 3)
postgres_bin=/usr/lib/postgresql/15/bin
declare -A sql_port rest_port patroni_pid
etcd_pid=

# Sets `free_port` to one that nobody listens at: below those that the kernel gives to connections, so that it stays free.
used_ports=" "
pick_port() {
    local listening
    listening=$(ss -Htan | awk '{sub(/.*:/, "", $4); print $4}')
    while :; do
        free_port=$((20000 + RANDOM % 12000))
        [[ $used_ports != *" $free_port "* ]] && ! grep -qx "$free_port" <<<"$listening" && break
    done
    used_ports+="$free_port "
}

random_word() { od -An -N18 -tx1 /dev/urandom | tr -d ' \n'; }

# as_postgres COMMAND...: takes the place of the shell that calls it, so its process is the command's.
as_postgres() {
    local user=()
    if [ "$(id -u)" = 0 ]; then user=(setpriv --reuid=postgres --regid=postgres --clear-groups); fi
    cd /
    # Or the sites would not see the end of their input.
    if [ -n "${to_driver:-}" ]; then exec {to_driver}>&- {from_driver}<&-; fi
    exec "${user[@]}" env -i PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 HOME="$work/servers" "$@"
}

# superuser_sql SQL: at the primary; one line a row.
superuser_sql() {
    PGPASSFILE=$work/pgpass "$postgres_bin/psql" -XqAt -v ON_ERROR_STOP=1 -c "$1" \
        "postgresql://postgres@$hosts/postgres?target_session_attrs=read-write&connect_timeout=3"
}

write_node() {
    cat <<END
scope: sightline
name: node$1
restapi:
  listen: 127.0.0.1:${rest_port[$1]}
  connect_address: 127.0.0.1:${rest_port[$1]}
  authentication: {username: patroni, password: $superuser_password}
etcd3:
  host: 127.0.0.1:$etcd_port
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 2
    retry_timeout: 5
    synchronous_mode: true
    synchronous_mode_strict: true
    postgresql:
      use_pg_rewind: true
      parameters:
        wal_log_hints: on
        synchronous_commit: on
        wal_retrieve_retry_interval: 500ms
        shared_buffers: 32MB
        max_connections: 50
  initdb: [{encoding: UTF8}, no-locale]
  pg_hba:
    - host all all 127.0.0.1/32 scram-sha-256
    - host replication replicator 127.0.0.1/32 scram-sha-256
postgresql:
  listen: 127.0.0.1:${sql_port[$1]}
  connect_address: 127.0.0.1:${sql_port[$1]}
  data_dir: $work/servers/node$1
  bin_dir: $postgres_bin
  pgpass: $work/servers/node$1.pgpass
  authentication:
    superuser: {username: postgres, password: $superuser_password}
    replication: {username: replicator, password: $replicator_password}
  parameters:
    unix_socket_directories: $work/servers
END
}

start_node() {
    as_postgres patroni "$work/servers/node$1.yml" >>"$work/node$1.log" 2>&1 &
    patroni_pid[$1]=$!
    # Or the shell would tell of each kill.
    disown "$!"
}

start_etcd() {
    local client=http://127.0.0.1:$etcd_port peer=http://127.0.0.1:$etcd_peer_port
    as_postgres etcd --name one --data-dir "$work/servers/etcd" --listen-client-urls "$client" \
        --advertise-client-urls "$client" --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" \
        --initial-cluster "one=$peer" >"$work/etcd.log" 2>&1 &
    etcd_pid=$!
    disown "$!"
}

# Sets `hosts`, as a libpq URL names all three servers.
prepare_cluster() {
    local node
    mkdir -p "$work/servers"
    superuser_password=$(random_word)
    replicator_password=$(random_word)
    hub_password=$(random_word)
    (umask 077 && printf '*:*:*:postgres:%s\n*:*:*:hub:%s\n' "$superuser_password" "$hub_password" >"$work/pgpass")
    pick_port && etcd_port=$free_port
    pick_port && etcd_peer_port=$free_port
    hosts=
    for node in "${nodes[@]}"; do
        pick_port && sql_port[$node]=$free_port
        pick_port && rest_port[$node]=$free_port
        hosts+=${hosts:+,}127.0.0.1:${sql_port[$node]}
        (umask 077 && write_node "$node" >"$work/servers/node$node.yml")
    done
    if [ "$(id -u)" = 0 ]; then chown -R postgres:postgres "$work/servers"; fi
}

# answers NODE PATH: whether its Patroni says yes.
answers() {
    [ "$(curl -s -o /dev/null -m 2 -w '%{http_code}' "http://127.0.0.1:${rest_port[$1]}/$2")" = 200 ]
}

# Prints the node that is the primary, if there is one.
primary() {
    local node
    for node in "${nodes[@]}"; do
        if answers "$node" primary; then printf '%s' "$node" && return; fi
    done
    return 1
}

# Both others follow the primary, it waits for one of them at each commit, and Patroni knows for which one: only that
# one may take its place.
is_whole() {
    local node known=
    for node in "${nodes[@]}"; do
        if answers "$node" synchronous; then known=$node; fi
    done
    [ -n "$known" ] && [ -n "$(primary)" ] || return 1
    [ "$(superuser_sql "SELECT count(*), count(*) FILTER (WHERE sync_state = 'sync' AND application_name = 'node$known')
                        FROM pg_stat_replication WHERE state = 'streaming'" 2>/dev/null)" = "2|1" ]
}

# wait_for SECONDS COMMAND...
wait_for() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.2
    done
}

# Prints the process of a node's PostgreSQL, if it runs: one that works in the node's data.
postmaster() {
    local pid
    pid=$(head -n 1 "$work/servers/node$1/postmaster.pid" 2>/dev/null) || return 1
    [ "$(readlink "/proc/$pid/cwd")" = "$work/servers/node$1" ] && printf '%s' "$pid"
}

# A zombie too, which may find nobody to wait for it.
is_gone() { ! readlink "/proc/$1/exe" >/dev/null; }

# kill_node NODE: kill -9 of its Patroni, its PostgreSQL and all of that one's processes, as when the power fails. Sets
# `killed_at`, in seconds since 1970.
kill_node() {
    local pids=() pid server
    if [ -n "${patroni_pid[$1]:-}" ]; then pids+=("${patroni_pid[$1]}"); fi
    # Stopped first, so that neither starts another process.
    if [ "${#pids[@]}" -gt 0 ]; then kill -STOP "${pids[@]}" 2>/dev/null || true; fi
    if server=$(postmaster "$1"); then
        kill -STOP "$server" 2>/dev/null || true
        # shellcheck disable=SC2207 # numbers
        pids+=("$server" $(ps -o pid= --ppid "$server"))
    fi
    if [ "${#pids[@]}" -gt 0 ]; then kill -KILL "${pids[@]}" 2>/dev/null || true; fi
    # shellcheck disable=SC2034 # for whoever called
    killed_at=$EPOCHREALTIME
    for pid in "${pids[@]}"; do wait_for 10 is_gone "$pid" || true; done
    patroni_pid[$1]=
}

no_server_runs() {
    local node
    for node in "${nodes[@]}"; do
        if [ -n "$(postmaster "$node")" ]; then return 1; fi
    done
}

stop_cluster() {
    local node server
    for node in "${nodes[@]}"; do
        if [ -n "${patroni_pid[$node]:-}" ]; then kill -KILL "${patroni_pid[$node]}" 2>/dev/null || true; fi
        # At once, but so that it gives back its shared memory.
        if server=$(postmaster "$node"); then kill -QUIT "$server" 2>/dev/null || true; fi
    done
    wait_for 10 no_server_runs || true
    for node in "${nodes[@]}"; do kill_node "$node"; done
    if [ -n "$etcd_pid" ]; then
        kill -KILL "$etcd_pid" 2>/dev/null || true
        wait_for 10 is_gone "$etcd_pid" || true
        etcd_pid=
    fi
}
