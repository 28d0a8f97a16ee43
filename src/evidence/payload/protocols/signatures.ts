/** All signatures. Stronger ones come before those that match much else. */
import { acpp } from "./acpp.ts";
import { afp } from "./afp.ts";
import { amqp } from "./amqp.ts";
import { ard } from "./ard.ts";
import { bacnet } from "./bacnet.ts";
import { bittorrent } from "./bittorrent.ts";
import { coap } from "./coap.ts";
import { companionLink } from "./companion-link.ts";
import { dceRpc } from "./dce-rpc.ts";
import { dhcp } from "./dhcp.ts";
import { dhcpv6 } from "./dhcpv6.ts";
import { distcc } from "./distcc.ts";
import { dns } from "./dns.ts";
import { dtls } from "./dtls.ts";
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
import type { Signature } from "./signature.ts";
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

/** In the order in which they are tried. */
export const SIGNATURES: readonly Signature[] = [
  tls,
  stun,
  quic,
  dtls,
  ssh,
  http2,
  http,
  rtsp,
  sip,
  ssdp,
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
