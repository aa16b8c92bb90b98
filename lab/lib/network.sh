# The lab's network, and what its hosts need from the machine they run on.

ensure_network() {
    if ! engine network inspect "$NETWORK" >/dev/null 2>&1; then
        engine network create --subnet "$SUBNET" --gateway "$GATEWAY" --opt com.docker.network.bridge.name=searchstack0 "$NETWORK" >/dev/null ||
            fail "The network $SUBNET cannot be made: does another one overlap it? (docker network ls)"
    fi
    step network "$SUBNET"
}

# Containers share the kernel: OpenSearch needs map areas, and every systemd of every host takes inotify instances of the one root user.
ensure_kernel_settings() {
    ensure_at_least vm/max_map_count 262144
    ensure_at_least fs/inotify/max_user_instances 1024
}

ensure_at_least() {
    local setting=/proc/sys/$1 least=$2
    [ "$(cat "$setting")" -ge "$least" ] || as_root tee "$setting" >/dev/null <<<"$least"
}
