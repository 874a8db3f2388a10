# shellcheck shell=bash disable=SC2154
# Installs what Debian offers and this project needs. Sourced after say.sh.

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "installing packages needs root: run it as root, or install sudo"
    fi
}

# Node 18 is what Debian 12 has; a newer one from elsewhere is left alone.
has_node() {
    command -v npm >/dev/null && command -v node >/dev/null &&
        node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)'
}

# missing_packages LIST...: prints the packages of these lists, which stand beside deploy/packages.txt, that are not
# installed, and Node's when there is none.
missing_packages() {
    local wanted installed
    wanted=$(cd "$root/deploy" && cat "$@" | sed -e 's/#.*//' -e 's/[[:space:]].*//' -e '/^$/d')
    # shellcheck disable=SC2016 # dpkg-query's own ${...}
    installed=$(dpkg-query -W -f '${binary:Package} ${db:Status-Status}\n' 2>/dev/null |
        sed -n -e 's/ installed$//p' | sed -e 's/:.*//')
    comm -23 <(sort -u <<<"$wanted") <(sort -u <<<"$installed")
    has_node || printf 'nodejs\nnpm\n'
}

# install_packages LIST...: the same lists.
install_packages() {
    command -v dpkg-query >/dev/null || fail "this script installs Debian packages, and this is no Debian"
    local missing
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    stage "Reading Debian's package lists" as_root apt-get -q update
    # shellcheck disable=SC2086 # one word per package
    stage "Installing $(wc -w <<<"$missing") Debian packages (some minutes the first time)" \
        as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y --no-install-recommends -o Dpkg::Use-Pty=0 install $missing
}
