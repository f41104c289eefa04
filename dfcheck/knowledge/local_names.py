"""Local names: which names of images no registry has, so that the machine itself must have made the image."""

from __future__ import annotations

from dfcheck.syntax.reference import split_reference

# Names without a slash mean Docker Hub's official images. These are all that there are, and those that there were.
OFFICIAL = """
    adminer adoptopenjdk aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb
    archlinux azul-zulu backdrop bash bonita buildpack-deps busybox caddy cassandra celery centos
    chronograf cirros clearlinux clefos clickhouse clojure composer consul convertigo couchbase couchdb
    crate crux dart debian django docker docker-dev drupal eclipse-mosquitto eclipse-temurin eggdrop
    elasticsearch elixir emqx erlang espocrm euleros express-gateway fedora flink fluentd friendica fsharp
    gazebo gcc geonetwork ghost glassfish golang gradle groovy haproxy haskell haxe hello-seattle
    hello-world hipache hitch hola-mundo httpd hylang ibm-semeru-runtimes ibmjava influxdb iojs irssi java
    jetty jobber joomla jruby julia kaazing-gateway kapacitor kibana known kong krakend lightstreamer
    liquibase logstash mageia mariadb matomo maven mediawiki memcached mongo mongo-express monica mono
    mysql nats nats-streaming neo4j neurodebian nextcloud nginx nim node notary nuxeo odoo open-liberty
    openjdk opensuse oraclelinux orientdb owncloud percona perl photon php php-zendserver phpmyadmin piwik
    plone postfixadmin postgres pypy python r-base rabbitmq rails rakudo-star rapidoid redis redmine
    registry rethinkdb rocket.chat rockylinux ros ruby rust sapmachine satosa scratch sentry silverpeas sl
    solr sonarqube sourcemage spark spiped storm swarm swift swipl teamspeak telegraf thrift tomcat tomee
    traefik ubuntu ubuntu-debootstrap ubuntu-upstart unit varnish vault websphere-liberty wordpress xwiki
    yourls znc zookeeper
"""


def is_local(name: str) -> bool:
    """Whether the image is made on the machine, or given to the build by this name.

    Its name begins with `local`, or has no slash and is none of an official image, or has three parts without a
    registry.

    Args:
        name: An image reference, expanded.
    """
    reference = split_reference(name)
    if reference.registry:
        return name.startswith("local")
    path = reference.repository
    if "/" not in path:
        return path not in OFFICIAL.split()
    return name.startswith("local") or path.count("/") > 1
