# The image of a lab host. Its tag carries a hash of the recipe, so a changed recipe makes a new image.

IMAGE_RECIPE=$LAB/image
suite=${LAB_SUITE:-trixie}
image_key=$suite-$(cd "$IMAGE_RECIPE" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
IMAGE=$NETWORK:$image_key
IMAGE_FILE=$SEARCHSTACK_CACHE/images/$image_key.tar

# drop_predecessors  Images of older recipes, except those that hosts still run on.
drop_predecessors() {
    local old
    for old in "${IMAGE_FILE%/*}/$suite"-*.tar; do
        [ "$old" = "$IMAGE_FILE" ] || as_root rm -f "$old" "$old.log"
    done
    for old in $(engine image ls --format '{{.Repository}}:{{.Tag}}' "$NETWORK"); do
        [[ $old != "$NETWORK:$suite"-* || $old = "$IMAGE" ]] || engine image rm "$old" >/dev/null 2>&1 || true
    done
}

ensure_image() {
    local started=$SECONDS
    if engine image inspect "$IMAGE" >/dev/null 2>&1; then
        step image "$IMAGE"
        return
    fi
    if [ ! -e "$IMAGE_FILE" ]; then
        step image "building $IMAGE from Debian's packages (about a minute)"
        install_packages debootstrap:debootstrap gcc:gcc
        mkdir -p "${IMAGE_FILE%/*}"
        as_root "$IMAGE_RECIPE/build" "$IMAGE_FILE.part" "$suite" "${LAB_MIRROR:-}" 9>&- >"$IMAGE_FILE.log" 2>&1 || fail "The image was not built: see $IMAGE_FILE.log"
        as_root mv "$IMAGE_FILE.part" "$IMAGE_FILE"
    fi
    engine import --change 'CMD ["/usr/local/sbin/lab-init"]' - "$IMAGE" <"$IMAGE_FILE" >/dev/null ||
        fail "$IMAGE_FILE cannot be imported; remove it to build it anew."
    drop_predecessors
    step image "$IMAGE ready after $((SECONDS - started)) s"
}
