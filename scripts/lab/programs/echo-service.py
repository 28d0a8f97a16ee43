"""Echoes each line of text (TCP) or each datagram (UDP): a service without a known protocol."""
import argparse
import socket
import socketserver
import threading

options = argparse.ArgumentParser()
options.add_argument("--listen", nargs=3, metavar=("TRANSPORT", "ADDRESS", "PORT"), action="append", required=True)
arguments = options.parse_args()


class LineEcho(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)


class DatagramEcho(socketserver.BaseRequestHandler):
    def handle(self):
        data, reply_socket = self.request
        reply_socket.sendto(data, self.client_address)


for transport, address, port in arguments.listen:
    base = socketserver.ThreadingTCPServer if transport == "tcp" else socketserver.UDPServer
    kind = type("Service", (base,), {
        "address_family": socket.AF_INET6 if ":" in address else socket.AF_INET,
        "allow_reuse_address": True,
        "daemon_threads": True,
    })
    service = kind((address, int(port)), LineEcho if transport == "tcp" else DatagramEcho)
    threading.Thread(target=service.serve_forever).start()
print("listening", flush=True)
