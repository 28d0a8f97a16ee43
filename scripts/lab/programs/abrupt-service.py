"""
A server that accepts a connection, waits for the client's first bytes, and ends it: like a filter that reads the
server name, or a server without a certificate for it. `reset` sends RST, `close` FIN, `alert` a TLS alert
(handshake_failure, RFC 8446 section 6.2) and FIN.
"""
import argparse
import socket
import struct

options = argparse.ArgumentParser()
options.add_argument("--listen", nargs=2, metavar=("ADDRESS", "PORT"), required=True)
options.add_argument("--end", choices=["reset", "close", "alert"], required=True)
arguments = options.parse_args()

HANDSHAKE_FAILURE = bytes([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28])

address, port = arguments.listen[0], int(arguments.listen[1])
listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((address, port))
listener.listen()
print("listening", flush=True)
while True:
    connection, _ = listener.accept()
    connection.recv(16384)
    if arguments.end == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif arguments.end == "alert":
        connection.sendall(HANDSHAKE_FAILURE)
    connection.close()
