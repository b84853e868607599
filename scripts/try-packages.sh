#!/bin/sh
# Installs the packages of packages/ in a bare Debian 13, tries them as root and as another user, and removes them: scripts/try-packages.sh [FOLDER]
# FOLDER is the root of that Debian; it is made with debootstrap(8) if it does not exist, and kept. Requires root.
set -eu

cd -- "$(dirname -- "$0")/.."
debian=${1:-/var/tmp/ctq-debian}
architecture=$(dpkg --print-architecture)
set -- packages/ctq_*_"$architecture".deb
deb=$1

[ -e "$debian/usr/bin/node" ] || debootstrap --variant=minbase --include=nodejs,man-db,libatomic1 trixie "$debian" >&2

# In a network namespace of its own: its loopback is not that of this machine.
inside() {
  unshare --net --mount --pid --fork --kill-child sh -c '
    ip link set lo up && mount --bind "$0" "$0" && mount -t proc proc "$0/proc" &&
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$0/dev/pts" && exec chroot "$0" "$@"' "$debian" "$@"
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
  . /usr/share/bash-completion/completions/ctq && COMP_WORDS=(ctq --netn) COMP_CWORD=1; _ctq; [ "${COMPREPLY[*]}" = --netns ] &&
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
tries=0
until awk '$2 == 12 && $4 != "00000000" { found = 1 } END { exit !found }' /proc/net/netlink; do
  [ $tries -lt 200 ] && kill -0 $pid || exit 1
  sleep 0.05; tries=$((tries + 1))
done
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
# terminal COMMAND…: runs it on a terminal of 100 columns and 30 rows; standard input is what is typed.
cat >"$debian/tmp/terminal" <<'END'
export TERM=xterm SHELL=/bin/sh
{ sleep 2; while read -r line; do sleep 1; printf '%s\r' "$line"; done; } | script -qec "stty cols 100 rows 30; $*" /dev/null
END
check 'executable: the shell' sh -c '
  printf "count conntrack;\nshow tables;\n.exit\n" | sh /tmp/terminal ctq --no-config >/tmp/shown && grep -q unconfirmed /tmp/shown'
check 'executable: top' sh -c 'echo q | sh /tmp/terminal ctq top --no-config >/tmp/shown && grep -q "a refresh takes" /tmp/shown'
# A host that is this machine: what ssh(1) is asked to run there is run here, by the same executable.
printf '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift 2\nexec sh -c "$*"\n' >"$debian/usr/local/bin/ssh"
chmod 755 "$debian/usr/local/bin/ssh"
check 'executable: another host, which has it too' sh -c '[ "$(ctq -o tsv,noheader "count conntrack in ssh \"host\"")" = 0 ]'
cat >"$debian/tmp/fleet" <<'END'
# An agent, the server that it is connected to, and a query to the fleet.
cat >/tmp/fleet.conf <<'FLEET'
server = nats://127.0.0.1:4222
gw1 edge nats
FLEET
printf "set agent_name = 'gw1';\nset agent_server = 'nats://127.0.0.1:4222';\n" >/tmp/agent.ctq
chmod 600 /tmp/agent.ctq
/usr/local/bin/nats-server -a 127.0.0.1 -p 4222 >/tmp/nats.log 2>&1 &
ctq agent /tmp/agent.ctq >/tmp/agent.log 2>&1 &
agent=$!
export CTQ_FLEET_CONF=/tmp/fleet.conf
tries=0
until [ "$(ctq -o tsv,noheader 'select gateway, count(*) from conntrack in fleet group by gateway' 2>/tmp/fleet.log)" ] || [ $tries = 50 ]; do
  sleep 0.2; tries=$((tries + 1))
done
ctq "insert into conntrack set proto = udp, src = 192.0.2.7, dst = 192.0.2.8, sport = 1, dport = 2, timeout = 60s"
ctq -o tsv,noheader 'select gateway, count(*) from conntrack in fleet group by gateway'
code=$?
kill $agent
wait $agent
cat /tmp/agent.log /tmp/nats.log /tmp/fleet.log >&2
rm -f /tmp/fleet.conf /tmp/agent.ctq /tmp/nats.log /tmp/agent.log /tmp/fleet.log
exit $code
END
if server=$(command -v nats-server); then
  cp -- "$server" "$debian/usr/local/bin/nats-server"
  check 'executable: an agent, and a query to the fleet' sh -c 'sh /tmp/fleet | grep -q "^gw1	1$"'
else
  echo 'FAIL  nats-server is not installed: scripts/setup.sh'
  failed=1
fi
check 'executable: without DuckDB, the history says what to install, and where' sh -c '
  ctq "watch from conntrack on destroy into \"/tmp/history\" keep 30d" 2>/tmp/err; code=$?
  cat /tmp/err; [ $code = 1 ] && grep -q "requires the package @duckdb/node-api" /tmp/err &&
  grep -q "npm install --prefix /usr/local/bin @duckdb/node-api" /tmp/err; code=$?; rm -rf /tmp/history; exit $code'
cat >"$debian/tmp/history.sh" <<'END'
# Records a flow that ends, and asks for it.
ctq "watch from conntrack on destroy into '/tmp/history' keep 30d" &
pid=$!
tries=0
until awk '$2 == 12 && $4 != "00000000" { found = 1 } END { exit !found }' /proc/net/netlink; do
  [ $tries -lt 200 ] && kill -0 $pid || exit 1
  sleep 0.05; tries=$((tries + 1))
done
ctq "insert into conntrack set proto = udp, src = 192.0.2.7, dst = 192.0.2.8, sport = 1, dport = 2, timeout = 60s"
ctq --yes "delete from conntrack where src = 192.0.2.7"
sleep 1
kill -INT $pid
wait $pid
ctq -o tsv,noheader "select src, dport from conntrack in history '/tmp/history' since now() - 1h" | grep -q "^192.0.2.7	2$"
code=$?
rm -rf /tmp/history
exit $code
END
if [ -d node_modules/@duckdb ]; then
  mkdir -p "$debian/usr/local/bin/node_modules"
  cp -R node_modules/@duckdb "$debian/usr/local/bin/node_modules/"
  check 'executable: with DuckDB, the history' bash /tmp/history.sh
fi
rm -rf -- "$debian/usr/local/bin/node_modules" "$debian/usr/local/bin/ssh" "$debian/usr/local/bin/nats-server"
rm -f -- "$debian/tmp/terminal" "$debian/tmp/fleet" "$debian/tmp/history.sh"
check 'executable: no file is left' sh -c '
  ctq "count conntrack" && [ -z "$(find /dev/shm /var/tmp -mindepth 1; find /tmp -mindepth 1 -name "ctq-*")" ]'
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
  [ -e "$prefix/share/man/man1/ctq.1" ] && [ -d "$prefix/lib/node_modules/ctq/node_modules/@nats-io/transport-node" ]; then
  echo 'ok    npm: the table, the version, the manual page, what fleets need'
else
  echo 'FAIL  npm: the table, the version, the manual page, what fleets need'
  failed=1
fi
npm uninstall --global --prefix "$prefix" ctq >/dev/null 2>&1
if [ -z "$(find "$prefix" -not -type d)" ]; then echo 'ok    npm: nothing is left'; else echo 'FAIL  npm: files are left'; failed=1; fi
rm -rf -- "$prefix" /tmp/ctq-try.$$
exit $failed
