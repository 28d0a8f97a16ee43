"""
Forwards IP packets between a router's two interfaces in user space, sometimes reordered or duplicated as in busy
networks: replaces tc netem where the kernel lacks it. Every Nth packet of a direction is held until the next one has
passed, every Mth is sent twice. Counted, not random, so that a second run does the same.
"""
import argparse
import select
import socket

options = argparse.ArgumentParser()
options.add_argument("--side", nargs=3, metavar=("INTERFACE", "OWN_MAC", "PEER_MAC"), action="append", required=True)
options.add_argument("--hold-every", type=int, default=4)
options.add_argument("--repeat-every", type=int, default=7)
options.add_argument("--hold-ms", type=int, default=30)
arguments = options.parse_args()

IPV4, IPV6 = 0x0800, 0x86DD
ICMPV6, NEIGHBOUR_TYPES = 58, range(133, 138)
ALL_PROTOCOLS = 0x0003


def parse_mac(text):
    return bytes(int(part, 16) for part in text.split(":"))


class Side:
    def __init__(self, interface, own_mac, peer_mac):
        self.own_mac, self.peer_mac = parse_mac(own_mac), parse_mac(peer_mac)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS))
        self.socket.bind((interface, 0))
        self.count = 0
        self.held = None

    def is_to_forward(self, frame, origin):
        """Frames to the router's own MAC, IP only, without the neighbour discovery that the kernel answers."""
        if origin == socket.PACKET_OUTGOING or frame[0:6] != self.own_mac:
            return False
        kind = int.from_bytes(frame[12:14], "big")
        if kind == IPV6:
            return not (frame[20] == ICMPV6 and frame[54] in NEIGHBOUR_TYPES)
        return kind == IPV4


def lower_hop_limit(packet, kind):
    if kind == IPV6:
        packet[7] -= 1
        return
    packet[8] -= 1
    packet[10:12] = b"\0\0"
    total = sum(int.from_bytes(packet[at : at + 2], "big") for at in range(0, (packet[0] & 15) * 4, 2))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    packet[10:12] = (~total & 0xFFFF).to_bytes(2, "big")


def forward(frame, side, other):
    packet = bytearray(frame[14:])
    lower_hop_limit(packet, int.from_bytes(frame[12:14], "big"))
    onward = other.peer_mac + other.own_mac + frame[12:14] + bytes(packet)
    side.count += 1
    if side.held is None and side.count % arguments.hold_every == 0:
        side.held = onward
        return
    other.socket.send(onward)
    if side.count % arguments.repeat_every == 0:
        other.socket.send(onward)
    release(side, other)


def release(side, other):
    if side.held is not None:
        other.socket.send(side.held)
        side.held = None


left, right = (Side(*description) for description in arguments.side)
print("relaying", flush=True)
while True:
    ready, _, _ = select.select([left.socket, right.socket], [], [], arguments.hold_ms / 1000)
    for side, other in ((left, right), (right, left)):
        if side.socket in ready:
            frame, origin = side.socket.recvfrom(65536)
            if side.is_to_forward(frame, origin[2]):
                forward(frame, side, other)
        elif not ready:
            release(side, other)
