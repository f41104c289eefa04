"""Image table: what the commonest official images usually start with; see `dfcheck.knowledge.images`.

`tools/images.py` writes this module from a registry. An image stands under its full name; a tag is the flavour that
one of the words of a tag names.
"""

from __future__ import annotations

from dfcheck.knowledge.images import Typical

TYPICAL: dict[str, Typical] = {
    "docker.io/library/almalinux": Typical(cmd=("/bin/bash",)),
    "docker.io/library/alpine": Typical(cmd=("/bin/sh",)),
    "docker.io/library/amazonlinux": Typical(cmd=("/bin/bash",)),
    "docker.io/library/busybox": Typical(cmd=("sh",)),
    "docker.io/library/caddy": Typical(
        workdir="/srv",
        cmd=("caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"),
        ports=("80/tcp", "443/tcp", "443/udp", "2019/tcp"),
    ),
    "docker.io/library/debian": Typical(cmd=("bash",)),
    "docker.io/library/fedora": Typical(cmd=("/bin/bash",)),
    "docker.io/library/golang": Typical(workdir="/go", cmd=("bash",)),
    "docker.io/library/golang:alpine": Typical(workdir="/go", cmd=("/bin/sh",)),
    "docker.io/library/hello-world": Typical(cmd=("/hello",), shell=""),
    "docker.io/library/httpd": Typical(
        workdir="/usr/local/apache2", cmd=("httpd-foreground",), ports=("80/tcp",), stop_signal="SIGWINCH"
    ),
    "docker.io/library/memcached": Typical(
        user="memcache", entrypoint=("docker-entrypoint.sh",), cmd=("memcached",), ports=("11211/tcp",)
    ),
    "docker.io/library/mongo": Typical(
        entrypoint=("docker-entrypoint.sh",), cmd=("mongod",), ports=("27017/tcp",)
    ),
    "docker.io/library/mysql": Typical(
        entrypoint=("docker-entrypoint.sh",), cmd=("mysqld",), ports=("3306/tcp", "33060/tcp")
    ),
    "docker.io/library/nginx": Typical(
        entrypoint=("/docker-entrypoint.sh",),
        cmd=("nginx", "-g", "daemon off;"),
        ports=("80/tcp",),
        stop_signal="SIGQUIT",
    ),
    "docker.io/library/node": Typical(entrypoint=("docker-entrypoint.sh",), cmd=("node",)),
    "docker.io/library/php": Typical(entrypoint=("docker-php-entrypoint",), cmd=("php", "-a")),
    "docker.io/library/php:apache": Typical(
        workdir="/var/www/html",
        entrypoint=("docker-php-entrypoint",),
        cmd=("apache2-foreground",),
        ports=("80/tcp",),
        stop_signal="SIGWINCH",
    ),
    "docker.io/library/php:fpm": Typical(
        workdir="/var/www/html",
        entrypoint=("docker-php-entrypoint",),
        cmd=("php-fpm",),
        ports=("9000/tcp",),
        stop_signal="SIGQUIT",
    ),
    "docker.io/library/postgres": Typical(
        entrypoint=("docker-entrypoint.sh",), cmd=("postgres",), ports=("5432/tcp",), stop_signal="SIGINT"
    ),
    "docker.io/library/python": Typical(cmd=("python3",)),
    "docker.io/library/redis": Typical(
        workdir="/data", entrypoint=("docker-entrypoint.sh",), cmd=("redis-server",), ports=("6379/tcp",)
    ),
    "docker.io/library/ruby": Typical(cmd=("irb",)),
    "docker.io/library/rust": Typical(cmd=("bash",)),
    "docker.io/library/rust:alpine": Typical(cmd=("/bin/sh",)),
    "docker.io/library/ubuntu": Typical(cmd=("/bin/bash",)),
}
