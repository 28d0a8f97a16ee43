/** ClientHellos in their records, as sent by tools to a listening socket. */
import { fromHex } from "../../src/testing/builders/byte-writer.ts";
import { CHROMIUM_TLS } from "./chromium-hellos.ts";

/** The content of a recorded hello. */
export interface RecordedHello {
  readonly tool: string;
  readonly records: Uint8Array;
  readonly serverName: string | null;
  readonly alpn: readonly string[];
  readonly hasEncryptedHello: boolean;
}

/** TLS 1.2: no session id. */
const OPENSSL_TLS12 = fromHex(`
  16 0301 00e7                     # record: handshake, TLS 1.0, 231 bytes
  01 0000e3 0303                   # ClientHello, 227 bytes, TLS 1.2
  38d20653929c2d117114e3716ccf0537f295513e3566629da54ff669a885a558 # random
  00                               # session id: none
  0038 c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff
  01 00                            # compression: none
  0082                             # extensions, 130 bytes
  0000 001a 0018 00 0015 696e69742e6974756e65732e6170706c652e636f6d # server_name: init.itunes.apple.com
  000b 0004 03000102               # ec_point_formats
  000a 000c 000a001d0017001e00190018 # supported_groups
  0023 0000                        # session_ticket
  0010 000e 000c 02 6832 08 687474702f312e31 # ALPN: h2, http/1.1
  0016 0000 0017 0000              # encrypt_then_mac, extended_main_secret
  000d 002a 0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602 # signatures
`);

/** TLS 1.3, with the ALPN of a push client. */
const OPENSSL_PUSH = fromHex(`
  16 0301 015a 01 000156 0303
  a1d33451bbc0dbc85102c0df92ba2873f5d7a4ec69abe6c3063b48c5a164c694 # random
  20 a255bab0d1bee7d1226876047978b1061aa694c68fcd37294d12577a3a740ccc # session id
  003e 130213031301c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff
  01 00 00cf
  0000 001b 0019 00 0016 636f75726965722e707573682e6170706c652e636f6d # courier.push.apple.com
  000b 0004 03000102
  000a 0016 0014001d0017001e0019001801000101010201030104
  0023 0000
  0010 0013 0011 10 61706e732d73656375726974792d7633 # ALPN: apns-security-v3
  0016 0000 0017 0000
  000d 002a 0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602
  002b 0009 080304030303020301     # supported_versions
  002d 0002 0101                   # psk_key_exchange_modes
  0033 0026 0024001d00205678790c34d8bb99758c93a03d36d2fe7022cfbade71f2338d6fe6fd3a5a0a11 # key_share
`);

/** Padded to 517 bytes. */
const CURL = fromHex(`
  16 0301 0200 01 0001fc 0303
  d061bb289fcb1837affdc00cb5fae0b7ed4b7211e881722d836dfc68a85db483 # random
  20 d1e0a5b7c856c2ec4d78c1bf9e96ef01d57b3d2c813261bb4c052f883b68b5af # session id
  003e 130213031301c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff
  01 00 0175
  0000 0017 0015 00 0012 676174657761792e69636c6f75642e636f6d # gateway.icloud.com
  000b 0004 03000102
  000a 0016 0014001d0017001e0019001801000101010201030104
  0010 000e 000c 02 6832 08 687474702f312e31
  0016 0000 0017 0000 0031 0000
  000d 002a 0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602
  002b 0009 080304030303020301
  002d 0002 0101
  0033 0026 0024001d002021b69aff64d64bacb3934af70ff3056b3f843a6e4b4a301d77e324c2e14d0d05
  0015 00ab ${"00".repeat(171)}    # padding
`);

/** Without a server name: the server was given by its address. */
const OPENSSL_NAMELESS = fromHex(`
  16 0301 0124 01 000120 0303
  356cbe09e80cbb7448842acd52461f2c7f9f08d0b4abfff695f92801f093b9da # random
  20 499da087d952b2f679b912aab8a1407df6d58750309902fef6b2267acf77a0ff # session id
  003e 130213031301c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff
  01 00 0099
  000b 0004 03000102
  000a 0016 0014001d0017001e0019001801000101010201030104
  0023 0000 0016 0000 0017 0000
  000d 002a 0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602
  002b 0009 080304030303020301
  002d 0002 0101
  0033 0026 0024001d0020a9930d8ac1839b85d721e8fc017b0bdff4527f9cd9a4a1b618b17c9ebf7a4d4c
`);

/** OpenSSL 3.0.19, curl 7.88.1 and Chromium 156, in 2026. */
export const RECORDED_HELLOS: readonly RecordedHello[] = [
  {
    tool: "openssl s_client -tls1_2",
    records: OPENSSL_TLS12,
    serverName: "init.itunes.apple.com",
    alpn: ["h2", "http/1.1"],
    hasEncryptedHello: false,
  },
  {
    tool: "openssl s_client -alpn apns-security-v3",
    records: OPENSSL_PUSH,
    serverName: "courier.push.apple.com",
    alpn: ["apns-security-v3"],
    hasEncryptedHello: false,
  },
  {
    tool: "curl",
    records: CURL,
    serverName: "gateway.icloud.com",
    alpn: ["h2", "http/1.1"],
    hasEncryptedHello: false,
  },
  {
    tool: "Chromium",
    records: CHROMIUM_TLS,
    serverName: "gateway.icloud.com",
    alpn: ["h2", "http/1.1"],
    hasEncryptedHello: true,
  },
  {
    tool: "openssl s_client -noservername",
    records: OPENSSL_NAMELESS,
    serverName: null,
    alpn: [],
    hasEncryptedHello: false,
  },
];
