#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Asks every getter of the spec as root, as an ordinary user, and as one who is
# root in a user namespace: who gets to see which attribute.
. "$KTAP"
. "${0%/*}/_lib.sh"

# An ordinary user cannot read what root brought along.
work=$(mktemp -d)
cp -r "$LINUX/tools/net/ynl" "$LINUX/Documentation/netlink" \
	"${0%/*}/_getters.py" "${0%/*}/../uapi/numatrace.yaml" \
	"$(command -v _remote)" "$work"
chmod -R a+rX "$work"

getters() {
	/usr/bin/python3 "$work/_getters.py" "$work/ynl" \
		"$work/numatrace.yaml" "$work/netlink/genetlink.yaml" "$@"
}

has_row() {
	numatrace ps --raw --noheadings --output PID | grep -qx "$1"
}

# start COMMAND...: a process with a row, whose number is in $started.
start() {
	"$@" >/dev/null &
	started=$!
	wait_for has_row $started
}

# as VIEWER: asks on their behalf about both processes.
as() {
	getters ask "$1" "$roots" "$users" >"$work/$1"
}

# judged VIEWER: what that viewer saw, beside what root saw at that time.
judged() {
	as root && as "$1" || return 1
	getters judge "$work/root" "$work/$1" "$1" "$users" \
		>"$work/complaints" ||
		{
			sed 's/^/# /' "$work/complaints"
			return 1
		}
}

user() {
	judged user
}

namespace() {
	judged namespace
}

# The user's process has its row, and then rests: what takes longest is root's.
prepare() {
	start /usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups \
		"$work/_remote" 16 1 0
	users=$started
	kill -STOP "$users"
	numatrace config measure_cost=1 sample_cgroups=8 \
		sample_interval_max_ms=1000 >/dev/null
	start _remote 16 1 0
	roots=$started
	wait_for shown
}

# All that is to be kept from the user is there to be seen.
shown() {
	numatrace cost --raw | grep -q _remote &&
		numatrace history local_accesses --cgroup / --last 2
}

prepare >/dev/null
run_cases user namespace
kill -KILL "$users" "$roots"
numatrace config measure_cost=0 sample_cgroups=0 \
	sample_interval_max_ms=60000 >/dev/null
rm -rf "$work"
