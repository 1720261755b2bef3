#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The module comes and goes 50 times while faults and migrations run.
. "$KTAP"
. "${0%/*}/_lib.sh"

reload() {
	rmmod numatrace && nothing_left && insmod /lab/numatrace.ko &&
		[ "$(state access)" = ftrace ]
}

reload_50_times() {
	n=0
	while [ $n -lt 50 ]; do
		reload || return 1
		n=$((n + 1))
	done
}

# Sends the memory back and forth, so that there is always work.
faults_and_migrations() {
	while :; do
		_remote 16 1 0 >"$progress" &
		echo $! >"$progress.pid"
		wait_for grep -q -x -e 9. -e 100 "$progress"
		kill "$(cat "$progress.pid")"
	done
}

progress=$(mktemp)
ktap_print_header
ktap_set_plan 3
before=$(vmstat numa_hint_faults)
faults_and_migrations 2>/dev/null &
work=$!
ktap_test_result "50 reloads under load" reload_50_times
ktap_test_result "there was load" [ "$(vmstat numa_hint_faults)" -gt "$before" ]
kill $work "$(cat "$progress.pid")"
wait 2>/dev/null
counts_after_reload() {
	seen=$(field access EVENTS)
	accesses 500 && [ "$(field access EVENTS)" -ge $((seen + 500)) ]
}
ktap_test_result "counts after the last reload" counts_after_reload
ktap_finished
