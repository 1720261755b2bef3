#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# numatrace show: a process that accesses remote memory, one that is bound,
# and what it says where something is missing.
. "$KTAP"
. "${0%/*}/_lib.sh"

# prints STATUS WORDS COMMAND...: exits so, with these words anywhere.
prints() {
	want=$1
	words=$2
	shift 2
	"$@" >"$out" 2>&1
	status=$?
	[ $status -eq "$want" ] && grep -q -e "$words" "$out" && return
	echo "# $*: status $status"
	sed 's/^/# /' "$out"
	return 1
}

# Memory on node 1, touched from node 0, too large to have moved at once.
start_remote() {
	_remote 64 1 0 >"$out.remote" &
	remote=$!
	wait_for grep -q placed "$out.remote"
}

# json PID PYTHON: an expression about the document, as the variable "p".
json() {
	numatrace show "$1" --json >"$out" && /usr/bin/python3 -c "
import json
p = json.load(open('$out'))
assert $2, p
"
}

has_accesses() {
	numatrace show "$remote" | grep -q 'of its accesses from node 0 go to node 1'
}

remote_accesses() {
	wait_for has_accesses &&
		prints 0 'sampled accesses are local' numatrace show "$remote" &&
		grep -q '^CPU-NODE' "$out" && grep -q 'exact (numa_maps)' "$out" &&
		prints 0 'bound to the CPUs' numatrace show "$remote"
}

head_of_process() {
	prints 0 "^Process: *$remote _remote" numatrace show "$remote" &&
		grep -q '^State: .*2 threads' "$out" &&
		grep -q '^User: *root' "$out" &&
		grep -q '^Started: *20' "$out" &&
		grep -q '^First access: *20' "$out" &&
		grep -q '^Last access: *20' "$out"
}

has_statistics() {
	numatrace show "$remote" | grep -q '^ *TID NODE MEM-PRIVATE'
}

# The scheduler adds up what it has seen at the end of a scan only.
statistics_of_threads() {
	wait_for has_statistics
}

threads_are_limited() {
	prints 0 'and 1 more on node' numatrace show "$remote" --threads 1 &&
		prints 0 '^Process:' numatrace show "$remote" --threads all &&
		! grep -q ' more on node' "$out"
}

sampled() {
	prints 0 'random pages' numatrace show "$remote" --sample &&
		grep -q '+-[0-9.]*%' "$out" &&
		prints 0 'random pages' numatrace show "$remote" --seed 7 &&
		prints 0 'random pages' \
			numatrace show "$remote" --seed 281474976710655 &&
		prints 0 'unless by mbind' numatrace show $$ --sample
}

json_keys() {
	json "$remote" "p['comm'] == '_remote' and \
		p['accesses']['remote_faults'] > 0 and \
		{'cpu_node', 'memory_node', 'faults', 'pages'} == \
			set(p['accesses']['matrix'][0]) and \
		p['start_time'] <= p['accesses']['first_access'] <= \
			p['accesses']['last_access'] and \
		len(p['threads']) == 2 and \
		p['threads'][0]['policy'] == 'default' and \
		p['threads'][0]['scanned'] is True and \
		p['residency']['method'] == 'exact' and \
		sum(n['bytes'] for n in p['residency']['nodes']) == \
			p['residency']['bytes'] and p['verdict']"
}

# The same accesses as in the table of processes.
agrees_with_itself() {
	json "$remote" "p['accesses']['remote_faults'] == sum(c['faults'] \
		for c in p['accesses']['matrix'] \
		if c['cpu_node'] != c['memory_node'])"
}

bound_is_not_idle() {
	/usr/bin/numactl --membind 1 sleep 100 &
	bound=$!
	wait_for grep -q sleep "/proc/$bound/comm"
	prints 0 'bind:1 keeps automatic balancing from sampling' \
		numatrace show "$bound" &&
		grep -q 'numactl --balancing --membind=1' "$out" &&
		json "$bound" "p['threads'][0]['scanned'] is False and \
			p['threads'][0]['policy'] == 'bind:1'"
	ret=$?
	kill "$bound"
	return $ret
}

# shellcheck disable=SC2154 # start_idle sets it
idle() {
	wait_for start_idle || return 1
	prints 0 'No access of it has been sampled' numatrace show "$sleeper" &&
		grep -q 'It is not bound.' "$out" && ! grep -q 'keeps' "$out"
	ret=$?
	kill "$sleeper"
	return $ret
}

# start_mbind: memory of a process that is bound, not the process.
start_mbind() {
	/usr/bin/python3 -c '
import ctypes, time
numa = ctypes.CDLL("libnuma.so.1")
numa.numa_alloc_onnode.restype = ctypes.c_void_p
numa.numa_set_bind_policy(1)
size = ctypes.c_size_t(128 << 20)
ctypes.memset(ctypes.c_void_p(numa.numa_alloc_onnode(size, 1)), 1, size)
print("placed", flush=True)
time.sleep(100)
' >"$out.mbind" &
	mbind=$!
	wait_for grep -q placed "$out.mbind"
}

bound_memory() {
	start_mbind &&
		prints 0 'has a policy of its own (bind:1): balancing does not' \
			numatrace show "$mbind" &&
		! grep -q 'not bound' "$out" &&
		json "$mbind" "p['residency']['policies'][0]['bytes'] == \
			128 << 20 and \
			p['residency']['policies'][0]['scanned'] is False and \
			p['threads'][0]['scanned'] is True"
	ret=$?
	kill "$mbind"
	return $ret
}

is_zombie() {
	zombie=$(cat "$out.zombie") && grep -q '^State:.Z' "/proc/$zombie/status"
}

without_memory() {
	sh -c 'sleep 0 & echo $! >'"$out.zombie"'; exec sleep 100' &
	parent=$!
	wait_for is_zombie 2>/dev/null &&
		prints 0 'no memory of its own' numatrace show "$zombie" &&
		prints 0 'no memory of its own' numatrace show 2 &&
		grep -q '^resident memory per node: none' "$out"
	ret=$?
	kill "$parent"
	return $ret
}

# A name that is no text, and would command a terminal.
hostile_name() {
	sh -c 'printf "e\033[0m\377" >/proc/self/comm; sleep 100; :' &
	hostile=$!
	wait_for grep -q '^e' "/proc/$hostile/comm"
	prints 0 '^Process: *[0-9]* e\\x1b\[0m\\xff$' \
		numatrace show "$hostile" &&
		! grep -q "$(printf '\033')" "$out" &&
		json "$hostile" "p['comm'] == 'e\\x1b[0m\\\\xff'"
	ret=$?
	kill "$hostile"
	return $ret
}

balancing_off() {
	sysctl -qw kernel.numa_balancing=0
	prints 0 'sysctl kernel.numa_balancing=1' numatrace show "$remote"
	ret=$?
	sysctl -qw kernel.numa_balancing=1
	return $ret
}

in_a_cgroup() {
	mkdir -p /sys/fs/cgroup/numatrace-show
	echo "$remote" >/sys/fs/cgroup/numatrace-show/cgroup.procs
	prints 0 '^Cgroup: */numatrace-show$' numatrace show "$remote"
	ret=$?
	echo "$remote" >/sys/fs/cgroup/cgroup.procs
	rmdir /sys/fs/cgroup/numatrace-show
	return $ret
}

# By path: the shell would take its own applet.
nobody="/usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups"

# shellcheck disable=SC2086 # words
not_of_somebody_else() {
	prints 0 'belongs to somebody else' $nobody numatrace show "$remote" &&
		grep -q '^Accesses: *-$' "$out" && grep -q 'not permitted' "$out"
}

# shellcheck disable=SC2086 # words
of_oneself() {
	$nobody sleep 100 &
	own=$!
	wait_for grep -q sleep "/proc/$own/comm"
	prints 0 'exact (numa_maps)' $nobody numatrace show "$own" &&
		! grep -q 'somebody else' "$out"
	ret=$?
	kill "$own"
	return $ret
}

missing_process() {
	prints 1 'there is no process 4000000' numatrace show 4000000
}

wrong_usage() {
	prints 2 'not a process number' numatrace show nonsense &&
		prints 2 'exclude each other' \
			numatrace show $$ --sample --exact &&
		prints 2 'neither a number nor all' \
			numatrace show $$ --threads some &&
		prints 2 'not a number of 0 to' \
			numatrace show $$ --seed 281474976710656 &&
		prints 2 'show: which' numatrace show
}

not_loaded() {
	rmmod numatrace
	prints 1 'modprobe numatrace' numatrace show "$remote" &&
		grep -q '^Process:' "$out" && grep -q 'exact (numa_maps)' "$out"
	ret=$?
	insmod /lab/numatrace.ko
	return $ret
}

out=$(mktemp)
start_remote
run_cases remote_accesses head_of_process statistics_of_threads \
	threads_are_limited sampled json_keys agrees_with_itself \
	bound_is_not_idle bound_memory idle without_memory hostile_name \
	balancing_off in_a_cgroup not_of_somebody_else of_oneself \
	missing_process wrong_usage not_loaded
