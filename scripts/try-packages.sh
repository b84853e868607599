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
  cat /tmp/err; [ $code = 1 ] && [ "$(grep -c "" /tmp/err)" -le 2 ] && grep -q koffi /tmp/err && ! grep -q "Require stack" /tmp/err'
check 'an unloadable koffi is one line' sh -c '
  file=$(ls /usr/lib/ctq/node_modules/@koromix/*/*/koffi.node); mv $file /tmp/koffi.node; echo damaged >$file
  ctq "count conntrack" 2>/tmp/err; code=$?; mv /tmp/koffi.node $file
  cat /tmp/err; [ $code = 1 ] && [ "$(grep -c "" /tmp/err)" -le 2 ] && grep -q koffi /tmp/err'
check 'completion of bash' bash -c '
  . /usr/share/bash-completion/completions/ctq && COMP_WORDS=(ctq --netn) COMP_CWORD=1 && _ctq && [ "${COMPREPLY[*]}" = --netns ] &&
  [ -s /usr/share/zsh/vendor-completions/_ctq ] && [ -s /usr/share/fish/vendor_completions.d/ctq.fish ]'
check 'metrics' sh -c 'ctq --no-config --read-only -o prometheus --to /tmp/x.prom /etc/ctq/metrics.ctq && grep -q "^ctq_entries " /tmp/x.prom'
check 'removal' dpkg --purge ctq
listing >/tmp/ctq-after.$$
if diff /tmp/ctq-before.$$ /tmp/ctq-after.$$; then echo 'ok    nothing is left'; else echo 'FAIL  files are left'; failed=1; fi
rm -f "$debian/tmp/ctq.deb"

# The single executable, where there is no node.
cp -- packages/ctq-*-linux-* "$debian/usr/local/bin/ctq"
mv -- "$debian/usr/bin/node" "$debian/usr/bin/node.away"
chmod 755 "$debian/usr/local/bin/ctq"
ln -sf ctq "$debian/usr/local/bin/conntrack"
echo "      $(du -k "$debian/usr/local/bin/ctq" | cut -f1) KiB"
check 'executable: version' sh -c '! command -v node && ctq --version | tee /dev/stderr | grep -q "(single executable, commit "'
check 'executable: root changes and reads the table' sh -c '
  ctq "insert into conntrack set proto = udp, src = 192.0.2.1, dst = 192.0.2.2, sport = 1, dport = 2, timeout = 60s" &&
  [ "$(ctq -o tsv,noheader "count conntrack")" = 1 ] && conntrack -L | grep -q 192.0.2.1 && ctq --yes "delete from conntrack where dport = 2"'
cat >"$debian/tmp/events" <<'END'
# events COMMAND…: runs it, and adds an entry once it has subscribed; it must print the entry, and end with SIGINT.
"$@" >/tmp/shown &
pid=$!
until awk '$2 == 12 && $4 != "00000000" { found = 1 } END { exit !found }' /proc/net/netlink; do sleep 0.05; done
ctq "insert into conntrack set proto = udp, src = 192.0.2.7, dst = 192.0.2.8, sport = 1, dport = 2, timeout = 60s"
tries=0
until grep -q 192.0.2.7 /tmp/shown || [ $tries = 100 ]; do sleep 0.05; tries=$((tries + 1)); done
kill -INT $pid
wait $pid
grep 192.0.2.7 /tmp/shown
END
check 'executable: a watch' bash /tmp/events ctq -o plain 'watch from conntrack'
check 'executable: conntrack -E, by that name' bash /tmp/events conntrack -E
check 'executable: a user reads a file, and is refused the table' sh -c '
  su -s /bin/sh nobody -c "env -i /usr/local/bin/ctq \"count \\\"/tmp/flows\\\"\"" || exit 1
  su -s /bin/sh nobody -c "ctq \"count conntrack\"" 2>/tmp/err; [ $? = 1 ] && grep -q "^error: " /tmp/err && ! grep -qi " at " /tmp/err'
check 'executable: what is meant for node changes nothing' sh -c 'NODE_OPTIONS=--no-such-option ctq --version'
check 'executable: no file is left' sh -c '
  ctq "count conntrack" && [ -z "$(ls -A /dev/shm /var/tmp; ls -d /tmp/ctq-* 2>/dev/null)" ]'
rm -f "$debian/usr/local/bin/ctq" "$debian/usr/local/bin/conntrack" "$debian/tmp/events" "$debian/tmp/shown"
mv -- "$debian/usr/bin/node.away" "$debian/usr/bin/node"
rm -f /tmp/ctq-before.$$ /tmp/ctq-after.$$ "$debian/tmp/flows"

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
