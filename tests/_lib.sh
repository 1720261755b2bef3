# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What shell tests in the guest share.

# run_cases CASE...: a function each, which succeeds; ends the test.
run_cases() {
	ktap_print_header
	ktap_set_plan $#
	for _case in "$@"; do
		ktap_test_result "$_case" "$_case"
	done
	ktap_finished
}

# field HOOK COLUMN: one field of a hook's row.
field() {
	numatrace hooks --raw --noheadings --output "NAME,$2" |
		sed -n "s/^$1 //p"
}

state() {
	field "$1" STATE
}

# The module is gone, and nothing of it is left.
nothing_left() {
	[ ! -e /sys/module/numatrace ] &&
		[ ! -e /sys/kernel/debug/numatrace ] &&
		[ ! -e /sys/kernel/tracing/events/numatrace ] &&
		! grep -q -e '^mpol_misplaced ' -e '^folio_migrate_flags ' \
			-e '^task_numa_fault ' \
			/sys/kernel/tracing/enabled_functions &&
		! grep -q numatrace /sys/devices/system/cpu/hotplug/states &&
		! numatrace info >/dev/null 2>&1
}

vmstat() {
	sed -n "s/^$1 //p" /proc/vmstat
}

# So many seconds is anything waited for. It only keeps what hangs from doing so
# for ever: a machine may be as slow as it likes.
patience=120

# wait_for COMMAND...: polls until the command succeeds, which may itself wait.
wait_for() {
	set -- $(($(date +%s) + patience)) "$@"
	until but_first "$@"; do
		[ "$(date +%s)" -lt "$1" ] || return 1
		sleep 0.1
	done
}

# but_first WORD COMMAND...
but_first() {
	shift
	"$@"
}

# All its threads: it may run on for a while after the signal.
stopped() {
	! grep -h '^State:' "/proc/$1"/task/*/status | grep -qv 'T (stopped)'
}

# sleeps PID: it has become sleep, and does not run any more.
sleeps() {
	grep -q sleep "/proc/$1/comm" && grep -q '^State:.S' "/proc/$1/status"
}

# start_idle: a process that has accessed nothing, whose number is in $sleeper;
# fails where it has, and goes with the next one: nothing is armed anew meanwhile,
# so that there is one after a few shells whose own memory was armed before.
start_idle() {
	echo 0 >/proc/sys/kernel/numa_balancing
	sleep 100 &
	sleeper=$!
	wait_for sleeps $sleeper
	echo 1 >/proc/sys/kernel/numa_balancing
	numatrace ps --raw --noheadings --output PID 2>/dev/null |
		grep -qx $sleeper || return 0
	kill $sleeper
	return 1
}

grown_to() {
	[ "$(vmstat numa_hint_faults)" -ge "$1" ]
}

# accesses N: has a workload make at least N hinting faults, and ends it.
accesses() {
	_goal=$(($(vmstat numa_hint_faults) + $1))
	_remote 16 1 0 >/dev/null &
	_workload=$!
	wait_for grown_to "$_goal"
	_grown=$?
	kill "$_workload"
	wait "$_workload" 2>/dev/null
	return $_grown
}

# says STATUS WORDS COMMAND...: exits so, with these words on stderr. Output and
# errors are left in the files $out and $err.
says() {
	_want=$1
	_words=$2
	shift 2
	# shellcheck disable=SC2154 # of the test that calls
	"$@" >"$out" 2>"$err"
	_status=$?
	[ $_status -eq "$_want" ] && grep -q -e "$_words" "$err" && return
	echo "# $*: status $_status"
	sed 's/^/# /' "$err"
	return 1
}
