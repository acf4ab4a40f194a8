#!/usr/bin/env bash
# An issuer and a bureau, each with a token of its own: the issuer prepares cards with its master keys, the bureau makes them without.
# At the end: what every card answers to a terminal, which keys each token has, and whether both audit logs are intact.
#   samples/issuer-and-bureau.sh [CARDS] [FOLDER] [PROFILE]
# PROFILE is emv-dda, or emv-complete: with card numbers from a counter, verification values, a data source and keys for enciphered PINs.
# Needs Debian's softhsm2, opensc and rabbitmq-server. The tokens' master keys are made here; ZPK and KMC-EMV are the demonstration's,
# because the made-up card objects and the simulated blank cards were made with those.
set -euo pipefail
cards=${1:-1000}
folder=${2:-runs/issuer-and-bureau}
profile=${3:-emv-dda}
samples=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
perso=${PERSO:-$samples/../perso}
[ ! -e "$folder" ] || { echo "The folder $folder exists: name another one." >&2; exit 2; }
mkdir -p "$folder" && cd "$folder"

module=/usr/lib/softhsm/libsofthsm2.so
head -c 8 /dev/urandom | od -An -tu8 | tr -d ' \n' >pin && chmod 600 pin
for place in issuer bureau; do
    mkdir -p "$place/tokens"
    printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$PWD/$place/tokens" >"$place/softhsm2.conf"
    SOFTHSM2_CONF=$PWD/$place/softhsm2.conf softhsm2-util --init-token --free --label "$place" --so-pin "$(cat pin)" --pin "$(cat pin)" >/dev/null
done
# The command of one place: it sees that place's token only, and writes that place's audit log.
at() {
    local place=$1
    shift
    SOFTHSM2_CONF=$PWD/$place/softhsm2.conf "$perso" "$@" --hsm-library $module --hsm-token "$place" --hsm-pin-file pin --audit "$place/audit.log"
}
hex() { head -c "$1" /dev/urandom | od -An -tx1 | tr -d ' \n'; }
# Two components of a key of which the value is known, entered by two people.
components() {
    local value=$1 first i
    first=$(hex $((${#value} / 2)))
    printf 'anna\n%s\nbert\n' "$first"
    for ((i = 0; i < ${#value}; i += 2)); do printf '%02x' $((16#${value:i:2} ^ 16#${first:i:2})); done
    echo
}
demo_key() { sed -n "s/.*\"$1\".*\"value\": \"\([0-9A-F]*\)\".*/\1/p" "$samples/keys/demo-keys.json"; }

echo "== Keys"
for place in issuer bureau; do at $place keys generate PERSOMESH-AUDIT --kind audit; done
transport=$(hex 32)
for place in issuer bureau; do components "$transport" | at $place keys import TK-1 --kind transport --components 2; done
at issuer keys generate KEK-BUREAU.01 --kind kek
at issuer keys export KEK-BUREAU.01 --under TK-1 --form key-block --out kek.block
at bureau keys import-wrapped kek.block KEK-BUREAU.01 --under TK-1
for key in IMK-AC IMK-SMI IMK-SMC; do at issuer keys generate $key --kind master; done
components "$(demo_key ZPK)" | at issuer keys import ZPK --kind pin
components "$(hex 16)" | at issuer keys import CVK --kind cvk
components "$(hex 16)" | at issuer keys import PVK --kind pvk
components "$(demo_key KMC-EMV)" | at bureau keys import KMC-EMV --kind supplier
for key in PERSOMESH-STORAGE-ENC PERSOMESH-STORAGE-MAC; do at bureau keys generate $key --kind storage; done
at issuer keys generate PERSOMESH-POOL --kind pool
at issuer keys generate-rsa ISSUER-EMV-DDA --bits 1280 --exponent 3
at issuer keys request ISSUER-EMV-DDA --issuer-identifier 99900099 --expires 12/2035 --out issuer.req
"$perso" keys certify issuer.req --authority-key authority.pem --ca-keys ca-keys.txt --out issuer.cert
at issuer keys verify-certificate ISSUER-EMV-DDA issuer.cert --ca-keys ca-keys.txt

echo "== The issuer prepares"
"$perso" sample "$profile" --cards "$cards" >cards.csv
further=()
if [ "$profile" = emv-complete ]; then
    "$perso" sample "$profile" --cards "$cards" --source loyalty >loyalty.csv
    echo 1 >card-number.counter
    further=(--source loyalty=loyalty.csv --counter card-number=card-number.counter)
fi
time at issuer prepare cards.csv --profile "$profile" "${further[@]}" --kek KEK-BUREAU.01 --issuer DEMOBANK \
    --issuer-certificate ISSUER-EMV-DDA=issuer.cert --key-pool pool --out job.prec

echo "== The bureau personalizes"
SOFTHSM2_CONF=$PWD/bureau/softhsm2.conf "$perso" up --hsm-library $module --hsm-token bureau --hsm-pin-file pin --folder mesh
trap '"$perso" down --folder mesh' EXIT
"$perso" submit job.prec --watch --out report --folder mesh --audit bureau/submissions.log
trap - EXIT
"$perso" down --folder mesh

echo "== What a terminal says, from the cards' answers and the authority's public key"
"$perso" emv cards mesh/output/stack/good --aid F0504552534F4D010101 --ca-key ca-keys.txt

echo "== What is in the tokens"
for place in issuer bureau; do
    echo "$place:"
    SOFTHSM2_CONF=$PWD/$place/softhsm2.conf pkcs11-tool --module $module --token-label "$place" --login --pin "$(cat pin)" -O 2>/dev/null | sed -n 's/^ *label: */  /p' | sort
done

echo "== Audit logs"
at_token() { SOFTHSM2_CONF=$PWD/$1/softhsm2.conf "$perso" audit verify "$1/audit.log" --hsm-library $module --hsm-token "$1" --hsm-pin-file pin; }
at_token issuer
at_token bureau
"$perso" audit verify bureau/submissions.log
