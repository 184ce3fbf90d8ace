# What deploy/run-local and deploy/run-cluster have in common; they source it. Messages begin with the script's name.

say() { echo "${0##*/}: $*" >&2; }

# Ends the script when something listens on the address already: it would answer in the place of what is started here.
free() {
    local variable=$1 address=$2 host=${2%:*}
    host=${host#[} host=${host%]}
    if (exec 3<>"/dev/tcp/$host/${address##*:}") 2>/dev/null; then
        say "$address is in use: end what listens there, or choose another address with $variable"
        exit 1
    fi
}

# The rules of a file, with their mail going to an inbox at this address.
rules_for_inbox() {
    local file=$1 smtp=$2
    sed -E "s/\"host\"[[:space:]]*:[[:space:]]*\"(127\.0\.0\.1|localhost)\"[[:space:]]*,[[:space:]]*\"port\"[[:space:]]*:[[:space:]]*2525/\"host\": \"${smtp%:*}\", \"port\": ${smtp##*:}/" "$file"
}

# Waits until the address answers, or until the process behind it has ended.
await() {
    local pid=$1 url=$2 tries=0
    until curl --silent --fail --output /dev/null --max-time 1 "$url"; do
        if ! kill -0 "$pid" 2>/dev/null; then
            say "$url never answered; the lines above say why"
            exit 1
        fi
        tries=$((tries + 1))
        if [ "$tries" -gt 150 ]; then
            say "$url did not answer within 30 s"
            exit 1
        fi
        sleep 0.2
    done
    # Somebody else may answer there by now.
    if ! kill -0 "$pid" 2>/dev/null; then
        say "what was to answer at $url has ended; the lines above say why"
        exit 1
    fi
}
