#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Nodes of every kind: what the module and the command say of them is what the
# kernel says.
. "$KTAP"
. "${0%/*}/_lib.sh"

sysfs=/sys/devices/system/node

# The nodes of a sysfs list, one a line.
expand() {
	tr ',' '\n' <"$sysfs/$1" | awk -F- 'NF { for (n = $1; n <= $NF; n++) print n }'
}

states() {
	for node in $(expand online); do
		state=
		expand has_memory | grep -qx "$node" && state=memory
		expand has_cpu | grep -qx "$node" &&
			state="${state:+$state,}cpu"
		echo "$node ${state:--}"
	done
}

nodes_match_sysfs() {
	states >"$want"
	numatrace nodes --raw --noheadings -o NODE,STATE 2>"$err" | diff "$want" -
}

cpus_match_sysfs() {
	for node in $(expand online); do
		cpus=$(cat "$sysfs/node$node/cpulist")
		echo "$node ${cpus:--}"
	done >"$want"
	numatrace nodes --raw --noheadings -o NODE,CPUS 2>"$err" | diff "$want" -
}

debugfs_shows_all() {
	for view in info nodes access migration hooks; do
		[ -s "/sys/kernel/debug/numatrace/$view" ] ||
			grep -q . "/sys/kernel/debug/numatrace/$view" || return 1
	done
	[ "$(head -n 1 /sys/kernel/debug/numatrace/nodes | wc -w)" = \
		"$(expand online | wc -l)" ]
}

hardware_is_numactls() {
	numactl -H | grep -v ' free:' >"$want"
	numatrace hardware | grep -v ' free:' |
		head -n "$(wc -l <"$want")" | diff "$want" -
}

# On one node there is nothing to sample, and the command says so.
one_node_is_told() {
	numatrace nodes >"$want" 2>"$err"
	if [ "$(expand online | wc -l)" = 1 ]; then
		grep -q 'one NUMA node' "$err"
	else
		! grep -q 'one NUMA node' "$err"
	fi
}

want=$(mktemp)
err=$(mktemp)
run_cases nodes_match_sysfs cpus_match_sysfs debugfs_shows_all \
	hardware_is_numactls one_node_is_told
