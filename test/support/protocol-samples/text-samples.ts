/** Text protocols over TCP that no lab session covers, from examples in the standards. */
import { text } from "./protocol-sample.ts";
import type { StreamLine } from "./stream-samples.ts";

export const TEXT_LINES: readonly StreamLine[] = [
  [
    "websocket",
    "RFC 6455, 1.3",
    0,
    80,
    text(
      "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    ),
    text(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
    ),
  ],
  [
    "http",
    "a WebSocket that is refused",
    0,
    80,
    text("GET /chat HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\n\r\n"),
    text("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
  ],
  ["http", "only the answer", 1, 8000, text("HTTP/1.0 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), ""],
  [
    "http2",
    "RFC 9113, 3.4",
    0,
    80,
    text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "000006040000000000000300000064",
  ],
  [
    "icy",
    "Shoutcast",
    0,
    8000,
    text("\r\n"),
    text("ICY 200 OK\r\nicy-name:radio\r\nicy-metaint:8192\r\n\r\n"),
  ],
  [
    "irc",
    "RFC 2812, 3.1 and 5.1",
    0,
    6667,
    text("NICK Wiz\r\nUSER guest 0 * :Ronnie Reagan\r\n"),
    text(":server.example.com 001 Wiz :Welcome\r\n"),
  ],
  [
    "irc",
    "a server that speaks first",
    1,
    6667,
    text("NOTICE AUTH :*** Looking up your hostname\r\n"),
    text("PASS secret\r\nNICK Wiz\r\n"),
  ],
  [
    "xmpp",
    "RFC 6120, 4.7",
    0,
    5222,
    text(
      "<?xml version='1.0'?><stream:stream from='juliet@im.example.com' to='im.example.com' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
    ),
    text(
      "<?xml version='1.0'?><stream:stream from='im.example.com' id='t7AMCin9zjMNwQKDnplntZPIDEI=' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
    ),
  ],
  [
    "rtsp",
    "RFC 2326, 10.2",
    0,
    554,
    text(
      "DESCRIBE rtsp://server.example.com/fizzle/foo RTSP/1.0\r\nCSeq: 312\r\nAccept: application/sdp\r\n\r\n",
    ),
    text("RTSP/1.0 200 OK\r\nCSeq: 312\r\nContent-Type: application/sdp\r\n\r\n"),
  ],
  [
    "airplay",
    "what a receiver is asked first",
    0,
    7000,
    text("GET /info RTSP/1.0\r\nCSeq: 0\r\nUser-Agent: AirPlay/550.10\r\n\r\n"),
    text("RTSP/1.0 200 OK\r\nCSeq: 0\r\nServer: AirTunes/366.0\r\n\r\n"),
  ],
  [
    "airplay",
    "over HTTP",
    0,
    7000,
    text(
      "POST /reverse HTTP/1.1\r\nUpgrade: PTTH/1.0\r\nUser-Agent: MediaControl/1.0\r\nUser-Agent: AirPlay/320.20\r\n\r\n",
    ),
    "",
  ],
  [
    "raop",
    "an older client",
    0,
    5000,
    text(
      "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nApple-Challenge: KMFp1ws4FXlIkjNpp9mdUg\r\nClient-Instance: E48D48F5D66B43EE\r\n\r\n",
    ),
    "",
  ],
  [
    "sip",
    "over TCP, RFC 3261, 24.2",
    0,
    5060,
    text(
      "INVITE sip:bob@biloxi.example.com SIP/2.0\r\nVia: SIP/2.0/TCP pc33.atlanta.example.com\r\nMax-Forwards: 70\r\n\r\n",
    ),
    text("SIP/2.0 100 Trying\r\nVia: SIP/2.0/TCP pc33.atlanta.example.com\r\n\r\n"),
  ],
  ["rsync", "protocol 31", null, 873, text("@RSYNCD: 31.0\n"), text("@RSYNCD: 31.0 sha512 sha256\n")],
  ["redis", "PING", 0, 6379, text("*1\r\n$4\r\nPING\r\n"), text("+PONG\r\n")],
  ["pjl", "a job", 0, 9100, text("\x1b%-12345X@PJL SET COPIES=1\r\n"), ""],
  ["pjl", "PostScript on its port", 0, 9100, text("%!PS-Adobe-3.0\n"), ""],
  [
    "xgrid",
    "a greeting of BEEP",
    null,
    4111,
    text(
      'RPY 0 0 . 0 148\r\nContent-Type: application/beep+xml\r\n\r\n<greeting><profile uri="http://www.apple.com/beep/xgrid/controller/client"/></greeting>END\r\n',
    ),
    "",
  ],
  ["rfb", "Apple's server", 1, 5900, text("RFB 003.889\n"), text("RFB 003.889\n")],
  ["ftp", "a server, then a client", 1, 21, text("220 FTP server ready\r\n"), text("USER anonymous\r\n")],
  [
    "smtp",
    "a server, then a client in small letters",
    1,
    25,
    text("220 mx.example ESMTP\r\n"),
    text("ehlo client.example\r\n"),
  ],
];
