"""
One side of a call: sends RTP (RFC 3550 section 5.1) from one port to the other side's and counts what arrives. Its
payload is random, as in an encrypted call.
"""
import argparse
import os
import socket
import struct
import time

options = argparse.ArgumentParser()
options.add_argument("--local", nargs=2, metavar=("ADDRESS", "PORT"), required=True)
options.add_argument("--remote", nargs=2, metavar=("ADDRESS", "PORT"), required=True)
options.add_argument("--packets", type=int, default=25)
options.add_argument("--packet-ms", type=int, default=20)
options.add_argument("--payload-bytes", type=int, default=80)
options.add_argument("--payload-type", type=int, default=104)
options.add_argument("--linger-ms", type=int, default=400)
options.add_argument("--answers", action="store_true", help="be silent until the other side has spoken")
arguments = options.parse_args()

VERSION_2 = 0x80
SAMPLES_PER_PACKET = 480

address, port = arguments.local[0], int(arguments.local[1])
party = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
party.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
party.bind((address, port))
remote = (arguments.remote[0], int(arguments.remote[1]))
print("ready", flush=True)
source = int.from_bytes(os.urandom(4), "big")
came = 0


def count_until(moment):
    global came
    while (left := moment - time.monotonic()) > 0:
        party.settimeout(left)
        try:
            party.recvfrom(2048)
            came += 1
        except OSError:
            # An ICMP error is reported by the next system call: the conversation continues, as a real one would.
            continue


if arguments.answers:
    party.recvfrom(2048)
    came += 1
for number in range(arguments.packets):
    due = time.monotonic() + arguments.packet_ms / 1000
    header = struct.pack("!BBHII", VERSION_2, arguments.payload_type, number, number * SAMPLES_PER_PACKET, source)
    try:
        party.sendto(header + os.urandom(arguments.payload_bytes), remote)
    except OSError:
        pass
    count_until(due)
count_until(time.monotonic() + arguments.linger_ms / 1000)
print(f"sent {arguments.packets}, received {came}", flush=True)
