# The lab's SSH key pair, and the hosts' own keys, read inside the hosts and so known before the first connection.

KNOWN_HOSTS=$STATE/ssh/known_hosts

ensure_ssh_key() {
    install_packages ssh-keygen:openssh-client
    mkdir -p "$STATE/ssh"
    chmod 0700 "$STATE/ssh"
    touch "$KNOWN_HOSTS"
    [ -e "$STATE/ssh/id_ed25519" ] || ssh-keygen -q -t ed25519 -N '' -C "searchstack lab" -f "$STATE/ssh/id_ed25519"
}

# forget_host_key ADDRESS
forget_host_key() {
    [ -e "$KNOWN_HOSTS" ] || return 0
    grep -v "^$1 " "$KNOWN_HOSTS" >"$KNOWN_HOSTS.new" || true
    mv "$KNOWN_HOSTS.new" "$KNOWN_HOSTS"
}

# remember_host_keys  Asks each wanted host whose key is not known yet.
remember_host_keys() {
    local name
    for name in "${!WANTED[@]}"; do
        grep -q "^${WANTED[$name]} " "$KNOWN_HOSTS" ||
            printf '%s %s\n' "${WANTED[$name]}" "$(engine exec "$NETWORK-$name" cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)" >>"$KNOWN_HOSTS"
    done
}
