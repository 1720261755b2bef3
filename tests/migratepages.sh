#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Under the name migratepages, numatrace moves what migratepages moves, but says
# what it did not move.
. "$KTAP"
. "${0%/*}/_lib.sh"

work=$(mktemp -d)
out=$work/stdout err=$work/stderr
theirs=/usr/bin/migratepages
ours=$work/migratepages
ln -s "$(command -v numatrace)" "$ours"
chmod 755 "$work"

# By its path: busybox has another one.
as_user() {
	/usr/bin/setpriv --reuid 1000 --clear-groups "$@"
}

# A user's process with memory on node 1, which stands still then. Not by the
# function: that would be a shell's, which is then what is started.
start_process() {
	/usr/bin/setpriv --reuid 1000 --clear-groups \
		"$(command -v _remote)" 16 1 0 >/dev/null &
	process=$!
	wait_for has_memory && kill -STOP "$process" &&
		wait_for stopped "$process"
}

has_memory() {
	[ "$(pages 1)" -ge 4000 ]
}

# pages NODE: small pages of it there.
pages() {
	awk -v key="N$1=" '{
		size = $0
		sub(/.* kernelpagesize_kB=/, "", size)
		for (i = 2; i <= NF; i++)
			if (index($i, key) == 1)
				sum += substr($i, length(key) + 1) * size / 4
	} END { print sum + 0 }' "/proc/$process/numa_maps"
}

moves_all() {
	"$ours" "$process" 1 0 >"$out" 2>"$err" &&
		[ ! -s "$err" ] && [ ! -s "$out" ] &&
		[ "$(pages 1)" -eq 0 ] && [ "$(pages 0)" -ge 4000 ]
}

moves_as_many() {
	"$theirs" "$process" 0 1 || return
	moved=$(pages 1)
	"$ours" "$process" 1 0 && "$ours" "$process" 0 1 &&
		[ "$(pages 1)" -eq "$moved" ]
}

# Pages of the C library, which others map too, only root moves.
tells_what_is_left() {
	"$ours" "$process" 0 1 || return
	says 1 'shared with other processes: try it as root' \
		as_user "$ours" "$process" 1 0 || return
	left=$(pages 1)
	[ "$left" -gt 0 ] && grep -q " moved, $left were not:" "$err" && return
	sed 's/^/# /' "$err"
	return 1
}

missing_process() {
	sleep 0 &
	wait $!
	says 1 "process $!: it does not run" "$ours" $! 0 1
}

foreign_process() {
	says 1 'process 1: .*try it as root' as_user "$ours" 1 0 1
}

refuses() {
	says 1 usage: "$ours" && says 1 usage: "$ours" "$process" 0 &&
		says 1 usage: "$ours" x 0 1 && says 1 usage: "$ours" --help &&
		says 1 'not a list of nodes' "$ours" "$process" 0 77 &&
		says 1 'not a list of nodes' "$ours" "$process" x 1
}

trap 'kill -CONT $process; kill $process
	echo 1 >/proc/sys/kernel/numa_balancing' EXIT
# Nobody else moves its pages.
echo 0 >/proc/sys/kernel/numa_balancing
start_process || echo '# the process did not start'
run_cases moves_all moves_as_many tells_what_is_left missing_process \
	foreign_process refuses
