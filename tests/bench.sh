#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# numatrace bench: all pairs of nodes, on the right CPUs and the right memory,
# and what it says where it cannot measure. In a guest all nodes are equally
# fast: nothing is expected of the numbers.
. "$KTAP"
. "${0%/*}/_lib.sh"

profile=/var/lib/numatrace/profile
quick="--seconds 0.2 --repeat 5 --size 8M"

# succeeds COMMAND...: output and errors are left in $out and $err.
succeeds() {
	"$@" >"$out" 2>"$err" && return
	echo "# $*: status $?"
	sed 's/^/# /' "$err"
	return 1
}

# expand LIST: the numbers of a list such as 0-2,4
expand() {
	echo "$1" | tr , '\n' | while IFS=- read -r _first _last; do
		seq "$_first" "${_last:-$_first}"
	done
}

cpu_nodes=$(expand "$(cat /sys/devices/system/node/has_cpu)")
memory_nodes=$(expand "$(cat /sys/devices/system/node/has_memory)")

words() {
	# shellcheck disable=SC2048,SC2086 # words are what is counted
	set -- $*
	echo $#
}

pairs=$(($(words "$cpu_nodes") * $(words "$memory_nodes")))

# count N WORDS: so many lines of $out have them.
count() {
	_count=$(grep -c -e "$2" "$out")
	[ "$_count" -eq "$1" ] && return
	echo "# $_count lines with '$2', not $1"
	sed 's/^/# /' "$out"
	return 1
}

# The pairs of the JSON document, a line each.
json_pairs() {
	sed -n '/"cpu_node"/{s/.*://;s/,//;h;}
		/"memory_node"/{s/.*://;s/,//;H;g;s/\n/ /;p;}' "$out"
}

all_pairs() {
	for _cpu in $cpu_nodes; do
		for _memory in $memory_nodes; do
			echo "$_cpu $_memory"
		done
	done
}

# shellcheck disable=SC2086 # words
every_pair() {
	rm -f $profile
	succeeds numatrace bench --json $quick || return 1
	[ "$(json_pairs)" = "$(all_pairs)" ] &&
		count $((4 * pairs)) '"median"' &&
		count $((4 * pairs)) '"repeats":5' &&
		count "$pairs" '"reason":null' &&
		count 1 '"firmware_wrong":\[' &&
		count 1 "\"saved\":\"$profile\"" &&
		[ ! -s "$err" ] && grep -q '"version":1' $profile &&
		[ "$(ls ${profile%/*})" = profile ]
}

# shellcheck disable=SC2086 # words
matrices() {
	succeeds numatrace bench $quick &&
		count 1 '^latency of dependent loads in ns' &&
		count 3 'bandwidth in GiB/s' &&
		count 4 '^penalty against local memory' &&
		count 8 '^CPU-NODE ' &&
		count "$(words "$memory_nodes")" \
			'^On node [0-9]* [0-9]* % of the buffer is in huge' &&
		count 1 "^Saved to $profile"
}

# start_bench OPTION...: one that runs until it is ended.
start_bench() {
	numatrace bench --no-save --size 16M --seconds 60 --repeat 100 "$@" \
		>"$out.bench" 2>&1 &
	bench=$!
}

# Buffers that are bound: all pages are on that node, and on no other.
placed_on() {
	awk -v node="$1" '
		$2 == "bind:" node {
			for (i = 3; i <= NF; i++)
				if ($i ~ /^N[0-9]+=/) {
					split($i, part, /[N=]/)
					if (part[2] != node)
						wrong = 1
					else
						right += part[3]
				}
		}
		END { exit !(right && !wrong) }' "/proc/$bench/numa_maps"
}

memory_is_on_its_node() {
	for _memory in $memory_nodes; do
		start_bench --latency \
			--nodes "$(list "$cpu_node" "$_memory")"
		wait_for placed_on "$_memory"
		_placed=$?
		kill "$bench"
		wait "$bench" 2>/dev/null
		[ $_placed -eq 0 ] || return 1
	done
}

# reserve NODE PAGES: huge pages, of the size that x86 has by default.
reserve() {
	echo "$2" >"/sys/devices/system/node/node$1/hugepages/hugepages-2048kB/nr_hugepages"
}

is_in_reserved() {
	grep -q "bind:$memory_node.* huge .*N$memory_node=8 " \
		"/proc/$bench/numa_maps"
}

reserved_huge_pages() {
	reserve "$memory_node" 8 || return 1
	start_bench --latency --nodes "$(list "$cpu_node" "$memory_node")"
	wait_for is_in_reserved
	_placed=$?
	kill "$bench"
	wait "$bench" 2>/dev/null
	reserve "$memory_node" 0
	return $_placed
}

# list NODE NODE: both, ascending, each once.
list() {
	printf '%s\n' "$@" | sort -n -u | tr '\n' , | sed 's/,$//'
}

# The CPUs of its threads but the first, each of which has one.
cpus_of_threads() {
	for _task in "/proc/$bench/task/"*; do
		[ "${_task##*/}" = "$bench" ] ||
			sed -n 's/^Cpus_allowed_list:\t//p' "$_task/status"
	done 2>/dev/null | sort -n
}

on_all_cpus_of() {
	[ "$(cpus_of_threads)" = \
		"$(expand "$(cat "/sys/devices/system/node/node$1/cpulist")")" ]
}

# Each CPU node, with the memory of one.
threads_run_on_their_node() {
	start_bench --bandwidth --nodes "$cpu_node"
	wait_for on_all_cpus_of "$cpu_node"
	_placed=$?
	kill "$bench"
	wait "$bench" 2>/dev/null
	return $_placed
}

too_large() {
	says 1 'nothing was measured' numatrace bench --size 1T &&
		grep -q 'free: too little for a buffer of 1048576 MiB' "$out" &&
		says 1 'nothing was measured' numatrace bench --size 1T --json &&
		count "$pairs" '"reason":"node ' && count $((4 * pairs)) ':null,$'
}

# in_cpuset CPUS NODES COMMAND...
in_cpuset() {
	echo +cpuset >/sys/fs/cgroup/cgroup.subtree_control &&
		mkdir -p $cgroup && echo "$1" >$cgroup/cpuset.cpus &&
		echo "$2" >$cgroup/cpuset.mems || return 1
	shift 2
	# shellcheck disable=SC2016 # of the other shell
	sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' $cgroup "$@"
	_status=$?
	rmdir $cgroup
	return $_status
}

cgroup=/sys/fs/cgroup/numatrace-bench

# shellcheck disable=SC2086 # words
cpuset_limits() {
	in_cpuset "$(cat "/sys/devices/system/node/node$cpu_node/cpulist")" \
		"$memory_node" numatrace bench --json --latency $quick \
		>"$out" 2>"$err" || return 1
	count 1 '"median"' && count 1 '"reason":null' &&
		count $(($(words "$memory_nodes") * $(words "$cpu_nodes") - \
			$(words "$cpu_nodes"))) 'our cpuset does not let us' &&
		count $(($(words "$cpu_nodes") - 1)) 'our cpuset has no CPU of node'
}

# shellcheck disable=SC2086 # words
parts_are_not_saved() {
	rm -f $profile
	succeeds numatrace bench --latency $quick && [ ! -e $profile ] &&
		succeeds numatrace bench --latency --nodes 0 --save $quick &&
		[ -e $profile ] && rm $profile &&
		succeeds numatrace bench --no-save $quick && [ ! -e $profile ]
}

# By path: the shell would take its own applet.
nobody="/usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups"

# shellcheck disable=SC2086 # words
unprivileged() {
	says 1 'the profile is not saved.*as root' \
		$nobody numatrace bench --nodes 0 --latency --save $quick &&
		count 1 '^latency of dependent loads' && [ ! -e $profile ] &&
		says 0 'the profile is not saved.*as root' \
			$nobody numatrace bench --bandwidth --latency $quick
}

wrong_usage() {
	says 2 'not a size' numatrace bench --size 1 &&
		says 2 'not a size' numatrace bench --size 12X &&
		says 2 'not a size' numatrace bench --size 99999999999999T &&
		says 2 'not a list' numatrace bench --nodes 1-0 &&
		says 2 'not a list' numatrace bench --nodes '' &&
		says 2 'not a time' numatrace bench --seconds none &&
		says 2 'not a number of 1 to 100' numatrace bench --repeat 0 &&
		says 2 'exclude each other' numatrace bench --save --no-save &&
		says 2 'unexpected argument' numatrace bench 7 &&
		says 1 'node 777 is not online' numatrace bench --nodes 777
}

out=$(mktemp)
err=$(mktemp)
cpu_node=${cpu_nodes%%[!0-9]*}
memory_node=${memory_nodes%%[!0-9]*}
run_cases every_pair matrices memory_is_on_its_node threads_run_on_their_node \
	reserved_huge_pages too_large cpuset_limits parts_are_not_saved unprivileged wrong_usage
