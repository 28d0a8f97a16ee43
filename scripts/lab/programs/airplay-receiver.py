"""
Answers the first requests of an AirPlay sender (`GET /info`, `POST /pair-verify` over RTSP/1.0) like a receiver without
pairing: an imitation of the beginning of a session, for captures. `plistlib` writes the binary property list.
"""
import plistlib
import socket
import sys

INFO = plistlib.dumps(
    {"deviceID": "02:00:00:00:00:02", "model": "AudioAccessory5,1", "name": "Living Room", "features": 0x4A7FCA00},
    fmt=plistlib.FMT_BINARY,
)


def answer(request):
    sequence = next((line for line in request.split(b"\r\n") if line.lower().startswith(b"cseq:")), b"CSeq: 0")
    if request.startswith(b"GET /info "):
        head = [b"RTSP/1.0 200 OK", b"Content-Type: application/x-apple-binary-plist"]
        body = INFO
    else:
        head = [b"RTSP/1.0 470 Connection Authorization Required"]
        body = b""
    head += [b"Content-Length: %d" % len(body), b"Server: AirTunes/745.83", sequence, b"", b""]
    return b"\r\n".join(head) + body


address, port = sys.argv[1], int(sys.argv[2])
listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((address, port))
listener.listen()
print("listening", flush=True)
while True:
    connection, _ = listener.accept()
    while request := connection.recv(4096):
        connection.sendall(answer(request))
    connection.close()
