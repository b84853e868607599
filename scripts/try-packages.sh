#!/bin/sh
# Installs the packages of packages/ in a bare Debian 13, tries them as root and as another user, and removes them: scripts/try-packages.sh [FOLDER]
# FOLDER is the root of that Debian; it is made with debootstrap(8) if it does not exist, and kept. Requires root.
set -eu

cd -- "$(dirname -- "$0")/.."
debian=${1:-/var/tmp/ctq-debian}
architecture=$(dpkg --print-architecture)
set -- packages/ctq_*_"$architecture".deb
deb=$1

[ -e "$debian/usr/bin/node" ] || debootstrap --variant=minbase --include=nodejs,man-db trixie "$debian" >&2

# In a network namespace of its own: its loopback is not that of this machine.
inside() {
  unshare --net --mount --pid --fork --kill-child sh -c '
    mount --bind "$0" "$0" && mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$debian" "$@"
}

failed=0
# check WHAT COMMAND…: runs it inside, and prints whether it succeeded.
check() {
  what=$1
  shift
  if inside "$@" >/tmp/ctq-try.$$ 2>&1; then
    echo "ok    $what"
  else
    echo "FAIL  $what"
    sed 's/^/      /' /tmp/ctq-try.$$
    failed=1
  fi
  rm -f /tmp/ctq-try.$$
}

listing() { inside find / -xdev -not -path '/proc/*' -not -path '/var/lib/dpkg/*' -not -path '/var/log/*' -not -path '/var/cache/*' -not -path '/tmp/*' | sort; }

# lintian's warnings are for Debian's own archive; its errors count here.
if command -v lintian >/dev/null; then
  if lintian --fail-on error packages/ctq_*.deb 2>&1; then echo 'ok    lintian'; else echo 'FAIL  lintian'; failed=1; fi
fi

cp -- "$deb" "$debian/tmp/ctq.deb"
listing >/tmp/ctq-before.$$
began=$(date +%s%N)
check 'installation prints no warning' sh -c 'dpkg -i /tmp/ctq.deb 2>&1 | tee /tmp/log && ! grep -i warning /tmp/log'
echo "      $(( ($(date +%s%N) - began) / 1000000 )) ms; $(du -sk "$debian/usr/lib/ctq" | cut -f1) KiB in /usr/lib/ctq"
check 'dependencies are there' sh -c 'dpkg --audit && dpkg -s ctq | grep -q "^Status: install ok installed"'
check 'version' sh -c 'ctq --version | tee /dev/stderr | grep -q "(Debian package, commit "'
check 'root reads the table' sh -c 'ctq "count conntrack" && ctq-conntrack -L'
check 'root adds and deletes an entry' sh -c '
  ctq "insert into conntrack set proto = udp, src = 192.0.2.1, dst = 192.0.2.2, sport = 1, dport = 2, timeout = 60s" &&
  [ "$(ctq -o tsv,noheader "count conntrack")" = 1 ] && ctq --yes "delete from conntrack where dport = 2"'
check 'a user reads a file' sh -c '
  echo "udp 17 20 src=192.0.2.2 dst=198.51.100.2 sport=5000 dport=53 [UNREPLIED] src=198.51.100.2 dst=192.0.2.2 sport=53 dport=5000 mark=0 use=1" >/tmp/flows &&
  chmod 644 /tmp/flows && su -s /bin/sh nobody -c "ctq \"count \\\"/tmp/flows\\\"\""'
check 'a user is refused the table in one line' sh -c '
  su -s /bin/sh nobody -c "ctq \"count conntrack\"" 2>/tmp/err; [ $? = 1 ] && grep -q "^error: " /tmp/err && ! grep -qi " at " /tmp/err'
check 'the cache of this node was made at installation' sh -c 'ls /usr/lib/ctq/program-*.$(node -p "process.version + \"-\" + process.arch").cache'
check 'the manual page' sh -c 'man -w ctq && MANPAGER=cat man ctq | grep -q "connection tracking"'
check 'a missing koffi is one line' sh -c '
  mv /usr/lib/ctq/node_modules /usr/lib/ctq/away; ctq "count conntrack" 2>/tmp/err; code=$?; mv /usr/lib/ctq/away /usr/lib/ctq/node_modules
  cat /tmp/err; [ $code = 1 ] && [ "$(grep -c "" /tmp/err)" -le 2 ] && grep -q koffi /tmp/err'
check 'metrics' sh -c 'ctq --no-config --read-only -o prometheus --to /tmp/x.prom /etc/ctq/metrics.ctq && grep -q "^ctq_entries " /tmp/x.prom'
check 'removal' dpkg --purge ctq
listing >/tmp/ctq-after.$$
if diff /tmp/ctq-before.$$ /tmp/ctq-after.$$; then echo 'ok    nothing is left'; else echo 'FAIL  files are left'; failed=1; fi
rm -f /tmp/ctq-before.$$ /tmp/ctq-after.$$ "$debian/tmp/ctq.deb"

# npm's package, with the npm of this machine, below a prefix.
prefix=$(mktemp -d)
began=$(date +%s%N)
npm install --global --prefix "$prefix" ./packages/ctq-*.tgz >/tmp/ctq-try.$$ 2>&1 || failed=1
echo "      npm install: $(( ($(date +%s%N) - began) / 1000000 )) ms; $(du -sk "$prefix" | cut -f1) KiB"
if grep -i 'warn\|error' /tmp/ctq-try.$$; then echo 'FAIL  npm install prints a warning'; failed=1; else echo 'ok    npm install prints no warning'; fi
if unshare --net "$prefix/bin/ctq" 'count conntrack' >/dev/null && "$prefix/bin/ctq" --version | grep -q '(npm package, commit ' &&
  [ -e "$prefix/share/man/man1/ctq.1" ]; then
  echo 'ok    npm: the table, the version, the manual page'
else
  echo 'FAIL  npm: the table, the version, the manual page'
  failed=1
fi
npm uninstall --global --prefix "$prefix" ctq >/dev/null 2>&1
if [ -z "$(find "$prefix" -not -type d)" ]; then echo 'ok    npm: nothing is left'; else echo 'FAIL  npm: files are left'; failed=1; fi
rm -rf -- "$prefix" /tmp/ctq-try.$$
exit $failed
