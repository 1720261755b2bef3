#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# numatrace migrate: what it says of pages that it moves is what the kernel's
# list of them says, and what it refuses has a sentence.
. "$KTAP"
. "${0%/*}/_lib.sh"

# Memory on node 1; it is stopped once that is there.
start_remote() {
	_remote 32 1 0 >"$out.remote" &
	remote=$!
	wait_for grep -q placed "$out.remote" && kill -STOP $remote
}

# pages NODE: small pages of it there.
pages() {
	sed -n "s/.* N$1=\([0-9]*\).* kernelpagesize_kB=\([0-9]*\).*/\1 \2/p" \
		"/proc/$remote/numa_maps" |
		awk '{ sum += $1 * $2 / 4 } END { print sum + 0 }'
}

# quietly COMMAND...: succeeds, and has nothing to say on stderr.
quietly() {
	"$@" >"$out" 2>"$err" && ! [ -s "$err" ] && return
	echo "# $*"
	sed 's/^/# /' "$err"
	return 1
}

# cell COLUMN ARGUMENT...: of the only line.
cell() {
	_column=$1
	shift
	numatrace migrate --raw --noheadings --output "$_column" "$@" 2>"$err"
}

moved_is_true() {
	_before=$(pages 1)
	_moved=$(cell MOVED "$remote" 1 0)
	[ "$_moved" -ge 8192 ] &&
		[ "$_moved" -eq $((_before - $(pages 1))) ]
}

# What is left is shared with other programs, and goes with --shared.
left_is_explained() {
	numatrace migrate "$remote" 0 1 --shared >/dev/null 2>&1
	[ "$(pages 0)" -eq 0 ] || return 1
	numatrace migrate "$remote" 1 0 >"$out" 2>"$err"
	_status=$?
	_left=$(pages 1)
	if [ "$_left" -eq 0 ]; then
		[ $_status -eq 0 ] && ! [ -s "$err" ]
		return
	fi
	[ $_status -eq 1 ] && grep -q "$_left page.* left" "$err" &&
		grep -q 'shared with other processes: --shared' "$err"
}

all_of_it_is_success() {
	quietly numatrace migrate "$remote" 1 0 --shared &&
		quietly numatrace migrate "$remote" 0 1 --shared &&
		[ "$(pages 0)" -eq 0 ] &&
		grep -q '^ *0 *1 ' "$out" && grep -q 'slices, the longest' "$out"
}

nothing_to_move() {
	quietly numatrace migrate "$remote" 0 1 &&
		grep -q ' 0 slices' "$out"
}

json() {
	numatrace migrate "$remote" all 0 --shared --json >"$out" &&
		/usr/bin/python3 -c "
import json
pair = json.load(open('$out'))['pages'][0]
reasons = ['busy', 'shared', 'pinned', 'no_memory', 'hidden', 'other']
assert (pair['from'], pair['to']) == (1, 0), pair
assert pair['moved'] >= 8192 and pair['moved_bytes'] == 4096 * pair['moved']
assert pair['left'] == sum(pair[reason] for reason in reasons) == 0, pair
"
}

# The same pages, there and back, as the tool whose syntax it has.
as_migratepages() {
	/usr/bin/migratepages "$remote" 0 1 && _theirs=$(pages 1) &&
		numatrace migrate "$remote" 1 0 --shared >/dev/null &&
		numatrace migrate "$remote" 0 1 --shared >/dev/null &&
		[ "$(pages 1)" -eq "$_theirs" ]
}

slow_and_in_small_slices() {
	quietly numatrace migrate "$remote" all 0 --shared --slice 1 \
		--rate 64M && [ "$(pages 1)" -eq 0 ]
}

# No bar where nobody sees it.
no_bar() {
	quietly numatrace migrate "$remote" all 1 --shared
}

by_name() {
	quietly numatrace migrate name:_remote all 0 --shared &&
		[ "$(pages 1)" -eq 0 ]
}

# By path: the shell would take its own applet.
nobody="/usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups"

# shellcheck disable=SC2086 # words
not_of_somebody_else() {
	says 1 'run it as root' $nobody numatrace migrate "$remote" 0 1
}

missing_process() {
	says 1 'no process 4000000' numatrace migrate 4000000 0 1
}

# It says so itself; libnuma has said before what it thinks of the text.
wrong_usage() {
	says 2 'which process' numatrace migrate "$remote" 0 &&
		says 2 'not nodes of this machine: 99' \
			numatrace migrate "$remote" 0 99 &&
		says 2 'not nodes of this machine: x' \
			numatrace migrate "$remote" x 0 &&
		says 2 '--rate' numatrace migrate "$remote" 0 1 --rate 5Q &&
		says 2 '--slice' numatrace migrate "$remote" 0 1 --slice 0 &&
		says 2 'unknown column' numatrace migrate "$remote" 0 1 -o no
}

without_the_module() {
	rmmod numatrace
	quietly numatrace migrate "$remote" all 1 --shared
	ret=$?
	insmod /lab/numatrace.ko
	return $ret
}

out=$(mktemp)
err=$(mktemp)
# Nobody else moves pages.
trap 'sysctl -qw kernel.numa_balancing=1' EXIT
sysctl -qw kernel.numa_balancing=0
start_remote
run_cases moved_is_true left_is_explained all_of_it_is_success \
	nothing_to_move json as_migratepages slow_and_in_small_slices no_bar \
	by_name not_of_somebody_else missing_process wrong_usage \
	without_the_module
