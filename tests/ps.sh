#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Processes, cgroups and settings, as the command shows and takes them, to root
# and to others.
. "$KTAP"
. "${0%/*}/_lib.sh"

cgroups=/sys/fs/cgroup
id=3f2a9b1c0d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8
container=/system.slice/docker-$id.scope

as_user() {
	# By path: the shell would take its own applet.
	/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups "$@"
}

# rows COLUMNS [OPTION...]: of processes, without headings.
rows() {
	_columns=$1
	shift
	numatrace ps --raw --noheadings --output "$_columns" "$@" 2>"$err"
}

remote_faults() {
	rows PID,REMOTE | sed -n "s/^$1 //p"
}

has_remote() {
	[ "$(remote_faults "$1")" -gt 0 ] 2>/dev/null
}

same() {
	[ "$1" = "$2" ] && return
	echo "# $1 instead of $2"
	return 1
}

workload_leads() {
	same "$(rows PID,COMM | head -n 1)" "$workload _remote"
}

# All the numbers of its input together.
sum() {
	awk '{ for (i = 1; i <= NF; i++) n += $i } END { print n }'
}

matrix() {
	numatrace matrix access -rn -o FAULTS | sum
}

# Nobody accesses anything between the readings.
reads_at_rest() {
	matrix=$(matrix)
	all=$(rows LOCAL,REMOTE | sum)
	some=$(rows LOCAL,REMOTE -p 1 | sum)
	[ "$(matrix)" = "$matrix" ]
}

# No row but those of single processes that ended is outside of the sum.
rows_sum_up_to_the_matrix() {
	kill -STOP "$workload"
	wait_for reads_at_rest
	at_rest=$?
	kill -CONT "$workload"
	[ $at_rest -eq 0 ] && same "$all" "$matrix" && same "$some" "$matrix"
}

columns_tell_what_it_is() {
	same "$(rows USER,UID,STATE,CONTAINER,CGROUP,PROCESSES -p "$workload" |
		head -n 1)" "root 0 live docker:3f2a9b1c0d4e $container 1"
}

filters_choose() {
	for filter in "-p $workload" "-p _remo" "--name _remote" _remote \
		"-u root _remote" "-u 0 -p $workload" "--cgroup docker-3f2a" \
		"--cgroup docker:3f" "--cgroup */docker-*.scope"; do
		set -f
		# shellcheck disable=SC2086 # words
		set -- $filter
		set +f
		same "$(rows PID "$@" | head -n 1)" "$workload" || return 1
	done
}

filters_exclude() {
	for filter in "-u 1000" "--cgroup nowhere" "-p 1"; do
		# shellcheck disable=SC2086 # words
		rows STATE $filter | grep -q live && return 1
	done
	return 0
}

# Rows that stand for many come last.
sorts() {
	rows REMOTE,STATE | sed -n 's/ live$//p' >"$out"
	sort -nr "$out" | cmp -s - "$out" &&
		says 2 'unknown column: nonsense' \
			numatrace ps --sort nonsense
}

missing_pid() {
	says 1 'no process has the number 4000000' numatrace ps -p 4000000
}

process_without_accesses() {
	says 0 'process 1 was not seen' numatrace ps -p 1
}

missing_name() {
	says 1 'has that name' numatrace ps nonsense
}

missing_user() {
	says 2 'no such user: nonsense' numatrace ps -u nonsense
}

bad_list() {
	says 2 'not a list' numatrace ps -p 1,,2
}

interval_shows_growth() {
	total=$(remote_faults "$workload")
	[ "$(numatrace ps -rn -o STATE 0.1 3 2>"$err" |
		grep -c unattributed)" = 3 ] || return 1
	now=$(numatrace ps -rn -o PID,REMOTE 0.1 1 2>"$err" |
		sed -n "s/^$workload //p")
	[ "${now:-0}" -lt "$total" ]
}

user_sees_only_own() {
	as_user numatrace ps -rn -o UID,STATE >"$out" 2>"$err" &&
		! grep -q '^0 ' "$out" && grep -q 'of other users' "$err" &&
		grep -q 'as root' "$err"
}

user_sees_own() {
	# The workload sets up the scanner.
	chmod a+x /sys/kernel/debug
	chmod -R a+rwX /sys/kernel/debug/sched
	# Not as_user: the number shall be the workload's, not a subshell's.
	/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups \
		_remote 8 1 0 >/dev/null &
	own=$!
	wait_for has_remote "$own"
	found=$?
	as_user numatrace ps -rn -o PID,UID >"$out" 2>"$err"
	kill "$own"
	wait "$own" 2>/dev/null
	chmod go-x /sys/kernel/debug
	[ $found = 0 ] && grep -q "^$own 1000$" "$out"
}

user_may_not_see_another() {
	says 1 'another user' as_user numatrace ps -p "$workload"
}

user_sees_no_cgroups() {
	says 1 CAP_SYS_PTRACE as_user numatrace cgroups
}

tree_has_parents() {
	numatrace cgroups -o NAME,STATE >"$out" 2>"$err" &&
		grep -q 'system.slice *-' "$out" &&
		grep -q 'docker:3f2a9b1c0d4e *live' "$out"
}

containers_are_listed() {
	same "$(numatrace cgroups --containers -rn -o NAME,KIND,RUNTIME,PATH \
		2>"$err")" "docker:3f2a9b1c0d4e container docker $container"
}

# What lies inside of it has another number.
container_has_its_own_id() {
	inner=$cgroups$container/inner
	mkdir "$inner"
	echo "$workload" >"$inner/cgroup.procs"
	wait_for has_row inner
	ret=$?
	echo "$workload" >"$cgroups$container/cgroup.procs"
	[ $ret = 0 ] && same "$(numatrace cgroups --containers -rn -o ID \
		2>"$err")" "$(inode "$cgroups$container")"
	ret=$?
	rmdir "$inner"
	return $ret
}

# has_row NAME: of a cgroup.
has_row() {
	numatrace cgroups -rn -o NAME 2>"$err" | grep -qx "$1"
}

inode() {
	# shellcheck disable=SC2012 # one directory
	ls -di "$1" | awk '{ print $1 }'
}

removed_cgroup_is_kept() {
	mkdir "$cgroups/short.service"
	echo "$workload" >"$cgroups/short.service/cgroup.procs"
	wait_for cgroup_is live
	ret=$?
	echo "$workload" >"$cgroups$container/cgroup.procs"
	rmdir "$cgroups/short.service"
	[ $ret = 0 ] && wait_for cgroup_is removed --removed &&
		! cgroup_is removed
}

cgroup_is() {
	_state=$1
	shift
	numatrace cgroups -rn -o NAME,STATE "$@" 2>"$err" |
		grep -qx "short.service $_state"
}

# Rows that ended are retired together, a moment later.
has_exited() {
	rows PID,STATE --exited | grep -qx "$1 exited"
}

exited_process_is_kept() {
	_remote 8 1 0 >/dev/null &
	batch=$!
	wait_for has_remote "$batch"
	ret=$?
	kill "$batch"
	wait "$batch" 2>/dev/null
	[ $ret = 0 ] && wait_for has_exited "$batch" &&
		! rows PID | grep -qx "$batch"
}

setting() {
	numatrace config -rn -o NAME,VALUE | sed -n "s/^$1 //p"
}

settings_are_set() {
	numatrace config min_faults=7 cgroup-table-size=512 &&
		same "$(setting min_faults)" 7 &&
		same "$(setting cgroup_table_size)" 512 &&
		numatrace config min_faults=0
}

settings_are_set_all_or_none() {
	says 1 . numatrace config min_faults=9 track_cgroups=2 &&
		same "$(setting min_faults)" 0
}

bad_settings() {
	says 2 'no such setting: nonsense' numatrace config nonsense=1 &&
		says 2 'not a number' numatrace config min_faults=-1 &&
		says 2 'either show' numatrace config min_faults history=5 &&
		same "$(numatrace config min-faults -rn -o NAME,VALUE)" \
			"min_faults 0"
}

user_sets_nothing() {
	says 1 CAP_NET_ADMIN as_user numatrace config min_faults=1 &&
		as_user numatrace config >"$out"
}

tracking_off_is_told() {
	numatrace config track_processes=0 track_cgroups=0 &&
		says 0 track_processes=1 numatrace ps &&
		says 0 track_cgroups=1 numatrace cgroups &&
		numatrace config track_processes=1 track_cgroups=1
}

# interval COLUMNS: of all rows, or of the workload's if it has one.
interval() {
	numatrace ps -rn -p "$workload" -o "$1" 0.1 1 2>"$err"
}

outcomes_not_measured_are_told() {
	numatrace hooks --disable outcome 2>"$err" || return 1
	some=$(interval PID,MIGRATED,FAILED)
	numatrace hooks --enable outcome 2>"$err"
	echo "$some" | grep -qx "$workload - -" &&
		interval PID,MIGRATED | grep -q "^$workload [0-9]"
}

# A row of zeros would say that there were none.
accesses_not_measured_have_no_row() {
	numatrace hooks --disable access 2>"$err" || return 1
	some=$(interval PID,REMOTE)
	numatrace hooks --enable access 2>"$err"
	same "$some" ''
}

what_is_not_tracked_has_no_row() {
	numatrace config track_processes=0 || return 1
	some=$(interval STATE)
	numatrace config track_processes=1
	same "$some" unattributed
}

have_remote() {
	for one in "$@"; do
		has_remote "$one" || return 1
	done
}

# In the middle of an interval.
shrink() {
	sleep 1
	numatrace config process_table_size=1
}

# With one place, whoever comes first has the row; the others' were dropped.
dropped_rows_leave_no_loss() {
	_remote 8 1 0 >/dev/null &
	second=$!
	_remote 8 1 0 >/dev/null &
	third=$!
	wait_for have_remote "$second" "$third"
	ret=$?
	shrink &
	shrinking=$!
	rows LOCAL,REMOTE,LOCAL-PAGES,REMOTE-PAGES,MIGRATED,FAILED 3 1 >"$out"
	wait "$shrinking"
	size=$(setting process_table_size)
	numatrace config process_table_size=16384
	kill "$second" "$third"
	wait "$second" "$third" 2>/dev/null
	[ $ret = 0 ] && [ -s "$out" ] && same "$size" 1 &&
		! grep -E '[0-9]{13}' "$out"
}

memory_is_told() {
	[ "$(numatrace info --bytes | sed -n 's/^Memory used: *//p')" -gt 4096 ]
}

out=$(mktemp)
err=$(mktemp)
mkdir -p "$cgroups$container"
_remote 16 1 0 >/dev/null &
workload=$!
echo "$workload" >"$cgroups$container/cgroup.procs"
wait_for has_remote "$workload"
run_cases workload_leads rows_sum_up_to_the_matrix columns_tell_what_it_is \
	filters_choose filters_exclude sorts missing_pid \
	process_without_accesses missing_name missing_user bad_list \
	interval_shows_growth user_sees_only_own user_sees_own \
	user_may_not_see_another user_sees_no_cgroups tree_has_parents \
	containers_are_listed container_has_its_own_id \
	removed_cgroup_is_kept exited_process_is_kept \
	settings_are_set settings_are_set_all_or_none bad_settings \
	user_sets_nothing tracking_off_is_told memory_is_told \
	outcomes_not_measured_are_told accesses_not_measured_have_no_row \
	what_is_not_tracked_has_no_row dropped_rows_leave_no_loss
