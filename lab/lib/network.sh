# The lab's network, and what its hosts need from the machine they run on.

ensure_network() {
    if ! engine network inspect "$NETWORK" >/dev/null 2>&1; then
        engine network create --subnet "$SUBNET" --gateway "$GATEWAY" --opt com.docker.network.bridge.name=searchstack0 "$NETWORK" >/dev/null ||
            fail "The network $SUBNET cannot be made: does another one overlap it? (docker network ls)"
    fi
    step network "$SUBNET"
}

# OpenSearch needs this of the kernel, which containers share.
ensure_kernel_settings() {
    [ "$(cat /proc/sys/vm/max_map_count)" -ge 262144 ] || as_root tee /proc/sys/vm/max_map_count >/dev/null <<<262144
}
