#!/usr/bin/env bash
# Of this machine's users only the touch screen's and root reach its page. In a network of the test's own; skipped (77)
# without the means for one.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [ "${1:-}" != inside ]; then
    command -v nft >/dev/null && command -v setpriv >/dev/null || exit 77
    [ "$(id -u)" = 0 ] && unshare --net nft list ruleset 2>/dev/null || exit 77
    exec unshare --net -- "$0" inside
fi

ip link set lo up
perl -MIO::Socket::INET -e '
    my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:8081", Listen => 9, ReuseAddr => 1) or die;
    close($s->accept) while 1;' &
listener=$!
trap 'kill "$listener"' EXIT

reach_as() { # USER
    setpriv --reuid "$1" --clear-groups bash -c 'exec 3<>/dev/tcp/127.0.0.1/8081' 2>/dev/null
}
for _ in $(seq 50); do
    reach_as daemon && break
    sleep 0.1
done
reach_as daemon || { echo "the listener does not listen"; exit 1; }

# That user is made when the units are installed; any other stands in for it here.
rules=$(sed 's/"sightline-touch"/"nobody"/' "$root/deploy/systemd/touch-screen.nft")
for _ in 1 2; do nft -f - <<<"$rules"; done # a restart loads them again
bad=0
reach_as nobody || { echo "the touch screen's user is kept out"; bad=1; }
reach_as root || { echo "root is kept out"; bad=1; }
if reach_as daemon; then echo "another user gets in"; bad=1; fi
exit "$bad"
