#!/bin/sh
# Makes the secrets of a mesh: deploy/new-secrets.sh [FOLDER]. Existing files stay as they are.
# The folder is closed to other users; the files in it are not, because Compose mounts them as they are into
# containers that run as other users.
set -eu
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 0700 "$folder"
cd "$folder"

new() {
    if [ -e "$1" ]; then
        echo "$folder/$1 is there already"
        cat > /dev/null
    else
        cat > "$1.new"
        if [ ! -s "$1.new" ]; then
            echo "$folder/$1 would be empty; is openssl installed?" >&2
            exit 1
        fi
        chmod 0444 "$1.new"
        mv "$1.new" "$1"
        echo "$folder/$1 made"
    fi
}

# AES-256 key that all services share: card objects travel and wait under it.
openssl rand -hex 32 | new mesh.key
openssl rand -hex 24 | new broker.password
openssl rand -hex 24 | new database.password
# RabbitMQ reads this file; it creates the user when it starts on an empty data folder.
new broker.conf <<END
default_user = persomesh
default_pass = $(cat broker.password)
default_user_tags.monitoring = true
default_user_tags.administrator = false
END
# For a rehearsal with SoftHSM. Of a real HSM, put the PIN here yourself: one line.
openssl rand -hex 8 | new hsm.pin
