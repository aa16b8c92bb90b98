# Sourced by scripts/demo and scripts/test: the tools they need, installed once.
#
# Nothing is put into the system's Python: the controller's tools live in a virtual environment below $SEARCHSTACK_CACHE,
# one for each content of the requirements files, so that a changed pin makes a new one.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
export SEARCHSTACK_CACHE=${SEARCHSTACK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/searchstack}
export ANSIBLE_CONFIG=$ROOT/ansible.cfg
mkdir -p "$SEARCHSTACK_CACHE"

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# install_packages COMMAND:PACKAGE...  Installs the Debian package of each command that is missing.
install_packages() {
    local missing=() pair
    for pair in "$@"; do
        PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
    done
    [ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}"
}

# apt_update  Until fd 8 is closed, apt-get is ours: stages of the tests run beside each other, and apt-get refuses to.
apt_update() {
    exec 8>"$SEARCHSTACK_CACHE/apt.lock"
    flock 8
    as_root apt-get update -qq
}

apt_install() {
    command -v apt-get >/dev/null || fail "Install these first (no apt-get here): $*"
    apt_update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 8>&- ||
        fail "apt-get could not install: $*"
    exec 8>&-
}

# unpack_package COMMAND:PACKAGE  Puts a command of a Debian package on PATH. The package is not installed: its service would start.
unpack_package() {
    local command=${1%%:*} package=${1#*:}
    local folder=$SEARCHSTACK_CACHE/tools/$package
    command -v "$command" >/dev/null && return
    if [ ! -x "$folder/usr/bin/$command" ]; then
        command -v apt-get >/dev/null || fail "Install $package first (no apt-get here)."
        apt_update
        rm -rf "$folder"
        mkdir -p "$folder"
        (cd "$folder" && apt-get download -qq -o APT::Sandbox::User=root "$package" && dpkg -x ./*.deb . && rm ./*.deb) ||
            fail "apt-get could not download $package."
        exec 8>&-
    fi
    export PATH=$PATH:$folder/usr/bin
}

# use_venv REQUIREMENTS_FILE  Makes the virtual environment for that file unless it is there, and puts it on PATH. Files without digests are refused.
use_venv() {
    local key venv
    key=$(cat "$ROOT"/requirements*.txt "$ROOT"/lab/requirements.txt "$ROOT/$1" | sha256sum | cut -c1-12)
    venv=$SEARCHSTACK_CACHE/venv/$key
    if [ ! -e "$venv/.complete" ]; then
        # A Debian without Python gets one; one without ensurepip (Debian packages it apart) gets that.
        python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv
        python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed; python3 is $(python3 -V)."
        rm -rf "$venv"
        python3 -m venv "$venv" || fail "python3 cannot make a virtual environment."
        "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --requirement "$ROOT/$1" || fail "pip could not install $1."
        touch "$venv/.complete"
    fi
    export PATH=$venv/bin:$PATH
}

# link_collection  Makes this checkout the installed searchstack.platform (ansible.cfg looks below .ansible/collections).
link_collection() {
    local namespace=$ROOT/.ansible/collections/ansible_collections/searchstack
    mkdir -p "$namespace"
    ln -sfn "$ROOT" "$namespace/platform"
}
