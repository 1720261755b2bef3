#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Walks every failure path: each allocation and registration of the module
# fails once, at load and at run time. A load that fails leaves nothing behind;
# a hook that cannot be attached leaves a module that says so.
. "$KTAP"
. "${0%/*}/_lib.sh"

parameters=/sys/module/numatrace/parameters

calls() {
	cat $parameters/fail_calls
}

# Neither is a hook: their views say so.
lacks_tracepoint() {
	cat /sys/kernel/debug/numatrace/tasks /sys/kernel/debug/numatrace/skips |
		grep -q 'not measured'
}

# load_failing N: the load fails and leaves nothing, or succeeds with a hook by
# another way, or one that says what it lacks.
load_failing() {
	if ! insmod "$MODULE" fail_at="$1" 2>/dev/null; then
		refused=$((refused + 1))
		nothing_left
		return
	fi
	case $(state access)/$(state migration)/$(state outcome) in
	kprobe/ftrace/ftrace | ftrace/kprobe/ftrace | ftrace/ftrace/kprobe)
		degraded=$((degraded + 1)) ;;
	ftrace/ftrace/ftrace)
		[ "$(field migration REASON)" != - ] || lacks_tracepoint ||
			return 1
		degraded=$((degraded + 1)) ;;
	*) return 1 ;;
	esac
	rmmod numatrace && nothing_left
}

each_load_step_fails() {
	n=1
	while [ $n -le "$steps" ]; do
		load_failing $n || {
			ktap_print_msg "step $n of $steps"
			return 1
		}
		n=$((n + 1))
	done
	ktap_print_msg "$refused loads refused, $degraded degraded, of $steps"
	[ $refused -gt 0 ] && [ $degraded -gt 0 ]
}

no_way_to_attach() {
	insmod "$MODULE" force_kprobe=1 || return 1
	echo "access off" >/sys/kernel/debug/numatrace/hooks
	echo $(($(calls) + 1)) >$parameters/fail_at
	! echo "access on" 2>/dev/null >/sys/kernel/debug/numatrace/hooks &&
		[ "$(state access)" = unavailable ] &&
		numatrace hooks | grep -q 'attaching failed' &&
		echo "access on" >/sys/kernel/debug/numatrace/hooks
}

# A hook that never counted: its matrix is refused, the rest still shown.
never_attached() {
	n=1
	while [ $n -le "$steps" ]; do
		insmod "$MODULE" force_kprobe=1 fail_at=$n 2>/dev/null &&
			[ "$(state access)" = unavailable ] && break
		rmmod numatrace 2>/dev/null
		n=$((n + 1))
	done
	! numatrace matrix access >"$out" 2>"$err" &&
		grep -q 'not measured' "$err" && [ ! -s "$out" ] &&
		numatrace nodes >"$out" 2>"$err" &&
		numatrace info --json 2>"$err" | grep -q '"events": *null' &&
		numatrace hooks --json | grep -q '"events": *null' &&
		grep -q '^not measured' /sys/kernel/debug/numatrace/access
	ret=$?
	rmmod numatrace
	return $ret
}

# each_call_fails COMMAND...: with each fallible call in turn, the command
# fails with words or goes without; afterwards it works.
each_call_fails() {
	start=$(calls)
	"$@" >/dev/null 2>&1 || return 1
	count=$(($(calls) - start))
	[ $count -gt 0 ] || return 1
	n=1
	while [ $n -le $count ]; do
		echo $(($(calls) + n)) >$parameters/fail_at
		"$@" >"$out" 2>"$err" || [ -s "$err" ] || return 1
		n=$((n + 1))
	done
	echo 0 >$parameters/fail_at
	"$@" >/dev/null 2>&1
}

# It ends with 1 as well where it finds problems, which it shows.
look_for_problems() {
	numatrace check >"$out.problems" || [ -s "$out.problems" ]
}

# Once there are samples enough to judge by.
findings_survive() {
	wait_for look_for_problems && each_call_fails look_for_problems
}

# Another size each time, or nothing is allocated.
resize() {
	size=$((size + 1))
	numatrace config process_table_size=$size cgroup_table_size=$size &&
		[ "$(cat /sys/kernel/debug/numatrace/process_table_size)" = \
			$size ]
}

resize_history() {
	size=$((size + 1))
	echo $size >/sys/kernel/debug/numatrace/history_size
}

# Each allocation fails once, and then nothing is measured and nothing else
# changed; the last one may, and then the scanner alone is not measured.
each_step_of_measuring_fails() {
	cost=/sys/kernel/debug/numatrace/cost
	switch=/sys/kernel/debug/numatrace/measure_cost
	n=1
	while :; do
		echo $(($(calls) + n)) >$parameters/fail_at
		echo 1 2>/dev/null >$switch && break
		[ "$(cat $switch)" = 0 ] && grep -q '^not measured' $cost ||
			return 1
		n=$((n + 1))
	done
	echo 0 >$parameters/fail_at
	[ $n -gt 1 ] && grep -q '^scan .*not measured' $cost || return 1
	echo 0 >$switch
	echo 1 >$switch
	! grep -q 'not measured' $cost && echo 0 >$switch
}

read_debugfs() {
	for view in info nodes access migration migration_reasons bounce \
		tasks skips history findings hooks processes cgroups cost; do
		cat "/sys/kernel/debug/numatrace/$view" || return 1
	done
}

last_sample() {
	sed -n 's/^last_sequence *//p' /sys/kernel/debug/numatrace/info
}

# The file makes calls of its own, each time the same number. Setting the
# interval makes none, and has this CPU sample, which is awake.
look() {
	echo 100 >/sys/kernel/debug/numatrace/sample_interval_ms
	last_sample >"$out"
}

# What is taken while nobody asks takes no memory.
sample_without_memory() {
	start=$(calls)
	look || return 1
	each=$(($(calls) - start))
	goal=$(($(cat "$out") + 20))
	looks=0
	start=$(calls)
	while [ "$(cat "$out")" -lt $goal ]; do
		look
		looks=$((looks + 1))
		sleep 0.1
	done
	[ $(($(calls) - start)) -eq $((looks * each)) ]
}

out=$(mktemp)
err=$(mktemp)
size=100
refused=0
degraded=0
ktap_print_header
ktap_set_plan 19
ktap_test_result "loads" insmod "$MODULE"
steps=$(calls)
ktap_test_result "unloads without a trace" eval "rmmod numatrace; nothing_left"
ktap_test_result "each step of loading may fail" each_load_step_fails
ktap_test_result "a hook may never count" never_attached
ktap_test_result "a hook may find no way to attach" no_way_to_attach
ktap_test_result "info survives failures" each_call_fails numatrace info
ktap_test_result "nodes survives failures" each_call_fails numatrace nodes
ktap_test_result "matrix survives failures" \
	each_call_fails numatrace matrix migration
ktap_test_result "processes survive failures" each_call_fails numatrace ps
ktap_test_result "cgroups survive failures" each_call_fails numatrace cgroups
ktap_test_result "threads survive failures" each_call_fails numatrace show $$
ktap_test_result "findings survive failures" findings_survive
ktap_test_result "samples survive failures" \
	each_call_fails numatrace history local_accesses
ktap_test_result "settings survive failures" each_call_fails resize
ktap_test_result "the history survives failures" each_call_fails resize_history
ktap_test_result "samples are taken without memory" sample_without_memory
ktap_test_result "measuring may fail" each_step_of_measuring_fails
ktap_test_result "debugfs survives failures" each_call_fails read_debugfs
ktap_test_result "unloads at the end" eval "rmmod numatrace; nothing_left"
ktap_finished
