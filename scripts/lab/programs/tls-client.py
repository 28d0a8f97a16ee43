"""
A TLS client whose ClientHello can be split as on real networks: over several TCP segments (a small maximum segment)
and over several TLS records (RFC 8446 section 5.1 allows both). Prints the outcome of the connection.
"""
import argparse
import os
import socket
import ssl
import time

options = argparse.ArgumentParser()
options.add_argument("--connect", nargs=2, metavar=("ADDRESS", "PORT"), required=True)
options.add_argument("--source-port", type=int, default=0)
options.add_argument("--name", help="server name to send; none without it")
options.add_argument("--alpn", action="append", default=[])
options.add_argument("--maximum-segment", type=int, help="TCP_MAXSEG of the socket")
options.add_argument("--hello-record-bytes", type=int, help="handshake bytes in each record of the ClientHello")
options.add_argument("--authority", help="certificates to trust; without it any certificate is taken")
options.add_argument("--no-tls13", action="store_true")
options.add_argument("--leave-after-hello", action="store_true", help="close as soon as the server has answered")
options.add_argument("--rounds", type=int, default=1)
options.add_argument("--round-ms", type=int, default=100)
options.add_argument("--send-bytes", type=int, default=64)
options.add_argument("--http", action="store_true", help="send a request for / instead of random bytes")
options.add_argument("--time-limit-s", type=float, default=8)
arguments = options.parse_args()

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
if arguments.authority:
    context.load_verify_locations(arguments.authority)
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = arguments.name is not None
if arguments.alpn:
    context.set_alpn_protocols(arguments.alpn)
if arguments.no_tls13:
    context.maximum_version = ssl.TLSVersion.TLSv1_2

REQUEST = f"GET / HTTP/1.1\r\nHost: {arguments.name}\r\nConnection: close\r\n\r\n".encode()

address, port = arguments.connect[0], int(arguments.connect[1])
connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
connection.settimeout(arguments.time_limit_s)
connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
if arguments.maximum_segment:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, arguments.maximum_segment)
if arguments.source_port:
    connection.bind(("::" if ":" in address else "0.0.0.0", arguments.source_port))

incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
session = context.wrap_bio(incoming, outgoing, server_hostname=arguments.name)


def split_records(records, limit):
    """The same handshake bytes in records of at most `limit` bytes."""
    pieces, at = [], 0
    while at < len(records):
        header, length = records[at : at + 3], int.from_bytes(records[at + 3 : at + 5], "big")
        body = records[at + 5 : at + 5 + length]
        at += 5 + length
        for start in range(0, length, limit):
            piece = body[start : start + limit]
            pieces.append(header + len(piece).to_bytes(2, "big") + piece)
    return b"".join(pieces)


def complete(step):
    """Repeats a step of the session, transferring its bytes over the socket, until it completes."""
    global hello_is_sent
    while True:
        try:
            result = step()
            done = True
        except ssl.SSLWantReadError:
            done = False
        finally:
            data = outgoing.read()
            if data and not hello_is_sent and arguments.hello_record_bytes:
                data = split_records(data, arguments.hello_record_bytes)
            if data:
                connection.sendall(data)
                hello_is_sent = True
        if done:
            return result
        received = connection.recv(16384)
        if received and arguments.leave_after_hello:
            raise ConnectionError("left as asked")
        if received:
            incoming.write(received)
        else:
            raise ConnectionError("closed by the other side")


hello_is_sent = False
try:
    connection.connect((address, port))
    complete(session.do_handshake)
    for number in range(arguments.rounds):
        if number:
            time.sleep(arguments.round_ms / 1000)
        session.write(REQUEST if arguments.http else os.urandom(arguments.send_bytes))
        complete(lambda: session.read(4096))
    print("works", session.version(), session.selected_alpn_protocol())
except OSError as error:
    print("failed:", error)
finally:
    connection.close()
