#!/bin/sh
# SCP03 in S16 mode has no published session. This one is computed with openssl alone (CMAC and AES-CBC), from the rules of GPC Amendment D
# with the lengths of S16; it shares no code with the project. Output: the constants of Scp03Vectors.S16.
set -eu
K=404142434445464748494A4B4C4D4E4F
HC=A0A1A2A3A4A5A6A7A8A9AAABACADAEAF
CC=C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF
hexin() { printf '%s' "$1" | xxd -r -p; }
cmac() { hexin "$2" | openssl mac -cipher AES-128-CBC -macopt hexkey:"$1" -in - CMAC; }
cbc() { hexin "$3" | openssl enc -aes-128-cbc -nopad -K "$1" -iv "$2" | xxd -p -u -c 0; }
kdf() { cmac "$1" "0000000000000000000000$2000080""01$HC$CC"; }
ZERO=00000000000000000000000000000000
SENC=$(kdf $K 04); SMAC=$(kdf $K 06); SRMAC=$(kdf $K 07)
CARD=$(kdf "$SMAC" 00); HOST=$(kdf "$SMAC" 01)
echo "INITIALIZE UPDATE answer 00000000000000000000300361$CC$CARD"
CHAIN=$(cmac "$SMAC" "${ZERO}8482330020$HOST")
echo "EXTERNAL AUTHENTICATE 8482330020$HOST$CHAIN"
ICV=$(cbc "$SENC" $ZERO 00000000000000000000000000000001)
DATA=$(cbc "$SENC" "$ICV" BF3E035C015A80000000000000000000)
CHAIN=$(cmac "$SMAC" "${CHAIN}84E2910020$DATA")
echo "BF3E035C015A wrapped 84E2910020${DATA}${CHAIN}00"
RICV=$(cbc "$SENC" $ZERO 80000000000000000000000000000001)
RDATA=$(cbc "$SENC" "$RICV" 0102030405060708090A0B0C0D0E0F80)
RMAC=$(cmac "$SRMAC" "${CHAIN}${RDATA}9000")
echo "answer 0102030405060708090A0B0C0D0E0F protected ${RDATA}${RMAC}9000"
