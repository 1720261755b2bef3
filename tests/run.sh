#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# numatrace run: policies against numactl's, shared memory, refusals, and what
# --measure reports of a workload.
. "$KTAP"
. "${0%/*}/_lib.sh"

numactl=/usr/bin/numactl

# As the command that is measured: N hinting faults of remote memory.
if [ "${1-}" = workload ]; then
	accesses "$2"
	exit
fi

# both OPTION...: numactl itself prints the same, given by it or by us.
both() {
	"$numactl" "$@" "$numactl" --show >"$out.real" 2>&1
	numatrace run "$@" -- "$numactl" --show >"$out" 2>&1
	cmp -s "$out" "$out.real" && return
	echo "# $*"
	diff "$out.real" "$out" | sed 's/^/# /'
	return 1
}

policies_of_commands() {
	both --cpunodebind=1 && both -N 0 && both -c 1 &&
		both --cpunodebind=0,1 && both -N 1 --membind=same &&
		both --physcpubind=+1 && both -C 0 && both -C '!0' &&
		both -N 0 -C 3 && both --all -N 1 && both -a -m 1 &&
		both --membind=1 && both -m 0-1 && both -m '!0' &&
		both -m +1 && both -m all && both --interleave=all &&
		both -i 0,1 && both --preferred=1 && both -p 0 &&
		both --preferred-many=1 && both --localalloc && both -l
}

# As the kernel names it: numactl does not know all of them.
kernel_says() {
	_policy=$1
	shift
	numatrace run "$@" -- cat /proc/self/numa_maps >"$out" 2>&1
	[ "$(cut -d ' ' -f 2 "$out" | sort -u)" = "$_policy" ] && return
	echo "# $*"
	head -n 3 "$out" | sed 's/^/# /'
	return 1
}

policies_of_the_kernel() {
	kernel_says default -N 0 && kernel_says bind:1 -m 1 &&
		kernel_says bind=balancing:0-1 --balancing -m 0,1 &&
		kernel_says interleave:0-1 -i all &&
		kernel_says prefer:1 -p 1 && kernel_says local -l
}

weighted_interleave() {
	[ -e /sys/kernel/mm/mempolicy/weighted_interleave ] || {
		says 1 'it came with Linux 6.9' numatrace run -w 0,1 true
		return
	}
	numatrace run -w 0,1 -- grep -q 'weighted interleave:0-1' \
		/proc/self/numa_maps
}

shows() {
	"$numactl" -m 1 -C 0 --show >"$out.real"
	numatrace run -m 1 -C 0 --show >"$out" && cmp "$out" "$out.real" &&
		"$numactl" --hardware | grep -v free: >"$out.real" &&
		numatrace run --hardware | grep -v free: >"$out" &&
		cmp "$out" "$out.real"
}

# on MEMORY: policies of ranges stay with it.
policies_stay() {
	numatrace run --length=4m "$@" --dump >"$out" 2>/dev/null &&
		[ ! -s "$out" ] &&
		numatrace run --offset=1m --length=1m "$@" --strict \
			--interleave=0,1 --verify >"$out" && [ ! -s "$out" ] &&
		numatrace run -o 2m -L 1m "$@" --strict -m 1 -V >"$out" &&
		[ ! -s "$out" ] &&
		numatrace run -o 3m -L 1m "$@" --preferred=1 --touch &&
		numatrace run "$@" --dump >"$out" && cat >"$out.real" <<-EOF &&
			0000000000100000-0000000000200000: interleave : 0 1$_blank
			0000000000200000-0000000000300000: bind : 1$_blank
			0000000000300000-0000000000400000: preferred : 1$_blank
		EOF
		diff "$out.real" "$out" &&
		[ "$(numatrace run -o 2m "$@" --dump-nodes)" = \
			"0000000000200000-0000000000400000: 1" ] &&
		says 1 'already are on other nodes' \
			numatrace run -o 2m -L 1m "$@" --strict -m 0
}
_blank=' '

shared_segment() {
	policies_stay --shm "$out.key"
}

shared_file() {
	mkdir -p "$out.dir" && mount -t tmpfs none "$out.dir" &&
		policies_stay --file "$out.dir/memory"
	ret=$?
	umount "$out.dir"
	return $ret
}

order_of_shared_memory() {
	says 2 'comes after --shm' numatrace run -m 1 --shm "$out.key" &&
		says 2 'come before --shm' \
			numatrace run --shm "$out.key" --length 1m &&
		says 2 'come after --shm' numatrace run --dump &&
		says 2 'has no CPUs' numatrace run -N 1 --shm "$out.key" &&
		says 2 'not for a command' numatrace run --shm "$out.key" true &&
		says 2 'not for a command' numatrace run -L 1m true &&
		says 2 'not a size' numatrace run -L 1x --shm "$out.key" &&
		says 2 'beyond the end' \
			numatrace run -o 3m -L 2m --shm "$out.key" --dump &&
		says 1 'with --length before it' \
			numatrace run --shm "$out.other"
}

refusals() {
	says 2 'node argument 9 is out of range; allowed are 0-1' \
		numatrace run --membind=9 true &&
		says 2 'exclude each other' numatrace run -m 0 -i 1 true &&
		says 2 'it takes one node' numatrace run -p 0,1 true &&
		says 2 'has to come before' numatrace run -C 0 --all true &&
		says 2 'no option before it' numatrace run -m same true &&
		says 2 'which command' numatrace run -m 0 &&
		says 2 'unrecognized' numatrace run --nonsense true &&
		says 2 'goes with --measure' numatrace run --json true &&
		says 2 'names no node' numatrace run -m '' true
}

statuses() {
	says 7 seven numatrace run -m 0 -- sh -c 'echo seven >&2; exit 7' &&
		says 127 'cannot execute /nowhere: No such file' \
			numatrace run -m 0 /nowhere &&
		says 126 'cannot execute /: Permission denied' \
			numatrace run -m 0 / &&
		says 127 'cannot execute /nowhere' \
			numatrace run --measure /nowhere &&
		says 126 'cannot execute /' numatrace run --measure /
}

# number KEY: of the measurement in the file $out.json.
number() {
	sed -n 's/^ *"'"$1"'": *\([0-9.]*\),\{0,1\}$/\1/p' "$out.json" |
		head -n 1
}

# measure OPTION...: the workload, with --json.
measure() {
	numatrace run --json --measure-output "$out.json" "$@"
}

no_cgroup_left() {
	! ls -d /sys/fs/cgroup/numatrace-run-* >"$out" 2>&1
}

# The cgroup's row is the witness: the module keeps it when it is removed.
measured() {
	before=$(vmstat numa_hint_faults)
	measure -- sh "$0" workload 200 || return 1
	sum=$(($(number local_faults) + $(number remote_faults)))
	row=$(numatrace cgroups --removed --raw --noheadings \
		--output LOCAL,REMOTE,PATH | grep '/numatrace-run-' |
		tail -n 1)
	echo "# measured $(number local_faults) $(number remote_faults), row $row"
	[ "$(number remote_faults)" -gt 0 ] &&
		[ $sum -le $(($(vmstat numa_hint_faults) - before)) ] &&
		[ "$(number local_faults) $(number remote_faults)" = \
			"${row% *}" ] &&
		grep -q '"descendants": *true' "$out.json" &&
		grep -q '"cpu_node": *0,$' "$out.json" &&
		[ -n "$(number migrated_pages)" ] &&
		[ "$(number minor_faults)" -gt 0 ] && no_cgroup_left
}

measured_in_words() {
	says 0 'remote accesses' numatrace run --measure -- \
		sh "$0" workload 50 && grep -q 'from node 0 to node 1' "$err" &&
		grep -q '%  locality$' "$err" &&
		grep -q 'pages migrated' "$err" && [ ! -s "$out" ]
}

# The policy switches it off, and --balancing on again; what is so short is not
# scanned.
sampling_switched_off() {
	echo 1000 >/sys/kernel/debug/sched/numa_balancing/scan_delay_ms
	says 3 'policy bind:1 switched sampling off' \
		numatrace run --membind=1 --measure -- sh -c 'exit 3; :' &&
		grep -q 'Add --balancing to --membind' "$err" &&
		grep -q -- '-  remote accesses' "$err" &&
		says 0 'policy interleave:0-1 switched' \
			numatrace run -i all --measure true &&
		says 0 'No access was sampled' \
			numatrace run -m 1 --balancing --measure true &&
		grep -q ' 0  remote accesses' "$err" &&
		says 0 'goes with --membind only' \
			numatrace run -i all --balancing true
}

exits_as_the_command() {
	says 137 'seconds elapsed' \
		numatrace run --measure -- sh -c 'kill -9 $$; :'
}

# Of the user nobody: its own process, and it is said.
nobody="/usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups"

# shellcheck disable=SC2086 # words
measured_alone() {
	says 0 'first process alone, without its descendants' \
		$nobody numatrace run --measure true
}

# A signal to us is one to the command.
passes_signals_on() {
	: >"$out.ready"
	numatrace run --measure -- sh -c 'trap "exit 9" TERM
		echo ready >'"$out.ready"'
		while :; do sleep 0.1; done' 2>"$err" &
	runner=$!
	wait_for grep -q ready "$out.ready" && kill $runner
	wait $runner
	[ $? -eq 9 ] && grep -q 'seconds elapsed' "$err" && no_cgroup_left
}

# Once it has the child that is to be the command. Of those who could write to the
# pipe none is left when cat ends.
killed_before_the_command() {
	LD_PRELOAD=$(command -v _crash.so) CRASH_AT_FORK=1 \
		numatrace run --measure -- echo executed 2>&1 | cat >"$out"
	rmdir /sys/fs/cgroup/numatrace-run-* && ! grep executed "$out"
}

# leftover SCRIPT: runs it with the cgroup that our next one has the name of, and
# executes ours with the same number; prints the cgroup that the command is in.
leftover() {
	GROUP=/sys/fs/cgroup/numatrace-run- ERR="$err" sh -c "
		GROUP=\$GROUP\$\$ && mkdir \$GROUP && $1 &&
		echo 0::/numatrace-run-\$\$ &&
		exec numatrace run --measure cat /proc/self/cgroup 2>\$ERR"
}

# One that was killed leaves a cgroup, perhaps with its command.
others_are_left() {
	leftover : >"$out" && [ "$(uniq <"$out" | wc -l)" -eq 1 ] &&
		[ "$(wc -l <"$out")" -eq 2 ] &&
		! grep 'without its descendants' "$err" && no_cgroup_left &&
		leftover "{ sleep 100 & echo \$! >$out.pid; } &&
			echo \$! >\$GROUP/cgroup.procs" >"$out" &&
		[ "$(head -n 1 "$out")-2" = "$(tail -n 1 "$out")" ] &&
		! grep 'without its descendants' "$err" &&
		kill "$(cat "$out.pid")" &&
		wait_for rmdir /sys/fs/cgroup/numatrace-run-*
	ret=$?
	[ $ret -eq 0 ] || sed 's/^/# /' "$out" "$err"
	return $ret
}

left_behind() {
	says 0 'of its processes still run' numatrace run --measure -- \
		sh -c 'sleep 100 & echo $! >'"$out.pid" &&
		no_cgroup_left && kill "$(cat "$out.pid")"
}

not_sampled() {
	sysctl -qw kernel.numa_balancing=0
	says 0 'sysctl kernel.numa_balancing=1' numatrace run --measure true
	ret=$?
	sysctl -qw kernel.numa_balancing=1
	return $ret
}

not_loaded() {
	rmmod numatrace
	says 0 'modprobe numatrace' numatrace run --measure -m 1 true &&
		grep -q -- '-  local accesses' "$err"
	ret=$?
	insmod /lab/numatrace.ko
	return $ret
}

out=$(mktemp)
err=$out.err
run_cases policies_of_commands policies_of_the_kernel weighted_interleave \
	shows shared_segment shared_file order_of_shared_memory refusals \
	statuses measured measured_in_words sampling_switched_off \
	exits_as_the_command measured_alone passes_signals_on \
	killed_before_the_command others_are_left left_behind \
	not_sampled not_loaded
