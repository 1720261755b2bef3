#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# numactl's own test scripts, with numatrace under the names that they call:
# numactl and numastat. NUMACTL=FILE has them test that program as numactl, to
# tell a fault of ours from one of the machine or of a script.
. "$KTAP"
. "${0%/*}/_lib.sh"

work=$(mktemp -d)
execs=/sys/kernel/tracing/instances/numactl
prefix=

# Below these the scripts look for what they run.
builddir=$(cd "${0%/*}/../build/tests/numactl" && pwd)
srcdir=$builddir
export builddir srcdir

ours=$(realpath "$(command -v numatrace)")
numactl=${NUMACTL:-$ours}
numastat=${NUMACTL:+/usr/bin/numastat}
numastat=${numastat:-$ours}

put_names() {
	ln -sf "$numactl" "$builddir/numactl"
	ln -sf "$numastat" "$builddir/numastat"
}

record_execs() {
	mkdir "$execs"
	cd "$execs/events/sched/sched_process_exec" || return
	echo 'filename ~ "*/numactl" || filename ~ "*/numastat"' >filter
	echo 1 >enable
	cd "$OLDPWD" || return
}

# The programs that were executed under these names since the last call: name
# and file.
executed() {
	sed -n 's/.* filename=\([^ ]*\) .*/\1/p' "$execs/trace" | sort -u |
	while read -r path; do
		echo "${path##*/} $(realpath "$path")"
	done | sort -u
	: >"$execs/trace"
}

# passes SCRIPT [NAME FILE]...: it succeeds, having run these programs.
passes() {
	script=$1
	shift
	executed >/dev/null
	# shellcheck disable=SC2086 # a command, of no or several words
	$prefix "$builddir/test/$script" >"$work/log" 2>&1
	status=$?
	executed >"$work/executed"
	: >"$work/expected"
	[ $# -eq 0 ] || printf '%s %s\n' "$@" >"$work/expected"
	[ $status -eq 0 ] && cmp -s "$work/expected" "$work/executed" && return
	echo "# $script: status $status; it ran:"
	sed 's/^/# /' "$work/executed" "$work/log"
	return 1
}

bind_range() {
	passes bind_range numactl "$numactl"
}

checkaffinity() {
	passes checkaffinity numactl "$numactl"
}

checktopology() {
	passes checktopology numactl "$numactl"
}

regress() {
	passes regress numactl "$numactl" numastat "$numastat"
}

regress2() {
	passes regress2 numactl "$numactl"
}

# Memory for one segment of huge pages on each node.
shmtest() {
	echo 24 >/proc/sys/vm/nr_hugepages
	passes shmtest numactl "$numactl" numastat "$numastat"
}

# The script asks for the node of the disk below / and of the card behind the
# default route; firmware of the guest gives them none.
give_devices_nodes() {
	for device in /sys/bus/pci/devices/*; do
		echo 1 >"$device/numa_node"
	done
	ip address add 192.0.2.1/24 dev eth0
	ip link set eth0 up
	ip route add default via 192.0.2.2
}

# The disk is / there; what else there is, it sees as here.
make_disk() {
	mke2fs /dev/nvme0n1 >/dev/null
	mkdir "$work/disk"
	mount -t ext4 /dev/nvme0n1 "$work/disk"
	for dir in dev etc proc sys usr "${builddir#/}"; do
		mkdir -p "$work/disk/$dir"
		mount --rbind "/$dir" "$work/disk/$dir"
	done
	for link in bin lib lib64 sbin; do
		ln -s "usr/$link" "$work/disk/$link"
	done
}

regress_io() {
	give_devices_nodes && make_disk || return
	prefix="chroot $work/disk"
	passes regress-io
}

# Names of character sets are not brought along.
LC_ALL=C
export LC_ALL
put_names
record_execs
cd "$builddir/test" || exit 1
run_cases bind_range checkaffinity checktopology regress regress2 shmtest \
	regress_io
