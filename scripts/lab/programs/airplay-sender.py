"""Queries an AirPlay receiver's capabilities and tries to verify a pairing, as a Mac does before playing: an imitation."""
import socket
import sys

connection = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=8)
agent = b"User-Agent: AirPlay/745.83\r\nX-Apple-ProtocolVersion: 1\r\n"
connection.sendall(b"GET /info RTSP/1.0\r\nCSeq: 0\r\n" + agent + b"\r\n")
print(connection.recv(4096)[:15])
connection.sendall(b"POST /pair-verify RTSP/1.0\r\nCSeq: 1\r\n" + agent + b"Content-Length: 4\r\n\r\n\x01\x00\x00\x00")
print(connection.recv(4096)[:15])
connection.close()
