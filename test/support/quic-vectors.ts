/** The client's Initial of RFC 9001, A.2, and of RFC 9369, A.2, with all published values of its protection. */
import { concatBytes, fromHex } from "../../src/testing/builders/byte-writer.ts";
import { QUIC_V1, QUIC_V2 } from "./quic-packets.ts";

/** The client's destination connection ID in both examples (RFC 9001, A.1). */
export const DESTINATION = fromHex("8394c8f03e515708");

/** A CRYPTO frame with a ClientHello for example.com, without its padding. */
export const CRYPTO_FRAME = fromHex(`
  06 00 40f1                       # CRYPTO, at 0, 241 bytes
  010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c
  000004130113020100
  00c0                             # extensions
  0000 0010 000e 00 000b 6578616d706c652e636f6d # server_name: example.com
  ff01 0001 00
  000a 0008 0006001d00170018
  0010 0007 0005 04 616c706e       # ALPN: alpn
  0005 0005 0100000000
  0033 0026 0024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748
  002b 0003 020304
  000d 0010 000e0403050306030203080408050806
  002d 0002 0101
  001c 0002 4001
  0039 0032 0408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f03e51570806048000ffff
`);

/** The frame with padding to a datagram of 1200 bytes. */
export const PAYLOAD = concatBytes(CRYPTO_FRAME, new Uint8Array(1162 - CRYPTO_FRAME.length));

/** The example of one version. */
export const QUIC_VECTORS = [
  {
    name: "QUIC 1 (RFC 9001, A)",
    number: QUIC_V1,
    key: "1f369613dd76d5467730efcbe3b1a22d",
    iv: "fa044b2f42a3fd3b46fb255c",
    hp: "9f50449e04a0e810283a1e9933adedd2",
    protectedHeader: "c000000001088394c8f03e5157080000449e7b9aec34",
    sample: "d1b1c98dd7689fb8ec11d242b123dc9b",
    tag: "e221af44860018ab0856972e194cd934",
    sha256: "73fa0210cb4a5a17dc10b9dc98e5cc359ba1c20fe7c0e93a9e1dcb473c37e097",
  },
  {
    name: "QUIC 2 (RFC 9369, A)",
    number: QUIC_V2,
    key: "8b1a0bc121284290a29e0971b5cd045d",
    iv: "91f73e2351d8fa91660e909f",
    hp: "45b95e15235d6f45a6b19cbcb0294ba9",
    protectedHeader: "d76b3343cf088394c8f03e5157080000449ea0c95e82",
    sample: "ffe67b6abcdb4298b485dd04de806071",
    tag: "a18b2faa745b6fe189cf772a9f84cbfc",
    sha256: "b0b766fe7e762577072d3365cc4f9635809210cba301a67f8457f5e6fdac5c68",
  },
] as const;
