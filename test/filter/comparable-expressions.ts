/** Expressions with the same meaning in tcpdump, each of which matches some of the comparable packets but not all. */
export const EXPRESSIONS = `
ip
ip6
arp
rarp
tcp
udp
icmp
icmp6
igmp
esp
pim
vrrp
sctp
not ip
not tcp and not udp
proto 6
proto 0x11
ip proto 17
ip6 proto 6
ip proto 1 or 2
ip proto \\tcp
host 10.0.0.1
src host 10.0.0.1
dst host 10.0.0.1
src or dst host 10.0.0.1
src and dst host 10.0.0.1
src 10.0.0.1
dst 10.0.0.2 or 10.0.1.1
ip host 10.0.0.1
host fe80::1
src ::1
ip6 host 2001:db8::1
host 10.0.0.1 or fe80::1
net 10
net 10.0
net 10.0.0
net 10.0.0.1
net 10.0.0.0/8
src net 192.168.0.0/16
dst net 17.0.0.0/8 or 8.8.8.0/24
net 10.0.0.0 mask 255.255.0.0
net 10.0.1.0 mask 255.0.255.0
src and dst net 10
net fe80::/10
dst net 2001:db8::/32
net ::/0
ip6 net 2001:db8:1::/48
port 80
port 80 or 443
tcp port 443
udp port 53
tcp port http
udp port mdns
src port 443
tcp dst port 443 or 5223
src and dst port 443
dst or src port 22
portrange 6970-9999
portrange 9999-6970
tcp portrange 49152-65535
udp src portrange 1-1024
port (80 or 443)
port 80 and not 443
port 80 or not 443
tcp port 443 and host 10.0.0.1
port 80 or host 10.0.0.1 and port 443
port 80 or (host 10.0.0.1 and port 443)
not host 10.0.0.1 and not port 443
not (host 10.0.0.1 or port 443)
not port 443 and 22
port 80 or (tcp port 443) or 22
host 10.0.0.1 and (port 80 or 443) or 10.0.0.2
! tcp || udp && ip6
less 100
greater 1000
len = 60
len != 60
len > 500 and len <= 900
100 > len
ip multicast
ip6 multicast
ip broadcast
broadcast
ip and tcp[tcpflags] & tcp-syn != 0
ip and tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn
ip and (tcp[13] & 2) != 0
ip and tcp[tcpflags] = tcp-push|tcp-ack
ip and not tcp[tcpflags] & (tcp-rst|tcp-fin) != 0
ip and tcp[13] > 16
ip and tcp-syn = tcp[tcpflags]
`
  .trim()
  .split("\n");
