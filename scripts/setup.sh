#!/bin/sh
# On Debian and its derivatives, installs the programs that the tests, the demo and the bench use: conntrack(8), nft(8), ip(8), ping, tmux, hyperfine;
# and zsh(1), fish(1), mandoc(1), to test completions and the manual page.
# With --judges, and in CI, also the programs that judge formats and packages: promtool(1), node_exporter, lintian(1) and others; and the engine
# of ClickHouse in test/engines.
# Installs only missing packages; running it again does nothing.
set -eu

packages=
# need PROGRAM PACKAGE
need() {
  command -v "$1" >/dev/null 2>&1 || packages="$packages $2"
}

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
need conntrack conntrack
need nft nftables
need ip iproute2
need ping iputils-ping
need tmux tmux
need hyperfine hyperfine
need ps procps
[ -x /usr/bin/time ] || packages="$packages time"
need zsh zsh
need fish fish
need mandoc mandoc
need unshare util-linux
need mount mount
need modprobe kmod
need nats-server nats-server
judges=${CI:-}
[ "${1:-}" != --judges ] || judges=yes
case $judges in
  '' | 0 | false) ;;
  *)
    need promtool prometheus
    need prometheus-node-exporter prometheus-node-exporter
    need lintian lintian
    need conntrackd conntrackd
    need debootstrap debootstrap
    [ -d /usr/lib/python3/dist-packages/prometheus_client ] || packages="$packages python3-prometheus-client"
    ;;
esac
[ -e /etc/ssl/certs/ca-certificates.crt ] || packages="$packages ca-certificates"

engines=
case $judges in
  '' | 0 | false) ;;
  *) engines=yes ;;
esac

if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null 2>&1; then
  as_root=sudo
else
  as_root=none
fi

if [ -n "$packages" ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "setup: apt-get not found; please install these packages:$packages" >&2
    exit 1
  fi
  if [ "$as_root" = none ]; then
    echo "setup: root or sudo is required to install:$packages" >&2
    exit 1
  fi
  echo "setup: installing$packages"
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q </dev/null
  # shellcheck disable=SC2086 # the words are the names
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $packages </dev/null
else
  echo 'setup: everything is installed'
fi

# The engine of ClickHouse, for the tests of the history: more than 500 MB. npm writes that file when all is there.
if [ -n "$engines" ] && [ ! -e "$(dirname "$0")/../test/engines/node_modules/.package-lock.json" ]; then
  npm install --no-audit --no-fund --no-save --prefix "$(dirname "$0")/../test/engines" ||
    echo 'setup: no engine of ClickHouse; its tests will be skipped' >&2
fi

# They may be built into the kernel, or loaded automatically on first use.
if [ "$as_root" != none ] && command -v modprobe >/dev/null 2>&1; then
  # shellcheck disable=SC2086 # sudo -n, or nothing
  for module in nf_conntrack nf_conntrack_netlink nf_nat nf_conntrack_ftp nf_nat_ftp nf_tables nft_ct nft_nat nft_masq \
    nft_chain_nat veth sctp; do
    ${as_root:+$as_root -n} modprobe -q "$module" >/dev/null 2>&1 || true
  done
fi
