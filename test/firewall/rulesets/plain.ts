/** Rulesets as administrators write them. */

/** A home router: sets of interfaces, a list of Apple's networks, bogus flags, limits, a blocklist. */
export const PLAIN_NFTABLES = `
table inet filter {
	set apple4 { type ipv4_addr; flags interval; elements = { 17.0.0.0/8, 57.102.0.0/15, 57.112.0.0/12, 63.92.224.0/19, 65.199.22.0/23, 139.178.128.0/18, 144.178.0.0/19, 144.178.36.0/22, 144.178.48.0/20 } }
	set apple6 { type ipv6_addr; flags interval; elements = { 2403:300::/32, 2620:149::/32 } }
	set wicked { type ipv4_addr; size 1024; flags dynamic,timeout; timeout 1h; }
	map doors { type ipv4_addr . inet_service : verdict; flags interval; elements = { 17.0.0.0/8 . 22 : accept, 0.0.0.0/0 . 993 : drop } }
	chain forward {
		type filter hook forward priority filter; policy drop;
		ip saddr @wicked drop
		meta mark set ct mark
		ct mark 0x7 drop
		ct state vmap { established : accept, related : accept, invalid : drop }
		fib saddr . iif oif missing drop
		ct status dnat accept
		iifname . oifname vmap { "outside0" . "inside0" : drop, "inside0" . "inside0" : accept }
		tcp flags & (fin | syn | rst | ack) != syn ct state new counter drop
		tcp flags syn limit rate over 100/second burst 50 packets drop
		ct count over 500 reject
		ip saddr != 10.71.1.0/24 log prefix "forged " drop
		ip daddr { 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 } reject
		ip daddr . tcp dport vmap @doors
		ip daddr @apple4 tcp dport { 80, 443, 5223 } accept
		ip6 daddr @apple6 tcp dport { 443, 5223 } ct mark set 0x3 accept
		ip daddr 23.0.0.0-23.0.255.255 tcp dport 80 limit rate 400/minute accept
		ip daddr & 255.0.0.0 == 17.0.0.0 udp dport 3478-3497 accept
		meta l4proto udp th dport { 123 } ct mark set 0x7 accept
	}
}
`;

/** A router that answers only ssh, and not its neighbours: its IPv6 is dead. */
export const WITHOUT_NEIGHBOURS = `
table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iif "lo" accept
		tcp dport 22 accept
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
		iifname "inside0" tcp dport { 80, 443 } accept
	}
}
`;

/** A small office with iptables: marks, limits, lists, bogus flags. */
export const PLAIN_IPTABLES = `*mangle
:PREROUTING ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
-A PREROUTING -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff
-A PREROUTING -i inside0 -p udp -m udp --dport 123 -j MARK --set-xmark 0x40/0xffffffff
-A PREROUTING -m mark --mark 0x40/0xf0 -j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff
-A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:flood - [0:0]
:lan - [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m conntrack --ctstate INVALID -j DROP
-A FORWARD -p tcp -m tcp --tcp-flags FIN,SYN FIN,SYN -j DROP
-A FORWARD -p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE -j DROP
-A FORWARD -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate NEW -j DROP
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i outside0 -m limit --limit 5/min -j LOG --log-prefix "from outside: "
-A FORWARD -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j flood
-A FORWARD -i inside0 -o outside0 -m conntrack --ctstate NEW -j lan
-A flood -m hashlimit --hashlimit-upto 200/sec --hashlimit-burst 50 --hashlimit-mode srcip --hashlimit-name syn -j RETURN
-A flood -j DROP
-A lan -m recent --rcheck --seconds 60 --name bad --mask 255.255.255.255 --rsource -j DROP
-A lan -m connlimit --connlimit-above 300 --connlimit-mask 32 --connlimit-saddr -j REJECT --reject-with icmp-port-unreachable
-A lan -m pkttype --pkt-type broadcast -j DROP
-A lan -m addrtype --dst-type MULTICAST -j DROP
-A lan -p tcp -m multiport --dports 80,443,5222:5223 -m comment --comment "web & push" -j ACCEPT
-A lan -d 17.0.0.0/8 -p udp -m udp --dport 3478:3497 -j ACCEPT
-A lan -p udp -m mark --mark 0x40 -j ACCEPT
-A lan -m iprange --dst-range 17.0.0.0-17.255.255.255 -p tcp -m tcp --dport 993 -j ACCEPT
-A lan ! -d 17.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT
COMMIT
`;

/** The same office, for IPv6. */
export const PLAIN_IP6TABLES = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m hl --hl-eq 255 -j ACCEPT
-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m hl --hl-eq 255 -j ACCEPT
-A FORWARD -m rt --rt-type 0 -j DROP
-A FORWARD -p ipv6-icmp -j ACCEPT
-A FORWARD -m state --state RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i inside0 -p tcp -m state --state NEW -m tcp --dport 443 -j ACCEPT
-A FORWARD -i inside0 -d 2620:149::/32 -p tcp -m tcp --dport 5223 -j ACCEPT
COMMIT
`;
