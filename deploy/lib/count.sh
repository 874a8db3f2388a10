# shellcheck shell=bash disable=SC2154
# Runs test suites and adds up what passed and what failed. Sourced after say.sh.

passed=0
failed=0

# run_ctest PRESET [ctest options]: over build/PRESET, two at a time unless an option says otherwise.
run_ctest() {
    local preset=$1 output=$root/build/$1/ctest.log summary bad all
    shift
    say "Running the tests of the preset $preset ..."
    # Its own counting decides; a failure must not end the script before the others have run.
    ctest --test-dir "$root/build/$preset" -j2 --output-on-failure --no-tests=error "$@" 2>&1 |
        tee "$output" | grep -v -E '^ *(Start|[0-9]+/[0-9]+ Test +#[0-9]+: .* Passed) ' || true
    # "100% tests passed, 0 tests failed out of 123"
    summary=$(sed -n 's/^[0-9]*% tests passed, \([0-9]*\) tests failed out of \([0-9]*\)$/\1 \2/p' "$output")
    if [ -z "$summary" ]; then
        failed=$((failed + 1))
        return
    fi
    read -r bad all <<<"$summary"
    failed=$((failed + bad))
    passed=$((passed + all - bad))
}

# run_npm_tests SCRIPT: the pages' own tests, by Node's test runner: "test" is the parts of them, "test:page" whole pages in
# Chromium, which must have been built.
run_npm_tests() {
    local output=$root/build/npm-${1/:/-}.log good bad
    say "Running the tests of the web pages ($1) ..."
    local ended=0
    npm --prefix "$root/appliance/web" run "$1" 2>&1 | tee "$output" | grep -E '^(not ok|# (pass|fail)|✖|ℹ (pass|fail))' || true
    good=$(sed -n 's/^[#ℹ] pass \([0-9]*\)$/\1/p' "$output" | awk '{n += $1} END {print n + 0}')
    bad=$(sed -n 's/^[#ℹ] fail \([0-9]*\)$/\1/p' "$output" | awk '{n += $1} END {print n + 0}')
    # No count at all means that the runner itself did not work.
    [ "$good" -gt 0 ] || ended=1
    passed=$((passed + good))
    failed=$((failed + bad + ended))
}

# The closing line, and the verdict as exit code.
print_count() {
    say "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}
