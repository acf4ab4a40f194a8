#!/usr/bin/env python3
"""The dynamic signature in samples/emv/dda-card.txt: EMV 4.3 Book 2 tables 15 and 16, with integers and SHA-1 alone.

mrautio/emv-card-simulator publishes the card's private key (its primes are in emv/emv-card-simulator.txt), but no signature with its
unpredictable number. This one shares no code with the project. Usage: emv-dda-signature.py emv/emv-card-simulator.txt
"""
import hashlib
import sys

values = dict(line.split() for line in open(sys.argv[1], encoding="ascii") if not line.startswith("#"))
p, q = (int(values[name], 16) for name in ("iccPrime1", "iccPrime2"))
length = len(values["iccModulus"]) // 2
unpredictable_number = bytes.fromhex("01234567")
dynamic_number = bytes.fromhex("2AA2")
dynamic_data = bytes([len(dynamic_number)]) + dynamic_number
message = bytes([0x05, 0x01, len(dynamic_data)]) + dynamic_data
message += b"\xBB" * (length - 22 - len(message))
block = b"\x6A" + message + hashlib.sha1(message + unpredictable_number).digest() + b"\xBC"
signature = pow(int.from_bytes(block, "big"), pow(3, -1, (p - 1) * (q - 1)), p * q)
print(signature.to_bytes(length, "big").hex().upper())
