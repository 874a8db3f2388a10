# shellcheck shell=bash disable=SC2154
# Builds the programs and the pages. Sourced after say.sh.

programs=(sightline-hub sightline-kiosk sightline-engine sightline sightline-supervisor)

build_programs() {
    stage "Configuring the build" cmake -S "$root" --preset release -DSIGHTLINE_TESTS=OFF
    stage "Building the programs (some minutes the first time)" \
        cmake --build "$root/build/release" --target "${programs[@]}"
}

build_pages() {
    local web=$root/appliance/web
    # npm writes its own lock file last: an older or missing one means an unfinished or outdated install.
    if [ ! "$web/node_modules/.package-lock.json" -nt "$web/package-lock.json" ]; then
        stage "Fetching what the web pages are built with" \
            npm --prefix "$web" ci --no-audit --no-fund --no-update-notifier
        touch "$web/node_modules/.package-lock.json"
    fi
    stage "Building the web pages" npm --prefix "$web" run --silent build
}
