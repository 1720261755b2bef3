#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The command in the situations in which it has to say what is the case, and
# its agreement with numactl.
. "$KTAP"
. "${0%/*}/_lib.sh"

as_nobody() {
	# By path: the shell would take its own applet.
	/usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

nobody_reads() {
	as_nobody numatrace nodes >"$out" && as_nobody numatrace info >"$out" &&
		as_nobody numatrace matrix access >"$out"
}

nobody_switches_nothing() {
	says 1 CAP_NET_ADMIN as_nobody numatrace hooks --disable access &&
		! numatrace hooks | grep -q ' off '
}

same_as_numactl() {
	numactl -H | grep -v ' free:' >"$out"
	numatrace hardware | grep -v ' free:' |
		head -n "$(wc -l <"$out")" | diff "$out" -
}

since_load_without_interval() {
	[ "$(numatrace nodes --noheadings | wc -l)" = 2 ]
}

as_many_reports_as_asked() {
	[ "$(numatrace nodes --raw --noheadings 0.1 3 | wc -l)" = 6 ]
}

balancing_off() {
	sysctl -qw kernel.numa_balancing=0
	says 0 'sysctl kernel.numa_balancing=1' numatrace nodes
	ret=$?
	sysctl -qw kernel.numa_balancing=1
	return $ret
}

unknown_column() {
	says 2 'unknown column: nonsense' numatrace nodes -o nonsense
}

unknown_command() {
	says 2 nonsense numatrace nonsense
}

unknown_matrix() {
	says 2 nonsense numatrace matrix nonsense
}

bad_interval() {
	says 2 interval numatrace nodes nonsense
}

unknown_hook() {
	says 1 'no hook of that name' numatrace hooks --enable nonsense
}

not_counted_is_not_zero() {
	sysctl -qw vm.numa_stat=0
	value=$(numatrace nodes -rn -o ALLOC-HIT | sort -u)
	sysctl -qw vm.numa_stat=1
	[ "$value" = - ]
}

version() {
	numatrace --version | grep -q '[0-9]\.[0-9]\.[0-9]'
}

help_lists_columns() {
	numatrace nodes --help | grep -q NUMA_HINT_FAULTS
}

not_loaded() {
	rmmod numatrace
	says 1 'modprobe numatrace' numatrace nodes && grep -q '0-1' "$out" &&
		says 1 'modprobe numatrace' numatrace info &&
		says 1 'modprobe numatrace' numatrace matrix access &&
		numatrace hardware >"$out"
	ret=$?
	insmod /lab/numatrace.ko
	return $ret
}

out=$(mktemp)
# shellcheck disable=SC2034 # of says
err=$(mktemp)
run_cases nobody_reads nobody_switches_nothing same_as_numactl \
	since_load_without_interval as_many_reports_as_asked balancing_off \
	unknown_column unknown_command unknown_matrix bad_interval unknown_hook \
	not_counted_is_not_zero version help_lists_columns not_loaded
