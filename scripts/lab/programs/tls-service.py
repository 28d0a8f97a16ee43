"""
A TLS server that answers any data with some bytes: replaces unavailable servers, such as Apple's push couriers.
Python's ssl module is OpenSSL; any server name and ALPN are accepted.
"""
import argparse
import os
import socket
import ssl
import threading

options = argparse.ArgumentParser()
options.add_argument("--listen", nargs=2, metavar=("ADDRESS", "PORT"), action="append", required=True)
options.add_argument("--certificate", required=True)
options.add_argument("--key", required=True)
options.add_argument("--alpn", action="append", default=[])
options.add_argument("--reply-bytes", type=int, default=64)
options.add_argument("--no-tls13", action="store_true")
options.add_argument("--after-smtp-starttls", action="store_true", help="speak SMTP until STARTTLS (RFC 3207)")
arguments = options.parse_args()

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(arguments.certificate, arguments.key)
if arguments.alpn:
    context.set_alpn_protocols(arguments.alpn)
if arguments.no_tls13:
    context.maximum_version = ssl.TLSVersion.TLSv1_2


def greet_by_smtp(connection):
    connection.sendall(b"220 labserver ESMTP\r\n")
    while line := connection.recv(1024):
        if line.upper().startswith(b"STARTTLS"):
            connection.sendall(b"220 ready\r\n")
            return
        connection.sendall(b"250-labserver\r\n250 STARTTLS\r\n")


def serve_connection(connection):
    try:
        if arguments.after_smtp_starttls:
            greet_by_smtp(connection)
        with context.wrap_socket(connection, server_side=True) as session:
            while session.recv(4096):
                session.sendall(os.urandom(arguments.reply_bytes))
    except OSError as error:
        print("connection ended:", error, flush=True)


def serve(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve_connection, args=(connection,), daemon=True).start()


for address, port in arguments.listen:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, int(port)))
    listener.listen()
    threading.Thread(target=serve, args=(listener,)).start()
print("listening", flush=True)
