# Prepares a lab host for its session: separate views of the folders that programs write to, a host name, the user
# `anna`, and loopback. Runs as process 1 of the host's namespaces; the host ends when its standard input ends.
# Arguments: the host's name, then the lines of /etc/hosts.
set -e
hostname "$1"
shift
mount -t tmpfs tmpfs /mnt
for folder in etc var; do
  mkdir -p "/mnt/$folder/changes" "/mnt/$folder/work"
  mount -t overlay overlay -o "lowerdir=/$folder,upperdir=/mnt/$folder/changes,workdir=/mnt/$folder/work" "/$folder"
done
umount -l /mnt
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -m 1777 /run/lock
mount -t tmpfs -o mode=755 tmpfs /srv
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mkdir -m 700 /srv/root
mkdir -m 755 /srv/anna
chown 2077:2077 /srv/anna

hostname >/etc/hostname
rm -f /etc/resolv.conf
: >/etc/resolv.conf
printf '127.0.0.1 localhost\n::1 localhost\n' >/etc/hosts
for line in "$@"; do printf '%s\n' "$line" >>/etc/hosts; done
sed -i 's|^root:\([^:]*\):0:0:[^:]*:[^:]*:.*|root:\1:0:0:root:/srv/root:/bin/bash|' /etc/passwd
echo 'anna:x:2077:2077:Anna:/srv/anna:/bin/bash' >>/etc/passwd
echo 'anna:x:2077:' >>/etc/group
# lab-password
echo 'anna:$6$appleflowlab$7e692cAYr0ew8nFS.QepRUVTtYlLkOo.yJQ/JLoxjrlbUsnAxEIsGMbMJFn4Y0/0mR76WAeHiRtUeXwVWeZgR.:19700:0:99999:7:::' >>/etc/shadow

# Login greetings would reveal this machine's kernel to the network.
rm -rf /etc/update-motd.d /etc/motd

for interfaces in all default; do
  # No duplicate address detection and no solicitations: captures begin with the session.
  for setting in accept_dad=0 autoconf=0 accept_ra=0 router_solicitations=0 mldv2_unsolicited_report_interval=10; do
    echo "${setting#*=}" >"/proc/sys/net/ipv6/conf/$interfaces/${setting%=*}"
  done
done
ip link set lo up
echo ready
exec cat
