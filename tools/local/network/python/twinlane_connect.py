"""Sends connections of a Python process to hosts of AWS and of the assembly to the front of this run. As connect.js for Node.js."""

import errno
import socket
import sys

# The address of every such host. Connections to it go to the front.
ADDRESS = "127.83.0.1"


def confine(port, domains, hosts, metadata):
    told = set()

    def name_of(host):
        text = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else str(host or "")
        return text.lower().rstrip(".")

    def is_here(host):
        name = name_of(host)
        return name in hosts or any(name == domain or name.endswith("." + domain) for domain in domains)

    def refused(host, at, reason):
        return ConnectionRefusedError(errno.ECONNREFUSED, "%s:%s: %s" % (host, at, reason))

    getaddrinfo = socket.getaddrinfo
    gethostbyname = socket.gethostbyname
    gethostbyname_ex = socket.gethostbyname_ex

    def patched_getaddrinfo(host, service, family=0, type=0, proto=0, flags=0):
        if not is_here(host):
            return getaddrinfo(host, service, family, type, proto, flags)
        if family == socket.AF_INET6:
            raise socket.gaierror(socket.EAI_NONAME, "%s has no IPv6 address here" % name_of(host))
        number = {"http": 80, "https": 443}.get(service, service) or 0
        if name_of(host) not in hosts and int(number) not in (0, 80, 443):
            line = "%s: Nothing runs here at port %s. The connection was not opened." % (name_of(host), number)
            if line not in told:
                told.add(line)
                print(line, file=sys.stderr, flush=True)
            raise refused(name_of(host), number, "it does not run here")
        return getaddrinfo(ADDRESS, number, socket.AF_INET, type, proto, 0)

    def patched_gethostbyname(host):
        return ADDRESS if is_here(host) else gethostbyname(host)

    def patched_gethostbyname_ex(host):
        return (name_of(host), [], [ADDRESS]) if is_here(host) else gethostbyname_ex(host)

    socket.getaddrinfo = patched_getaddrinfo
    socket.gethostbyname = patched_gethostbyname
    socket.gethostbyname_ex = patched_gethostbyname_ex

    def destination(address):
        if not isinstance(address, tuple):
            return address
        host = name_of(address[0])
        if host in metadata:
            raise refused(host, address[1], "metadata is available only on AWS")
        return ("127.0.0.1", port) if host == ADDRESS or is_here(host) else address

    connect = socket.socket.connect
    connect_ex = socket.socket.connect_ex

    def patched_connect(self, address):
        return connect(self, destination(address))

    def patched_connect_ex(self, address):
        try:
            return connect_ex(self, destination(address))
        except ConnectionRefusedError as error:
            return error.errno

    socket.socket.connect = patched_connect
    socket.socket.connect_ex = patched_connect_ex
