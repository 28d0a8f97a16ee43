"""
Looks for services by multicast DNS (RFC 6762) from port 5353, as Bonjour does, until each wanted one is resolved:
python3-zeroconf implements the protocol. Prints `TYPE ADDRESS PORT` for each.
"""
import sys
import time

from zeroconf import IPVersion, ServiceBrowser, Zeroconf

wanted = sys.argv[2:]
zeroconf = Zeroconf(interfaces=[sys.argv[1]], ip_version=IPVersion.V6Only if ":" in sys.argv[1] else IPVersion.V4Only)
found = {}


class Listener:
    def add_service(self, browsed, kind, name):
        information = browsed.get_service_info(kind, name, timeout=3000)
        if information:
            found[kind] = information

    def update_service(self, browsed, kind, name):
        pass

    def remove_service(self, browsed, kind, name):
        pass


ServiceBrowser(zeroconf, wanted, Listener())
limit = time.monotonic() + 8
while len(found) < len(wanted) and time.monotonic() < limit:
    time.sleep(0.05)
zeroconf.close()
for kind, information in found.items():
    print(kind, information.parsed_addresses()[0], information.port)
if len(found) < len(wanted):
    sys.exit(f"found only {sorted(found)}")
