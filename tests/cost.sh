#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# numatrace cost: what it says while times are not measured, that --measure
# measures and leaves the setting as it was, also after a signal, that its lists
# agree with each other and with the kernel; and the matrix by reason.
. "$KTAP"
. "${0%/*}/_lib.sh"

setting() {
	numatrace config --raw --noheadings --output NAME,VALUE |
		sed -n "s/^$1 //p"
}

setting_is() {
	[ "$(setting "$1")" = "$2" ]
}

# numbers KEY FILE: the values of all such keys, a line each.
numbers() {
	sed -n 's/^ *"'"$1"'":\([0-9.]*\|null\),\{0,1\}$/\1/p' "$2"
}

# section NAME FILE: one list of the document.
section() {
	sed -n '/^  "'"$1"'":\[$/,/^  \]/p' "$2"
}

sum() {
	awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

# kind NAME COLUMN: of the costs that the document $out.json has.
kind() {
	section costs "$out.json" | sed -n '/"kind":"'"$1"'"/,/}/p' >"$out.kind"
	numbers "$2" "$out.kind"
}

# Rows that ended are retired together, a moment later.
have_exited() {
	numatrace ps --exited --raw --noheadings --output STATE |
		grep -qx exited
}

# Times that were measured before stay known until the module is loaded anew.
not_measured_is_no_zero() {
	rmmod numatrace && insmod /lab/numatrace.ko && setting_is measure_cost 0 && numatrace cost >"$out" &&
		grep -q '^Time: not measured$' "$out" &&
		grep -q 'numatrace config measure_cost=1' "$out" &&
		grep -q '^Migrations by reason' "$out" &&
		[ "$(numatrace cost --raw --noheadings --output COUNT,TIME |
			sort -u)" = '- -' ] &&
		numatrace cost --json >"$out.json" &&
		grep -q '^  "costs":null,$' "$out.json" &&
		grep -q '^  "nodes":null,$' "$out.json" &&
		grep -q '^  "measured_time":null,$' "$out.json" &&
		grep -q '^  "reasons":\[$' "$out.json" &&
		accesses 100 && wait_for have_exited &&
		[ "$(numatrace ps --exited --raw --noheadings \
			--output FAULT-TIME,SCAN-TIME,MIGRATION-TIME |
			sort -u)" = '- - -' ]
}

refusals() {
	says 2 'not a time' numatrace cost --measure x &&
		says 2 'exclude each other' numatrace cost --measure 1 2 &&
		says 2 'goes with migration only' \
			numatrace matrix access --reason syscall &&
		says 2 'no such reason: cold' \
			numatrace matrix migration --reason cold &&
		says 2 'no such matrix' numatrace matrix tasks &&
		says 2 'no other unit' numatrace matrix task-move --pages &&
		says 1 'run it as root' /usr/bin/setpriv --reuid 1000 \
			--regid 1000 --clear-groups -- \
			numatrace cost --measure 1 &&
		setting_is measure_cost 0
}

# Between its two readings it waits for a signal.
is_measuring() {
	setting_is measure_cost 1 && [ -e "$out.pid" ] &&
		grep -q poll "/proc/$(cat "$out.pid")/wchan"
}

# total KIND: how many were measured since the module was loaded.
total() {
	numatrace cost --raw --noheadings --output KIND,COUNT |
		sed -n "s/^$1 //p"
}

# more FAULTS SCANS: than so many were measured, after some accesses.
more() {
	accesses 100 && [ "$(total fault)" -gt "$1" ] &&
		[ "$(total scan)" -gt "$2" ]
}

# measured SIGNAL: --measure is ended by it, and reports what came until then.
# What runs in the background ignores SIGINT: so the command does not.
measured() {
	rm -f "$out.pid"
	{
		wait_for is_measuring &&
			wait_for more "$(total fault)" "$(total scan)"
		kill -s "$1" "$(cat "$out.pid")"
	} >/dev/null &
	sh -c 'echo $$ >"$0.pid"; exec numatrace cost --measure 3600 --json' \
		"$out" >"$out.json" 2>"$err"
	_status=$?
	wait $!
	[ $_status -gt 128 ] && [ "$(kill -l $((_status - 128)))" = "$1" ] &&
		[ "$(kind fault count)" -gt 0 ] &&
		[ "$(kind scan count)" -gt 0 ]
}

measures_for_a_while() {
	measured INT && setting_is measure_cost 0 && measured TERM &&
		setting_is measure_cost 0 && measured HUP &&
		setting_is measure_cost 0
}

# unmeasured KIND HOOK: no number, and why.
unmeasured() {
	[ "$(kind "$1" count)" = null ] &&
		grep -q "time of each $1 is not measured: .*$2" \
			"$out.json"
}

# As with the profile low-overhead.
hooks_that_are_off() {
	numatrace hooks --disable outcome &&
		numatrace cost --measure 0.01 --json >"$out.json" 2>"$err" &&
		unmeasured fault outcome && ! unmeasured migration migration &&
		grep -q -- '--enable outcome' "$err" &&
		numatrace hooks --enable outcome &&
		numatrace hooks --disable migration &&
		numatrace cost --measure 0.01 --json >"$out.json" 2>"$err" &&
		unmeasured migration migration && ! unmeasured fault outcome &&
		grep -q '^  "reasons":null,$' "$out.json"
	_status=$?
	numatrace hooks --enable outcome
	numatrace hooks --enable migration
	return $_status
}

# It is switched off by whoever ends last.
two_at_a_time() {
	rm -f "$out.pid"
	sh -c 'echo $$ >"$0.pid"; exec numatrace cost --measure 3600' "$out" \
		>"$out.first" 2>&1 &
	wait_for is_measuring && numatrace cost --measure 0.01 >"$out" &&
		setting_is measure_cost 1
	_status=$?
	kill -s TERM "$(cat "$out.pid")"
	wait $!
	return $_status
}

none_is_left() {
	two_at_a_time && setting_is measure_cost 0
}

# Between two readings with other settings there is no time of processes.
no_time_while_off() {
	numatrace ps --raw --noheadings --output FAULT-TIME 0.01 1 >"$out" &&
		grep -q '^-' "$out" && ! grep -q '[0-9]' "$out"
}

leaves_on_what_was_on() {
	numatrace config measure_cost=1 && measured TERM &&
		setting_is measure_cost 1 && numatrace config measure_cost=0
}

ends_in_time() {
	numatrace cost --measure 0.01 >"$out" && setting_is measure_cost 0 &&
		grep -q '^CPU time of each node' "$out" &&
		grep -q '^A time is that of the clock' "$out"
}

lists_agree() {
	numatrace config measure_cost=1 && accesses 100 &&
		numatrace config measure_cost=0 &&
		numatrace cost --json >"$out.json" || return 1
	section histogram "$out.json" >"$out.histogram"
	section pairs "$out.json" >"$out.pairs"
	section nodes "$out.json" >"$out.nodes"
	[ "$(numbers faults "$out.histogram" | sum)" = "$(kind fault count)" ] &&
		[ "$(numbers scans "$out.histogram" | sum)" = \
			"$(kind scan count)" ] &&
		[ "$(numbers migrations "$out.histogram" | sum)" = \
			"$(kind migration count)" ] &&
		[ "$(numbers fault_time "$out.nodes" | sum)" = \
			"$(kind fault time)" ] &&
		[ "$(numbers scan_time "$out.nodes" | sum)" = \
			"$(kind scan time)" ] &&
		sed -n '/"kind":"fault"/,/}/p' "$out.pairs" >"$out.kind" &&
		[ "$(numbers time "$out.kind" | sum)" = \
			"$(section costs "$out.json" |
				sed -n '/"kind":"fault"/,/}/p' |
				sed -n 's/^ *"time":\([0-9]*\),$/\1/p')" ]
}

# workload_has STATE: its row has the time of a fault, and others.
workload_has() {
	numatrace ps --exited --raw --noheadings \
		--output PID,STATE,FAULT-TIME,SCAN-TIME,MIGRATION-TIME |
		grep -q "^$_workload $1 [1-9][0-9]* [0-9]* [0-9]*\$"
}

processes_have_times() {
	numatrace config measure_cost=1 || return
	_remote 16 1 0 >/dev/null &
	_workload=$!
	wait_for workload_has live
	_status=$?
	kill $_workload
	wait $_workload 2>/dev/null
	numatrace config measure_cost=0 && [ $_status = 0 ] &&
		wait_for workload_has exited && numatrace cost --json >"$out.json" &&
		section processes "$out.json" | grep -q '"comm":"_remote"'
}

intervals_without_times() {
	numatrace cost 0.01 1 >"$out" && grep -q '^Time: not measured$' "$out" &&
		numatrace cost --json 0.01 1 >"$out.json" &&
		grep -q '^  "costs":null,$' "$out.json"
}

# by_reason NAME: pages.
by_reason() {
	numatrace matrix migration --reason "$1" --raw --noheadings \
		--output PAGES | sum
}

same_growth() {
	[ $(($(by_reason numa_misplaced) - pages)) -eq \
		$(($(vmstat numa_pages_migrated) - moved)) ]
}

# Both numbers, with no migration between them.
read_both() {
	moved=$(vmstat numa_pages_migrated)
	pages=$(by_reason numa_misplaced)
	same_growth
}

both_grow() {
	accesses 100 && [ "$(by_reason numa-misplaced)" -gt "$pages" ]
}

reasons_tell_balancing() {
	wait_for read_both && wait_for both_grow && wait_for same_growth &&
		[ "$(by_reason memory_failure)" = 0 ]
}

tasks_and_bounces() {
	numatrace matrix bounce >"$out" && grep -q 'migrated back' "$out" &&
		for kind in task-move task-swap task-stick; do
			numatrace matrix $kind --json >"$out.json" &&
				grep -q '"tasks":' "$out.json" &&
				! grep -q pages "$out.json" || return 1
		done
}

# The kernel tells them from 6.6 on.
skips() {
	numatrace cost >"$out" || return
	case $(uname -r) in
	6.1.*)
		grep -q '^Mappings.*: not measured$' "$out" &&
			grep -q 'Linux 6.6' "$out"
		;;
	*) ! grep -q '^Mappings.*: not measured$' "$out" ;;
	esac
}

# As the command that is measured: N hinting faults of remote memory.
if [ "${1-}" = workload ]; then
	accesses "$2"
	exit
fi

has_migrated() {
	numatrace run --measure --json --measure-output "$out.json" -- \
		"$0" workload 100 &&
		grep -q '"migration_seconds": *[0-9.]*,' "$out.json" &&
		! grep -q '"migration_seconds": *0\.000000,' "$out.json"
}

migration_time_of_a_command() {
	numatrace run --measure --json --measure-output "$out.json" true &&
		grep -q '"migration_seconds": *null' "$out.json" &&
		grep -q 'measure_cost=1' "$out.json" &&
		numatrace config measure_cost=1 && wait_for has_migrated &&
		numatrace config measure_cost=0
}

out=/tmp/cost
err=$out.err
sched=/sys/kernel/debug/sched/numa_balancing
echo 100 >$sched/scan_delay_ms
echo 100 >$sched/scan_period_min_ms
echo 1000 >$sched/scan_period_max_ms
run_cases not_measured_is_no_zero refusals measures_for_a_while \
	leaves_on_what_was_on ends_in_time hooks_that_are_off none_is_left \
	no_time_while_off lists_agree processes_have_times \
	intervals_without_times reasons_tell_balancing tasks_and_bounces skips \
	migration_time_of_a_command
