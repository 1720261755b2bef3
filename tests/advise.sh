#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# numatrace advise: a process that accesses remote memory, others that are local,
# bound or idle, and following the advice.
. "$KTAP"
. "${0%/*}/_lib.sh"

profile=/var/lib/numatrace/profile

# succeeds COMMAND...: output and errors are left in $out and $err.
succeeds() {
	"$@" >"$out" 2>"$err" && return
	echo "# $*: status $?"
	sed 's/^/# /' "$err"
	return 1
}

# start_worker MEMORY-NODE CPU-NODE: memory that balancing samples but leaves.
start_worker() {
	: >"$out.worker"
	_remote --stay 64 "$1" "$2" >"$out.worker" &
	worker=$!
	wait_for grep -q placed "$out.worker"
}

stop_worker() {
	kill "$worker"
	wait "$worker" 2>/dev/null
	return 0
}

# advice PID WORDS OPTION...: it has these words. Left in $out.
advice() {
	_pid=$1
	_words=$2
	shift 2
	numatrace advise --seconds 0.1 "$@" "$_pid" >"$out" 2>"$err" &&
		grep -q -e "$_words" "$out"
}

# Once enough accesses have been sampled.
soon() {
	wait_for advice "$@" && return
	sed 's/^/# /' "$out" "$err"
	return 1
}

has() {
	grep -q -e "$1" "$out" && return
	echo "# not there: $1"
	sed 's/^/# /' "$out" "$err"
	return 1
}

hasnt() {
	! grep -q -e "$1" "$out"
}

move_memory() {
	soon "$remote" ': move its memory to node 0$' &&
		has 'why:.*sampled accesses.* are local' &&
		has 'expected: *locality 100 % (now [0-4] %); mean distance (SLIT) 10.0 (now [12][09]\.[0-9])' &&
		has 'MiB have to move to node 0, which has [0-9]* MiB free' &&
		has 'the memory policy bind:1' &&
		has "do: *numatrace bind $remote --cpunodebind=0 --membind=0 --auto-undo\$"
}

# As good as none is local: 6.1e-05 is such a number as well.
has_low_locality() {
	sed -n 's/.*"locality":\([^,}]*\).*/\1/p' "$out" |
		awk '{ low = $1 != "null" && $1 < 0.5 } END { exit !low }'
}

json_keys() {
	soon "$remote" '"action":"move_memory"' --json &&
		has '"comm":"_remote"' && has '"cpu_node":0,' &&
		has '"sampled_accesses":[1-9]' && has '"expected_locality":1.0' &&
		has_low_locality && has '"distance_unit":"slit"' &&
		has '"bytes_to_move":[1-9]' && has '"why":\[' &&
		has '"against":\[' && has '"exit_code":null' &&
		has "\"command\":\"numatrace bind $remote --cpunodebind=0 --membind=0 --auto-undo\""
}

is_first() {
	numatrace advise --count 1 >"$out" 2>"$err" &&
		head -n 1 "$out" | grep -q "^$remote _remote: move its memory"
}

without_a_target() {
	wait_for is_first
}

by_name() {
	soon _remote ': move its memory to node 0$'
}

# The cpuset keeps its memory where it is: then it can still run there.
run_elsewhere() {
	start_worker 1 0 || return 1
	echo +cpuset >/sys/fs/cgroup/cgroup.subtree_control
	mkdir -p $cgroup
	# Before Linux 6.2 whoever comes into a cpuset gets all of its CPUs.
	cat /sys/devices/system/node/node0/cpulist >$cgroup/cpuset.cpus
	echo 1 >$cgroup/cpuset.mems
	echo "$worker" >$cgroup/cgroup.procs
	soon "$worker" ': run it on node 1, where its memory is$' &&
		has 'Its affinity or cpuset keeps it from node 1 now' &&
		has "numatrace bind $worker --cpunodebind=1 --membind=1"
	_ret=$?
	stop_worker
	rmdir $cgroup
	return $_ret
}

cgroup=/sys/fs/cgroup/numatrace-advise

local_is_left_alone() {
	start_worker 0 0 || return 1
	soon "$worker" ': leave it alone$' && has 'There is little to win' &&
		hasnt 'do:'
	_ret=$?
	stop_worker
	return $_ret
}

# no_advice PID WORDS: and no command line either.
no_advice() {
	advice "$1" ': no advice, it was not measured$' && has "$2" &&
		hasnt 'do:' && hasnt 'expected:' &&
		advice "$1" '"action":"none"' --json && has '"command":null' &&
		has '"expected_locality":null' && has '"locality":null'
}

unsampled() {
	/usr/bin/numactl --membind 1 sleep 100 &
	bound=$!
	wait_for grep -q sleep "/proc/$bound/comm"
	no_advice "$bound" 'bind:1 keeps automatic balancing from sampling'
	_ret=$?
	kill "$bound"
	return $_ret
}

# shellcheck disable=SC2154 # start_idle sets it
idle() {
	wait_for start_idle || return 1
	no_advice "$sleeper" 'No access of it has been sampled yet' &&
		advice "$sleeper" 'Ask again when it has worked for a while'
	_ret=$?
	kill "$sleeper"
	return $_ret
}

# What was sampled before may not hold any more.
balancing_off() {
	sysctl -qw kernel.numa_balancing=0
	no_advice "$remote" 'sysctl kernel.numa_balancing=1'
	_ret=$?
	sysctl -qw kernel.numa_balancing=1
	return $_ret
}

# By path: the shell would take its own applet.
nobody="/usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups"

# shellcheck disable=SC2086 # words
not_of_somebody_else() {
	$nobody numatrace advise --seconds 0.1 "$remote" >"$out" 2>"$err" &&
		has 'no advice' && has 'belongs to somebody else' && hasnt 'do:'
}

by_the_profile() {
	numatrace bench --latency --seconds 0.2 --repeat 5 --size 8M --save \
		>"$out" 2>"$err" &&
		soon "$remote" 'mean latency [0-9.]* ns (now [0-9.]* ns)' &&
		soon "$remote" '"distance_unit":"ns"' --json
	_ret=$?
	rm -f $profile
	return $_ret
}

# It is said, and firmware's distances count.
damaged_profile() {
	mkdir -p ${profile%/*}
	echo '{"version":1' >$profile
	soon "$remote" 'mean distance (SLIT)' &&
		grep -q 'is damaged: it is not JSON.*numatrace bench' "$err"
	_ret=$?
	rm -f $profile
	return $_ret
}

missing_process() {
	says 1 'there is no process 4000000' numatrace advise 4000000
}

wrong_usage() {
	says 2 'not a time' numatrace advise --seconds never &&
		says 2 'not a number' numatrace advise --count 0 &&
		says 2 'unexpected argument: 2' numatrace advise 1 2
}


# bind observes for some time, and would undo what does not help.
applied() {
	succeeds numatrace advise --apply "$remote" || return 1
	has 'do: *numatrace bind' &&
		wait_for grep -q -x -e '9[0-9]' -e 100 "$out.remote" &&
		soon "$remote" ': leave it alone$' && hasnt 'do:'
}

not_loaded() {
	rmmod numatrace
	says 1 'modprobe numatrace' numatrace advise --seconds 0.1 "$remote" &&
		has 'no advice'
	_ret=$?
	insmod /lab/numatrace.ko
	return $_ret
}

out=$(mktemp)
err=$(mktemp)
_remote --stay 64 1 0 >"$out.remote" &
remote=$!
wait_for grep -q placed "$out.remote"
run_cases move_memory json_keys without_a_target by_name run_elsewhere \
	local_is_left_alone unsampled idle balancing_off not_of_somebody_else \
	by_the_profile damaged_profile missing_process wrong_usage applied \
	not_loaded
