/**
 * What a flow speaks, by its first payload alone: all signatures, and how one is found among them. Which are tried is decided by a
 * message's first byte; those that prove more stand before those that much else fits.
 */
import { acpp } from "./acpp.ts";
import { afp } from "./afp.ts";
import { amqp } from "./amqp.ts";
import { ard } from "./ard.ts";
import { bacnet } from "./bacnet.ts";
import { bittorrent } from "./bittorrent.ts";
import { coap } from "./coap.ts";
import { COMPANION_LINK_TYPE, companionLink } from "./companion-link.ts";
import { dceRpc } from "./dce-rpc.ts";
import { dhcp } from "./dhcp.ts";
import { dhcpv6 } from "./dhcpv6.ts";
import { distcc } from "./distcc.ts";
import { dns } from "./dns.ts";
import { dtls } from "./dtls.ts";
import type { FlowStart, Message } from "./flow-start.ts";
import { ftp } from "./ftp.ts";
import { giop } from "./giop.ts";
import { git } from "./git.ts";
import { gtpU } from "./gtp-u.ts";
import { http } from "./http.ts";
import { http2 } from "./http2.ts";
import { icy } from "./icy.ts";
import { ike } from "./ike.ts";
import { imap } from "./imap.ts";
import { irc } from "./irc.ts";
import { kerberos } from "./kerberos.ts";
import { l2tp } from "./l2tp.ts";
import { ldap } from "./ldap.ts";
import { lockdownd } from "./lockdownd.ts";
import { lpd } from "./lpd.ts";
import { memcached, memcachedDatagrams } from "./memcached.ts";
import { modbus } from "./modbus.ts";
import { mqtt } from "./mqtt.ts";
import { mysql } from "./mysql.ts";
import { natPmp } from "./nat-pmp.ts";
import { nbdgm } from "./nbdgm.ts";
import { nbss } from "./nbss.ts";
import { nntp } from "./nntp.ts";
import { ntp } from "./ntp.ts";
import { oncRpc, oncRpcDatagrams } from "./onc-rpc.ts";
import { openvpn, openvpnStream } from "./openvpn.ts";
import { pcp } from "./pcp.ts";
import { pjl } from "./pjl.ts";
import { pop3 } from "./pop3.ts";
import { postgresql } from "./postgresql.ts";
import { pptp } from "./pptp.ts";
import type { Protocol } from "./protocol-names.ts";
import { ptp } from "./ptp.ts";
import { quic } from "./quic.ts";
import { radius } from "./radius.ts";
import { rdp } from "./rdp.ts";
import { redis } from "./redis.ts";
import { rfb } from "./rfb.ts";
import { rmcp } from "./rmcp.ts";
import { rmi } from "./rmi.ts";
import { rsync } from "./rsync.ts";
import { rtcp } from "./rtcp.ts";
import { rtp } from "./rtp.ts";
import { rtsp } from "./rtsp.ts";
import { isCertain, Kind, type ProductSign, type Signature } from "./signature.ts";
import { sip } from "./sip.ts";
import { slp } from "./slp.ts";
import { smb } from "./smb.ts";
import { smtp } from "./smtp.ts";
import { snmp } from "./snmp.ts";
import { socks5 } from "./socks5.ts";
import { ssdp } from "./ssdp.ts";
import { ssh } from "./ssh.ts";
import { stun } from "./stun.ts";
import { svn } from "./svn.ts";
import { syslog } from "./syslog.ts";
import { tacacs } from "./tacacs.ts";
import { telnet } from "./telnet.ts";
import { teredo } from "./teredo.ts";
import { tftp } from "./tftp.ts";
import { tls } from "./tls.ts";
import { utp } from "./utp.ts";
import { vxlan } from "./vxlan.ts";
import { wireguard } from "./wireguard.ts";
import { xgrid } from "./xgrid.ts";
import { xmpp } from "./xmpp.ts";

/** In the order in which they are asked. */
export const SIGNATURES: readonly Signature[] = [
  stun,
  quic,
  dtls,
  tls,
  http2,
  http,
  rtsp,
  sip,
  ssdp,
  ssh,
  icy,
  rfb,
  xgrid,
  xmpp,
  rmi,
  giop,
  acpp,
  amqp,
  svn,
  rsync,
  distcc,
  git,
  bittorrent,
  pjl,
  smb,
  nbss,
  dns,
  ike,
  openvpn,
  openvpnStream,
  nbdgm,
  dhcp,
  dhcpv6,
  slp,
  natPmp,
  pcp,
  ptp,
  vxlan,
  gtpU,
  l2tp,
  teredo,
  ard,
  bacnet,
  rmcp,
  radius,
  snmp,
  ldap,
  kerberos,
  tftp,
  syslog,
  coap,
  oncRpc,
  oncRpcDatagrams,
  dceRpc,
  rdp,
  postgresql,
  mysql,
  pptp,
  mqtt,
  lockdownd,
  companionLink,
  smtp,
  ftp,
  pop3,
  imap,
  nntp,
  irc,
  telnet,
  lpd,
  redis,
  memcached,
  memcachedDatagrams,
  afp,
  socks5,
  tacacs,
  modbus,
  ntp,
  wireguard,
  utp,
  rtcp,
  rtp,
];

/** What was recognised. Shared by all flows with the same answer. */
export interface Recognition {
  readonly protocol: Protocol;
  /** The index in `FlowStart.sides` of the side that asks, whose other is the service; null where the payload does not say. */
  readonly asks: 0 | 1 | null;
  readonly sign: ProductSign | null;
}

type Asks = Recognition["asks"];

/** By transport and first byte. */
const TABLES = { tcp: tableOf("tcp"), udp: tableOf("udp") };
const known = new Map<string, Recognition>();

/**
 * What the flow speaks; "more" where further bytes or datagrams may tell; null where nothing known may follow, unless from a side that
 * has been silent so far. The start is borrowed for the call, and nothing outside its messages is read. More of the same streams gives
 * the same answer, or one after "more".
 *
 * @example recognise({ transport: "tcp", sides: [[message], []], announced: null })
 */
export function recognise(start: FlowStart): Recognition | "more" | null {
  const table = TABLES[start.transport];
  const count = Math.max(start.sides[0].length, start.sides[1].length);
  let isOpen = false;
  for (let i = 0; i < count; i++) {
    for (let side: 0 | 1 = 0; side < 2; side++) {
      const message = start.sides[side][i];
      if (message === undefined || message.offset >= message.end) continue;
      for (const signature of table[message.bytes[message.offset]]) {
        const found = judge(signature, start, side as 0 | 1, message);
        if (found === "more") isOpen = true;
        else if (found !== null) return found;
      }
    }
  }
  return isOpen ? "more" : null;
}

/** What one signature says of one message of a side, with what the other side and its other datagrams say. */
export function judge(
  signature: Signature,
  start: FlowStart,
  side: 0 | 1,
  message: Message,
): Recognition | "more" | null {
  if (signature === companionLink && start.announced !== COMPANION_LINK_TYPE) return null;
  const kind = signature.classify(message);
  if (kind === Kind.NO) return null;
  if (kind === Kind.MORE) return "more";
  if (isCertain(kind)) {
    // What is asked says more than the answer to it, so it is waited for; of two that ask, the first one's.
    const mayWait = side === 1 || kind !== Kind.ASKS;
    if (mayWait && isOpenStream(signature, start.sides[side === 0 ? 1 : 0])) return "more";
    return recognition(signature, start, message, askingSide(kind, side));
  }
  if (signature.series !== undefined) {
    const together = signature.series(start.sides[side]);
    if (isCertain(together)) return recognition(signature, start, message, askingSide(together, side));
    if (signature.agree === undefined) return together === Kind.MORE ? "more" : null;
  }
  return judgePair(signature, start, side, message, kind);
}

/** Whether a side's stream may still become the signature's. */
function isOpenStream(signature: Signature, messages: readonly Message[]): boolean {
  const message = messages[0];
  if (message === undefined || !message.isStream || message.offset >= message.end) return false;
  return signature.classify(message) === Kind.MORE;
}

/** Whether what the other side sent makes sure what this message only may be. */
function judgePair(
  signature: Signature,
  start: FlowStart,
  side: 0 | 1,
  message: Message,
  kind: Kind,
): Recognition | "more" | null {
  const other = side === 0 ? 1 : 0;
  let isOpen = start.transport === "udp" && signature.series !== undefined;
  let isAlone = true;
  for (const answer of start.sides[other]) {
    if (answer.offset >= answer.end) continue;
    isAlone = false;
    const fit = signature.classify(answer);
    if (fit === Kind.MORE) isOpen = true;
    if (fit === Kind.MORE || fit === Kind.NO) continue;
    if (isCertain(fit)) return recognition(signature, start, answer, askingSide(fit, other));
    const asks = askingOf(signature, side, message, kind, answer, fit);
    if (asks !== -1) return recognition(signature, start, message, asks);
  }
  return isAlone || isOpen ? "more" : null;
}

/** Which side asks where two messages belong together; -1 where they do not. */
function askingOf(
  signature: Signature,
  side: 0 | 1,
  message: Message,
  kind: Kind,
  answer: Message,
  fit: Kind,
): Asks | -1 {
  const other = side === 0 ? 1 : 0;
  const mayAsk = kind !== Kind.MAY_ANSWER && fit !== Kind.MAY_ASK;
  const mayAnswer = kind !== Kind.MAY_ASK && fit !== Kind.MAY_ANSWER;
  if (signature.agree === undefined) {
    if (mayAsk && mayAnswer) return null;
    return mayAsk ? side : mayAnswer ? other : -1;
  }
  // Of two that may both ask, the side that was first does.
  if (side === 0 && mayAsk && signature.agree(message, answer)) return 0;
  if (mayAnswer && signature.agree(answer, message)) return other;
  return mayAsk && signature.agree(message, answer) ? side : -1;
}

function askingSide(kind: Kind, side: 0 | 1): Asks {
  if (kind === Kind.ASKS) return side;
  if (kind === Kind.ANSWERS) return side === 0 ? 1 : 0;
  return null;
}

function recognition(signature: Signature, start: FlowStart, message: Message, asks: Asks): Recognition {
  const protocol = signature.protocolOf?.(message, start) ?? signature.protocols[0];
  const sign = signature.signOf?.(message) ?? null;
  const key = `${protocol} ${asks} ${sign}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const made: Recognition = { protocol, asks, sign };
  known.set(key, made);
  return made;
}

function tableOf(transport: FlowStart["transport"]): readonly (readonly Signature[])[] {
  const table: Signature[][] = Array.from({ length: 256 }, () => []);
  for (const signature of SIGNATURES) {
    if (!signature.transports.includes(transport)) continue;
    for (let byte = 0; byte < 256; byte++) {
      if (signature.firstBytes === null || signature.firstBytes.includes(byte)) table[byte].push(signature);
    }
  }
  return table;
}
