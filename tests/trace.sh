#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The trace events: perf names the code that touches remote memory, on a machine
# without hardware counters; bpftrace adds them up to the module's own totals;
# and their fields are right.
. "$KTAP"
. "${0%/*}/_lib.sh"
. "${0%/*}/_bracket.sh"

events=/sys/kernel/tracing/events/numatrace
# The perf of 6.1 takes the whole word for a part of a cache event's name.
access='numatrace:access*'
work=$(mktemp -d)

no_hardware_counters() {
	! perf stat -e cycles true >"$work/stat" 2>&1 ||
		grep -q 'not supported' "$work/stat"
}

perf_records() {
	perf record -o "$work/perf.data" -e "$access" --filter local==0 \
		-g numactl --cpunodebind=0 _hot 16 1 0 \
		>"$work/record" 2>&1 || {
		sed 's/^/# /' "$work/record"
		return 1
	}
}

# Share of the samples that have the function in their call chain, in percent.
share_of() {
	perf report -i "$work/perf.data" --stdio --children --no-inline \
		-g none --sort symbol 2>/dev/null >"$work/report"
	awk -v name="$1" '$4 == name { sub("%", "", $1); print $1 + 0 }' \
		"$work/report" | sort -n | tail -n 1
}

perf_names_remote_code() {
	share=$(share_of touch_remote)
	echo "# touch_remote: $share %"
	[ "${share%.*}" -ge 90 ] 2>/dev/null || {
		sed 's/^/# /' "$work/report"
		return 1
	}
}

perf_does_not_name_local_code() {
	[ -z "$(share_of touch_local)" ] && grep -q touch_remote "$work/report"
}

# Memory that is bound is not sampled: the witness makes few faults.
watch() {
	exec numactl --membind=all bpftrace -e '
tracepoint:numatrace:access {
	@access[args->cpu_node, args->memory_node] = count();
	@pages[args->cpu_node, args->memory_node] = sum(args->pages);
	@local[args->local == (args->cpu_node == args->memory_node)] = count();
}
tracepoint:numatrace:migrate {
	@folios[args->from_node, args->to_node] = count();
	@moved[args->from_node, args->to_node] = sum(args->pages);
}
BEGIN { printf("watching\n"); }' >"$work/witness" 2>&1
}

bpftrace_starts() {
	wait_for grep -q watching "$work/witness"
}

# Moves by balancing, of small and of huge pages, and others.
events_of_all_kinds() {
	numactl --cpunodebind=0 _hot 16 1 0 >/dev/null || return 1
	_remote --huge 16 1 0 >"$work/huge" &
	wait_for grep -q -x -e 9. -e 100 "$work/huge"
	migratepages $! 0 1
	kill $!
	wait $! 2>/dev/null
	:
}

witness_reading() {
	sed -n 's/^@\([a-z]*\)\[\([0-9]*\), \([0-9]*\)\]: \([0-9]*\)$/\1 \2 \3 \4/p' \
		"$work/witness"
}

bpftrace_agrees() {
	bracket_growth "$work/inside.0" "$work/inside.1" >"$work/inside"
	bracket_growth "$work/outside.0" "$work/outside.1" >"$work/outside"
	witness_reading >"$work/seen"
	bracket_disagreements "$work/inside" "$work/outside" "$work/seen" |
		tee "$work/wrong" | sed 's/^/# /'
	[ -s "$work/inside" ] && [ ! -s "$work/wrong" ]
}

bpftrace_sees_local_as_module() {
	grep -q '^@local\[1\]:' "$work/witness" &&
		! grep -q '^@local\[0\]:' "$work/witness"
}

# record EVENT FILTER COMMAND...: the event's lines while the command runs.
record() {
	event=$1 filter=$2
	shift 2
	echo >/sys/kernel/tracing/trace
	echo "$filter" >"$events/$event/filter"
	echo 1 >"$events/$event/enable"
	"$@"
	_status=$?
	echo 0 >"$events/$event/enable"
	echo 0 >"$events/$event/filter"
	grep " $event: " /sys/kernel/tracing/trace >"$work/trace"
	return $_status
}

# mostly FIELD=VALUE: in at least 95 of 100 lines, of which there are many.
mostly() {
	_all=$(wc -l <"$work/trace")
	_such=$(grep -c " $1\( \|$\)" "$work/trace")
	echo "# $1: $_such of $_all"
	[ "$_such" -ge 2000 ] && [ $((_such * 100)) -ge $((_all * 95)) ]
}

# 6.1 does not tell its function whether the access writes.
write_is() {
	case $(uname -r) in
	6.1.*) echo -1 ;;
	*) echo "$1" ;;
	esac
}

hot() {
	numactl --cpunodebind=0 _hot "$@" 16 1 0 >"$work/bounds"
}

reads_told_apart() {
	record access 'local == 0 && comm == "_hot"' hot &&
		mostly "write=$(write_is 0)"
}

writes_told_apart() {
	record access 'local == 0 && comm == "_hot"' hot --write &&
		mostly "write=$(write_is 1)"
}

# Compared as text: both have the same number of digits.
addresses_are_those_accessed() {
	read -r from to <"$work/bounds"
	sed -n 's/.* address=\(0x[0-9a-f]*\) .*/at\1/p' "$work/trace" |
		awk -v from="at$from" -v to="at$to" '
			$1 >= from && $1 < to { inside++ }
			END { exit !(NR >= 2000 && inside * 100 >= NR * 95) }'
}

fields_are_those_of_the_task() {
	mostly "cpu_node=0 memory_node=1 pages=1" &&
		awk '{
			sub(/^.*_hot-/, "")
			split($0, pid, /[^0-9]/)
			if (index($0, " pid=" pid[1] " tgid=" pid[1] " ") == 0)
				exit 1
		}' "$work/trace"
}

balancing_is_misplaced() {
	record migrate 'comm == "_hot"' hot && mostly misplaced=1 &&
		mostly "from_node=1 to_node=0 pages=1"
}

send_away() {
	_remote 16 1 0 >"$work/remote" &
	wait_for grep -q placed "$work/remote"
	migratepages $! 1 0
	_moved=$?
	kill $!
	wait $! 2>/dev/null
	return $_moved
}

request_is_not_misplaced() {
	sysctl -qw kernel.numa_balancing=0
	record migrate 'comm == "migratepages"' send_away
	_recorded=$?
	sysctl -qw kernel.numa_balancing=1
	[ $_recorded = 0 ] && mostly misplaced=0 &&
		mostly "from_node=1 to_node=0 pages=1"
}

off_again() {
	[ "$(cat $events/enable)" = 0 ] && rmmod numatrace &&
		insmod /lab/numatrace.ko && [ "$(cat $events/enable)" = 0 ]
}

ktap_print_header
ktap_set_plan 16
ktap_test_result "no hardware counters" no_hardware_counters
ktap_test_result "perf records accesses" perf_records
ktap_test_result "perf names remote code" perf_names_remote_code
ktap_test_result "perf names no local code" perf_does_not_name_local_code

module_reading >"$work/outside.0"
watch &
bpftrace=$!
ktap_test_result "bpftrace watches" bpftrace_starts
module_reading >"$work/inside.0"
ktap_test_result "there is something to see" events_of_all_kinds
module_reading >"$work/inside.1"
# SIGINT is ignored in what a shell runs in the background.
kill -TERM $bpftrace
wait $bpftrace
module_reading >"$work/outside.1"
sed 's/^/# /' "$work/witness"
ktap_test_result "bpftrace adds up to the module's totals" bpftrace_agrees
ktap_test_result "local is what it says" bpftrace_sees_local_as_module

ktap_test_result "reads told as such" reads_told_apart
ktap_test_result "addresses of what is accessed" addresses_are_those_accessed
ktap_test_result "fields of the task" fields_are_those_of_the_task
ktap_test_result "writes told as such" writes_told_apart
ktap_test_result "written addresses" addresses_are_those_accessed
ktap_test_result "balancing's migrations" balancing_is_misplaced
ktap_test_result "requested migrations" request_is_not_misplaced
ktap_test_result "off again" off_again
rm -rf "$work"
ktap_finished
