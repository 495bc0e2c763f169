# The scripts source this file: paths, names, and functions for messages.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/signet"
tools="$cache/tools"
target="${CARGO_TARGET_DIR:-$root/target}"
case "$target" in /*) ;; *) target="$root/$target" ;; esac

# The results of a release build: the server, and the files it serves.
# shellcheck disable=SC2034
binary="$target/release/signet" site="$target/site"

# schemathesis compares the API with its description; it lives in a folder of its own, by its version.
schemathesis_version=4.32.5
schemathesis_folder="$tools/schemathesis-$schemathesis_version"
# shellcheck disable=SC2034
schemathesis="$schemathesis_folder/bin/st"

# The proxies that ./scripts/test proxies runs, unpacked from Debian's packages where the machine has none.
# shellcheck disable=SC2034
proxies="$tools/proxies"

# Our own tools first: a pinned version must not lose to another one on the machine.
tools_path="$tools/bin:$root/end2end/node_modules/.bin:${CARGO_HOME:-$HOME/.cargo}/bin"
export PATH="$tools_path:$PATH"

say() { printf '%s: %s\n' "${0##*/}" "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# The folder of initdb and pg_ctl, which Debian keeps off the PATH; empty where there is none.
postgres_bin() {
    local found
    found="$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)"
    [[ -n "$found" ]] || found="$(command -v initdb || true)"
    [[ -z "$found" ]] || dirname "$found"
}

# cargo-leptos by its own name, since `cargo leptos` may find another version first.
leptos() { (cd "$root" && LEPTOS_SITE_ROOT="$site" cargo-leptos leptos "$@"); }

build_release() {
    say "building in release (about 6 minutes the first time, seconds when nothing changed)"
    leptos build --release --precompress || die "the release build failed"
}
