"""
Outline of Screen Sharing, as server and as viewer: RFB (RFC 6143) with the version that Apple's servers announce,
003.889, and Diffie-Hellman authentication (security type 30). Keys and pictures are random bytes: an imitation of the
message sequence, for captures, without any security.
"""
import os
import socket
import struct
import sys

VERSION = b"RFB 003.889\n"
SECURITY_TYPES = bytes([30, 33, 36, 35])
DIFFIE_HELLMAN = 30
KEY_BYTES = 128
CREDENTIAL_BYTES = 128
WIDTH, HEIGHT = 64, 32
RAW_ENCODING = 0
NAME = b"Annas-MacBook"


def receive(connection, length):
    data = b""
    while len(data) < length:
        piece = connection.recv(length - len(data))
        if not piece:
            raise ConnectionError("closed by the other side")
        data += piece
    return data


def serve(address, port):
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen()
    print("listening", flush=True)
    while True:
        connection, _ = listener.accept()
        try:
            share_screen(connection)
        except OSError as error:
            print("viewer left:", error, flush=True)
        connection.close()


def share_screen(connection):
    connection.sendall(VERSION)
    receive(connection, len(VERSION))
    connection.sendall(bytes([len(SECURITY_TYPES)]) + SECURITY_TYPES)
    receive(connection, 1)
    connection.sendall(struct.pack("!HH", 2, KEY_BYTES) + os.urandom(2 * KEY_BYTES))
    receive(connection, CREDENTIAL_BYTES + KEY_BYTES)
    connection.sendall(struct.pack("!I", 0))
    receive(connection, 1)
    pixel_format = struct.pack("!BBBBHHHBBBxxx", 32, 24, 0, 1, 255, 255, 255, 16, 8, 0)
    connection.sendall(struct.pack("!HH", WIDTH, HEIGHT) + pixel_format + struct.pack("!I", len(NAME)) + NAME)
    while True:
        receive(connection, 10)
        picture = os.urandom(16 * 16 * 4)
        connection.sendall(struct.pack("!BxHHHHHi", 0, 1, 0, 0, 16, 16, RAW_ENCODING) + picture)


def view(address, port):
    connection = socket.create_connection((address, port), timeout=8)
    receive(connection, len(VERSION))
    connection.sendall(VERSION)
    receive(connection, receive(connection, 1)[0])
    connection.sendall(bytes([DIFFIE_HELLMAN]))
    receive(connection, 4 + 2 * KEY_BYTES)
    connection.sendall(os.urandom(CREDENTIAL_BYTES + KEY_BYTES))
    receive(connection, 4)
    connection.sendall(b"\x01")
    receive(connection, 20)
    receive(connection, int.from_bytes(receive(connection, 4), "big"))
    for number in range(4):
        connection.sendall(struct.pack("!BBHHHH", 3, 1 if number else 0, 0, 0, WIDTH, HEIGHT))
        receive(connection, 16 + 16 * 16 * 4)
    connection.close()
    print("viewed", flush=True)


if __name__ == "__main__":
    {"serve": serve, "view": view}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
