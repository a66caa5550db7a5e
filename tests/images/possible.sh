#!/bin/sh
# Whether this machine lets us run containers: mounts, namespaces and cgroups, which a container itself often lacks. Says what is missing.
[ "$(id -u)" = 0 ] || { echo "root is needed"; exit 1; }
unshare --mount --pid --fork true 2>/dev/null || { echo "namespaces cannot be made here"; exit 1; }
place=$(mktemp -d)
mount -t tmpfs none "$place" 2>/dev/null || { rmdir "$place"; echo "nothing can be mounted here"; exit 1; }
umount "$place" && rmdir "$place"
for group in /sys/fs/cgroup/pids/pcf-probe /sys/fs/cgroup/pcf-probe; do
  mkdir "$group" 2>/dev/null && rmdir "$group" && exit 0
done
echo "no cgroup can be made here"
exit 1
