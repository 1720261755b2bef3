#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2317 # cases are called by name
# numatrace bind, actions and undo: what they change is looked up in /proc,
# numa_maps and the cgroups.
. "$KTAP"
. "${0%/*}/_lib.sh"

groups=/sys/fs/cgroup

# json FILE PYTHON: an expression about the document, as the variable "p".
json() {
	EXPRESSION=$2 /usr/bin/python3 -c "
import json, os, sys
p = json.load(open('$1'))
if not eval(os.environ['EXPRESSION']):
    sys.exit('# not so: ' + json.dumps(p))
"
}

start_threads() {
	_threads 200 16 1 >"$out.threads" &
	threads=$!
	wait_for grep -q ready "$out.threads"
}

end() {
	kill "$1"
	wait "$1" 2>/dev/null
}

# cpus_of PID LIST: how many of its threads have these CPUs, and how many not.
cpus_of() {
	cat /proc/"$1"/task/*/status 2>/dev/null |
		awk -v want="$2" '/^Cpus_allowed_list/ {
			if ($2 == want) same++; else other++
		} END { print same + 0, other + 0 }'
}

all_have() {
	# shellcheck disable=SC2046 # two numbers
	set -- $(cpus_of "$1" "$2")
	[ "$1" -ge 200 ] && [ "$2" -eq 0 ]
}

# One thread has its own CPU again, the others all of them.
all_are_back() {
	# shellcheck disable=SC2046 # two numbers
	set -- $(cpus_of "$threads" 0-3)
	[ "$1" -ge 200 ] && [ "$2" -eq 1 ]
}

cgroup_of() {
	sed -n 's/^0:://p' "/proc/$1/cgroup"
}

# pages_on PID NODE
pages_on() {
	awk -v key="N$2" '{
		size = 1
		for (i = 1; i <= NF; i++) {
			split($i, part, "=")
			if (part[1] == "kernelpagesize_kB") size = part[2] / 4
			if (part[1] == key) found = part[2]
		}
		sum += found * size
		found = 0
	} END { print sum + 0 }' "/proc/$1/numa_maps"
}

no_cgroup_left() {
	[ -z "$(find $groups/numatrace -mindepth 1 -type d 2>/dev/null)" ]
}

bind() {
	numatrace bind "$@" >"$out" 2>"$err" && return
	sed 's/^/# /' "$out" "$err"
	return 1
}

undo() {
	numatrace undo "$@" >"$out" 2>"$err" && return
	sed 's/^/# /' "$out" "$err"
	return 1
}

last_state() {
	numatrace actions --raw --noheadings --output STATE | tail -n 1
}

dry_run_changes_nothing() {
	bind "$threads" --cpunodebind 0 --membind 0 --dry-run --json &&
		json "$out" "p['state'] == 'planned' and p['id'] is None and \
			p['cpuset']['way'] == 'own' and \
			p['bytes_to_move'] >= 16 << 20" &&
		all_are_back && [ "$(cgroup_of "$threads")" = / ] &&
		[ ! -e /var/lib/numatrace/journal ]
}

# Pages are looked at before and after the cpuset: each counts once, as it is
# found in the end. Threads that come and go have a few, and where hidden pages
# are is not known on some kernels.
pages_add_up() {
	P0=$(pages_on "$threads" 0) P1=$(pages_on "$threads" 1) HAD=$1 \
		/usr/bin/python3 -c "
import json, os, sys
p = json.load(open('$out'))
on0, on1, had = (int(os.environ[key]) for key in ('P0', 'P1', 'HAD'))
pages, few = p['pages'], 512
seen = [pair for pair in pages['pairs'] if pair['from'] == 1]
moved = sum(pair['moved'] for pair in seen)
left = sum(pair['left'] for pair in seen)
lines = [json.loads(line) for line in open('/var/lib/numatrace/journal')]
parts = [sum(pair['moved'] for pair in line['pairs']) for line in lines
	 if line['id'] == p['id'] and line['event'] == 'after' and
	 line['step'] == 'pages']
if not (pages['looked_at'] ==
	pages['moved'] + pages['left'] + pages['in_place'] and
	abs(pages['looked_at'] - on0 - on1) < few and
	left < on1 + few and moved < had - on1 + few and
	len(parts) == 2 and sum(parts) == pages['moved']):
    sys.exit('# %s; node 0 has %d, node 1 %d of %d; %s' %
	     (pages, on0, on1, had, parts))
"
}

all_threads_and_pages() {
	before=$(pages_on "$threads" 1)
	bind "$threads" --cpunodebind 0 --membind 0 --observe 0 --json &&
		json "$out" "p['state'] == 'done' and p['threads'] >= 200 and \
			p['cpuset']['cgroup'] == '/numatrace/%d' % p['id'] and \
			p['pages']['moved'] >= 4096" &&
		pages_add_up "$before" && all_have "$threads" 0-1 &&
		[ "$(cgroup_of "$threads")" = "$(sed -n \
			's/^ *"cgroup":"\(.*\)",*/\1/p' "$out")" ] &&
		[ "$before" -ge 4096 ] && [ "$(pages_on "$threads" 1)" -lt 2048 ] &&
		[ "$(last_state)" = "done" ]
}

new_threads_have_it() {
	sleep 0.2
	all_have "$threads" 0-1 && [ "$(cat \
		"$groups$(cgroup_of "$threads")/cpuset.mems")" = 0 ]
}

undo_restores() {
	undo --pages --json &&
		json "$out" "p['state'] == 'undone' and p['cpuset'] and \
			p['threads'] >= 200 and p['pages']['moved'] >= 4096" &&
		all_are_back && [ "$(cgroup_of "$threads")" = / ] &&
		no_cgroup_left && [ "$(pages_on "$threads" 1)" -ge 4000 ] &&
		[ "$(last_state)" = undone ] &&
		says 1 'nothing to undo' numatrace undo &&
		says 1 'has been undone' numatrace undo 1
}

# Lines of the journal up to the end of the action, one crash after each.
crash_after() {
	LD_PRELOAD=$(command -v _crash.so) CRASH_AFTER=$1 numatrace bind \
		"$threads" --cpunodebind 0 --membind 0 --observe 0 \
		>"$out" 2>"$err"
}

# Killed after the last line, it had come to its end.
crash_is_undone() {
	case $(last_state) in
	interrupted | "done") ;;
	*) return 1 ;;
	esac
	undo --pages && all_are_back && no_cgroup_left &&
		[ "$(cgroup_of "$threads")" = / ] &&
		[ $(($(pages_on "$threads" 1) * 10)) -ge $((had * 9)) ]
}

undo_after_every_crash() {
	line=1
	had=$(pages_on "$threads" 1)
	# The shell says that it was killed.
	until crash_after $line 2>/dev/null; do
		if ! crash_is_undone; then
			echo "# after line $line: threads $(cpus_of "$threads" 0-3)," \
				"cgroup $(cgroup_of "$threads")," \
				"pages $(pages_on "$threads" 1) of $had"
			sed 's/^/# /' "$out" "$err"
			return 1
		fi
		line=$((line + 1))
		# Some cannot be moved at the moment.
		had=$(pages_on "$threads" 1)
	done
	echo "# $line lines"
	undo --pages && all_are_back && [ $line -ge 8 ]
}

# bind_until RATE COMMAND [WORD...]: runs the command once all threads are bound and
# their pages move, and binds with the words in front. In the foreground, as what
# runs in the background ignores SIGINT. The exit status is $status.
bind_until() {
	_rate=$1
	_command=$2
	shift 2
	{
		wait_for all_have "$threads" 0-1
		$_command "$(cat "$out.pid")"
	} >"$out.until" 2>&1 &
	# shellcheck disable=SC2016 # expanded by the inner shell
	sh -c 'echo $$ >"$0"; exec "$@"' "$out.pid" "$@" numatrace bind \
		"$threads" --cpunodebind 0 --membind 0 --observe 0 \
		--rate "$_rate" >"$out" 2>"$err"
	status=$?
	wait $! && return
	sed 's/^/# /' "$out.until"
	return 1
}

# In a guest SIGQUIT is ignored from the first process on, and no shell changes that.
heed_quit='
import os, signal, sys
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])'

interrupted_is_undone() {
	for signal in INT TERM HUP QUIT; do
		bind_until 1M "kill -s $signal" /usr/bin/python3 -c "$heed_quit"
		sed "s/^/# $signal: /" "$err"
		[ $status -eq 1 ] && grep -q 'was interrupted' "$err" &&
			grep -q 'what had been done was undone' "$err" &&
			all_are_back && no_cgroup_left &&
			[ "$(last_state)" = failed ] && continue
		echo "# $signal: status $status, threads $(cpus_of "$threads" 0-3)"
		return 1
	done
}

# ignores PID NUMBER: a signal.
ignores() {
	_mask=0x$(sed -n 's/^SigIgn:.//p' "/proc/$1/status")
	[ $((_mask >> ($2 - 1) & 1)) -eq 1 ]
}

hang_up() {
	ignores "$1" 1 && ! ignores "$1" 15 && kill -s HUP "$1"
}

# What nohup ignores.
nohup_is_respected() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	bind_until 1M hang_up sh -c 'trap "" HUP; exec "$@"' sh &&
		[ $status -eq 0 ] && undo --pages &&
		all_are_back && return
	sed 's/^/# /' "$err"
	return 1
}

# A process of ours that starts others all the time, each of which lives for
# long enough to be looked at.
start_parent() {
	sh -c 'while :; do (sleep 2; :); done' &
	parent=$!
}

is_covered() {
	child=$(cat "/proc/$parent/task/$parent/children" 2>/dev/null) &&
		[ -n "$child" ] &&
		[ "$(cgroup_of "${child%% *}" 2>/dev/null)" = "$1" ]
}

children_that_come() {
	start_parent
	bind $parent --children --cpunodebind 1 --membind 1 --observe 0 &&
		case $(cgroup_of $parent) in /numatrace/*) ;; *) false ;; esac &&
		wait_for is_covered "$(cgroup_of $parent)" && undo &&
		wait_for is_covered / && no_cgroup_left
	ret=$?
	end $parent
	return $ret
}

# Whatever balancing sampled: both shares tell it.
is_better() {
	json "$out" "p['state'] == 'done' and p['verdict']['measure'] and \
		p['verdict']['points'] > 20"
}

# Its cpuset keeps the memory on the wrong node, and has to go first.
helps() {
	sysctl -qw kernel.numa_balancing=1
	echo +cpuset >$groups/cgroup.subtree_control
	mkdir -p $groups/wrong
	echo 0-3 >$groups/wrong/cpuset.cpus
	echo 1 >$groups/wrong/cpuset.mems
	sh -c "echo \$\$ >$groups/wrong/cgroup.procs; exec _remote 16 1 0" \
		>"$out.remote" &
	remote=$!
	wait_for grep -q placed "$out.remote" &&
		bind $remote --cpunodebind 0 --membind 0 --observe 5 --json &&
		is_better && [ "$(pages_on $remote 1)" -lt 2048 ] &&
		[ "$(cat $groups/wrong/cpuset.mems)" = 0 ] && undo &&
		[ "$(cat $groups/wrong/cpuset.mems)" = 1 ]
	ret=$?
	end $remote
	rmdir $groups/wrong
	return $ret
}

is_placed() {
	[ "$(tail -n 1 "$out.remote")" = 100 ]
}

start_local() {
	_remote 16 0 0 >"$out.remote" &
	remote=$!
	wait_for is_placed
}

# What could not be moved back at once, balancing moves.
is_back() {
	[ "$(pages_on "$remote" 0)" -ge 4000 ]
}

worse_is_undone() {
	start_local &&
		bind $remote --cpunodebind 0 --membind 1 --observe 5 \
			--auto-undo --json &&
		json "$out" "p['state'] == 'undone' and p['verdict']['measure'] \
			and p['verdict']['points'] < -20 and \
			p['pages']['moved'] > 0" &&
		wait_for is_back &&
		[ "$(cgroup_of $remote)" = / ] && no_cgroup_left &&
		[ "$(last_state)" = undone ]
	ret=$?
	end $remote
	return $ret
}

# Without sampling it is the residency that is compared.
without_sampling() {
	sysctl -qw kernel.numa_balancing=0
	start_local &&
		bind $remote --cpunodebind 0 --membind 1 --observe 1 \
			--auto-undo --json &&
		json "$out" "p['verdict']['measure'] == 'residency' and \
			p['before']['locality'] is None and \
			'numa_balancing' in p['before']['unsampled'] and \
			p['state'] == 'undone'" && is_back
	ret=$?
	sysctl -qw kernel.numa_balancing=1
	end $remote
	return $ret
}

ends_in_the_middle() {
	sleep 1000 &
	sleeper=$!
	wait_for grep -q sleep "/proc/$sleeper/comm"
	numatrace bind $sleeper --cpunodebind 0 --observe 60 \
		>"$out" 2>"$err" &
	binding=$!
	sleep 1
	end $sleeper
	wait $binding
	status=$?
	sed 's/^/# /' "$err"
	# It may have ended before the command looked at it at all.
	[ $status -eq 1 ] && grep -q \
		-e 'or are not what they were: nothing was changed' \
		-e 'there is no process' -e 'waits for its parent' "$err"
}

has_journal() {
	[ -n "$(find "/proc/$1/fd" -lname '*/numatrace/journal' 2>/dev/null)" ]
}

start_sleeper() {
	sleep 1000 &
	sleeper=$!
	wait_for grep -q sleep "/proc/$sleeper/comm"
}

# Until a process has the number $1, or others were faster too often.
start_with_pid() {
	for try in 1 2 3 4 5 6 7 8 9 10; do
		echo $(($1 - 1)) >/proc/sys/kernel/ns_last_pid
		sleep 1000 &
		stranger=$!
		[ $stranger -ne "$1" ] || return 0
		end $stranger
	done
	echo "# no process with the same number, $try times"
	return 1
}

cpus_are() {
	[ "$(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' \
		"/proc/$1/status")" = "$2" ]
}

# Its number becomes another's while it is observed.
no_stranger_is_bound() {
	start_sleeper
	stays=$sleeper
	start_sleeper
	numatrace bind $stays,$sleeper --cpunodebind 0 --membind 0 \
		--keep-pages --observe 4 >"$out" 2>"$err" &
	binding=$!
	wait_for has_journal $binding
	end $sleeper
	if start_with_pid $sleeper; then
		wait $binding && cpus_are $stays 0-1 &&
			cpus_are "$stranger" 0-3 &&
			[ "$(cgroup_of "$stranger")" = / ] && undo &&
			cpus_are $stays 0-3
		ret=$?
		end "$stranger"
	else
		wait $binding && undo
		ret=$?
	fi
	[ $ret -eq 0 ] || sed 's/^/# /' "$err"
	end $stays
	return $ret
}

ended_needs_no_undo() {
	sleep 1000 &
	sleeper=$!
	wait_for grep -q sleep "/proc/$sleeper/comm"
	bind $sleeper --cpunodebind 0 --membind 0 --observe 0 || return 1
	end $sleeper
	undo && grep -q 'have ended' "$out" && no_cgroup_left
}

later_one_first() {
	bind "$threads" --cpunodebind 0 --observe 0 &&
		first=$(numatrace actions --raw --noheadings --output ID |
			tail -n 1) &&
		bind "$threads" --cpunodebind 1 --observe 0 &&
		says 1 'undo that one first' numatrace undo "$first" &&
		undo && all_have "$threads" 0-1 && undo && all_are_back
}

another_boot() {
	sed 's/"boot_id":"[^"]*"/"boot_id":"x"/' /var/lib/numatrace/journal \
		>"$out.journal"
	# The last one was undone: make it look done.
	sed -i 's/"undone"/"done"/' "$out.journal"
	says 1 'booted since' numatrace undo 1 --journal "$out.journal" &&
		says 1 'nothing to undo' numatrace undo --journal "$out.journal"
}

# fill NODE MIB: in files of memory, so that less than MIB are free there.
fill() {
	mkdir -p /fill
	mount -t tmpfs -o "size=100%,mpol=bind:$1" none /fill
	while [ "$(sed -n "s/^Node $1 MemFree: *\([0-9]*\) kB/\1/p" \
		"/sys/devices/system/node/node$1/meminfo")" -gt \
		$(($2 * 1024)) ]; do
		dd if=/dev/zero bs=1M count=8 2>/dev/null >>/fill/x || break
	done
}

full_node() {
	_threads 1 96 1 >"$out.large" &
	large=$!
	wait_for grep -q ready "$out.large"
	fill 0 64
	says 1 'or --force' numatrace bind $large --preferred 0 --observe 0 &&
		grep -q 'MiB are to be moved to node 0, where' "$err" &&
		[ "$(pages_on $large 1)" -ge 24576 ]
	ret=$?
	umount /fill
	end $large
	return $ret
}

# Memory that is locked, and huge pages where there are none on the other node.
start_locked() {
	echo 2 >/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages
	/usr/bin/python3 -c '
import ctypes, mmap, time
huge = mmap.mmap(-1, 4 << 20,
		 flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)
huge[0] = huge[2 << 20] = 1
ctypes.CDLL(None).mlockall(1)
print("ready", flush=True)
time.sleep(1000)
' >"$out.locked" &
	locked=$!
	wait_for grep -q ready "$out.locked"
}

locked_and_huge() {
	start_locked && bind $locked --membind 0 --dry-run &&
		grep -q 'has locked [0-9]* KiB' "$err" &&
		grep -q 'has 4 MiB in huge pages of hugetlb, and 0 MiB' "$err"
	ret=$?
	end $locked
	echo 0 >/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages
	return $ret
}

nobody="/usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups"

# shellcheck disable=SC2086 # words
refusals() {
	says 1 'there is no process' numatrace bind 4000000 -N 0 &&
		says 1 'CAP_SYS_NICE' $nobody numatrace bind "$threads" -N 0 &&
		says 1 'nobody can set for another' numatrace bind "$threads" \
			-m 0 --balancing &&
		says 1 'no nodes of its own' numatrace bind "$threads" -l &&
		says 1 'a thread of the kernel' numatrace bind 2 -N 0 &&
		says 2 'to what' numatrace bind "$threads" &&
		says 2 'which?' numatrace bind &&
		says 2 'not a number of 1' numatrace bind "$threads" -N 0 \
			--slice 0 &&
		says 2 'not a size' numatrace bind "$threads" -N 0 --rate x &&
		says 2 'nothing to go by' numatrace bind "$threads" -N 0 \
			--observe 0 --auto-undo &&
		says 1 'cannot be written' numatrace bind "$threads" -N 0 \
			--journal /proc/journal &&
		says 1 'no action 999' numatrace undo 999 &&
		says 2 'not the number' numatrace undo x && all_are_back
}

warnings() {
	bind "$threads" --interleave 0,1 --dry-run &&
		grep -q 'not by turns' "$err" &&
		bind "$threads" --preferred 0 --dry-run &&
		grep -q 'cannot prefer' "$err"
}

not_loaded() {
	rmmod numatrace
	bind "$threads" --membind 0 --observe 1 &&
		grep -q 'module is not loaded' "$err" && undo --pages
	ret=$?
	insmod /lab/numatrace.ko
	return $ret
}

out=$(mktemp)
err=$(mktemp)
# What the scanner arms in the middle of an undo is hidden from it before Linux
# 6.6: it counts pages that moved, so nothing is armed until accesses matter.
sysctl -qw kernel.numa_balancing=0
start_threads
run_cases dry_run_changes_nothing all_threads_and_pages new_threads_have_it \
	undo_restores undo_after_every_crash interrupted_is_undone \
	nohup_is_respected children_that_come helps worse_is_undone \
	without_sampling ends_in_the_middle no_stranger_is_bound \
	ended_needs_no_undo later_one_first another_boot full_node \
	locked_and_huge refusals warnings not_loaded
