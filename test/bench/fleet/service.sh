#!/bin/bash
# Starts ctq-agent.service under a systemd of its own, in namespaces, with a NATS server and keys, and asks it: what the service is
# confined to can be seen in a running process. As root, after `npm run build`: test/bench/fleet/service.sh
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
if [ "${1:-}" != inside ]; then
  # A control group of its own, in which systemd makes those of its services.
  group=/sys/fs/cgroup/unified/ctq-service-$$
  [ -d /sys/fs/cgroup/unified ] || group=/sys/fs/cgroup/ctq-service-$$
  folder=$(mktemp -d)
  mkdir "$group"
  (
    echo "$BASHPID" >"$group/cgroup.procs"
    timeout 170 unshare --mount --pid --fork --uts --ipc --net --cgroup --mount-proc --kill-child "$0" inside "$folder" </dev/null
  ) >"$folder/console" 2>&1 || true
  cat "$folder/out" 2>/dev/null || cat "$folder/console"
  find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
  rm -rf "$folder"
  exit
fi
folder=$2
# systemd mounts credentials in a child, from where they must propagate; nothing propagates to the machine.
mount --make-rprivate / && mount --make-rshared /
# Of the machine's control groups it sees its own alone.
umount -R -l /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup
layer() { # DIRECTORY: its changes are in memory
  local at=/mnt/ctq/${1//\//_}
  mkdir -p "$at/upper" "$at/work"
  mount -t overlay -o "lowerdir=$1,upperdir=$at/upper,workdir=$at/work" overlay "$1"
}
mount -t tmpfs tmpfs /mnt && layer /etc && layer /usr/bin
mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p /run/systemd/system /run/lock
mount -t tmpfs tmpfs /var/log && mount -t tmpfs -o mode=755 tmpfs /var/lib && mkdir -m 700 /var/lib/private
printf '#!/bin/sh\nexec %s %s/dist/ctq.js "$@"\n' "$(command -v node)" "$root" >/usr/bin/ctq && chmod 755 /usr/bin/ctq
ip link set lo up
mkdir -p /etc/ctq
agent=$(ctq nkey /etc/ctq/agent.nk) && asker=$(ctq nkey /etc/ctq/operator.nk)
echo "listen: '127.0.0.1:4222', authorization { users = [ {nkey: $agent}, {nkey: $asker} ] }" >/etc/nats.conf
cat >/etc/ctq/agent.ctq <<'END'
set agent_name = 'gw1'; set agent_server = 'nats://127.0.0.1:4222'; set agent_metrics = 9843;
set agent_nkey = '/run/credentials/ctq-agent.service/agent.nk';
END
printf 'server = nats://127.0.0.1:4222\nnkey = /etc/ctq/operator.nk\ngw1 nats\n' >/etc/ctq/fleet.conf
units=/run/systemd/system
cp "$root/scripts/debian/ctq-agent.service" $units/
printf '[Service]\nExecStart=%s -c /etc/nats.conf\n' "$(command -v nats-server)" >$units/nats.service
cat >"$folder/ask" <<'END'
exec 2>&1
systemctl start systemd-journald nats ctq-agent
for _ in $(seq 20); do ctq 'count conntrack in fleet' >/dev/null 2>&1 && break; sleep 1; done
systemctl status ctq-agent --no-pager | grep -E 'Active|Tasks|Memory'
grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):' "/proc/$(systemctl show -p MainPID --value ctq-agent)/status"
ctq 'show fleet'
ctq "select gateway, name, value from sysctl in fleet where name = 'nf_conntrack_max'"
journalctl -u ctq-agent --no-pager -o cat
systemctl stop ctq-agent
systemctl show -p Result,ExecMainStatus ctq-agent
END
cat >$units/ask.service <<END
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/bash $folder/ask
StandardOutput=append:$folder/out
ExecStopPost=/bin/systemctl --force --force poweroff
END
printf '[Unit]\nWants=ask.service\nDefaultDependencies=no\n' >$units/ask.target
for unit in systemd-{udevd,udev-trigger,sysctl,modules-load,remount-fs,random-seed,sysusers,tmpfiles-setup-dev,tmpfiles-setup,binfmt,timesyncd,resolved}.service \
  network-online.target getty.target local-fs.target dev-hugepages.mount dev-mqueue.mount sys-kernel-{debug,tracing}.mount networking.service; do
  ln -s /dev/null $units/$unit
done
exec env -i container=unshare PATH="$PATH" /lib/systemd/systemd --system --unit=ask.target --log-target=console
