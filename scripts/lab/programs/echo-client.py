"""
Sends lines (TCP) or datagrams (UDP) from a chosen port and waits for each answer. Gives up on an answer after the time
limit and continues; prints how many of how many arrived.
"""
import argparse
import socket
import time

options = argparse.ArgumentParser()
options.add_argument("--connect", nargs=3, metavar=("TRANSPORT", "ADDRESS", "PORT"), required=True)
options.add_argument("--source-port", type=int, default=0)
options.add_argument("--rounds", type=int, default=3)
options.add_argument("--round-ms", type=int, default=20)
options.add_argument("--time-limit-s", type=float, default=2)
options.add_argument("--text", default="appleflow lab")
arguments = options.parse_args()

transport, address, port = arguments.connect[0], arguments.connect[1], int(arguments.connect[2])
kind = socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM
connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
connection.settimeout(arguments.time_limit_s)
answers = 0
try:
    if arguments.source_port:
        connection.bind(("::" if ":" in address else "0.0.0.0", arguments.source_port))
    connection.connect((address, port))
    for number in range(arguments.rounds):
        connection.sendall(f"{arguments.text} {number}\n".encode())
        try:
            answers += 1 if connection.recv(4096) else 0
        except TimeoutError:
            pass
        time.sleep(arguments.round_ms / 1000)
except OSError as error:
    print("failed:", error)
finally:
    connection.close()
print(f"{answers} of {arguments.rounds} answers")
