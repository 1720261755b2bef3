#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The live screen, driven by keys in tmux.
. "$KTAP"
. "${0%/*}/_lib.sh"

# What is on the screen now.
screen() {
	tmux capture-pane -p -t top
}

shows() {
	screen | grep -q -e "$1"
}

sees() {
	wait_for shows "$1" && return
	echo "# not seen: $1"
	screen | sed 's/^/# /'
	return 1
}

keys() {
	tmux send-keys -t top "$@"
}

# starts COMMAND...: in the shell of the terminal, which says when it is over.
starts() {
	keys "clear; $*; echo \"en\"ded-\$?" Enter
}

# The processes that are listed.
rows() {
	screen | sed -n '/^ *PID/,$p' | sed '1d;$d' | grep .
}

# Something always touches the wrong node: what balancing moved starts anew.
work() {
	while :; do
		timeout 10 _remote 48 1 0 >/dev/null 2>&1
	done
}

nodes_are_shown() {
	starts numatrace top --interval 1
	sees '^NODE.*REMOTE.*CPUS$' && sees '^ *0 .* 0-1$' &&
		sees '^ *1 .* 2-3$'
}

fills_80x24() {
	sees '^q quit ' && [ "$(screen | sed -n '24s/ .*//p')" = q ] &&
		screen | awk 'length() > 80 { exit 1 }'
}

intervals_follow() {
	sees 'counts of the last 1\.'
}

workload_on_top() {
	wait_for is_on_top
}

is_on_top() {
	rows | head -n 1 | grep -q '_remote *$'
}

help_comes_and_goes() {
	keys h
	sees 'Any key goes back' || return 1
	keys x
	sees '^NODE'
}

sorts() {
	keys s
	sees 'by LOCALITY' || return 1
	keys '<'
	sees 'by REMOTE' || return 1
	keys r
	sees 'by REMOTE reversed' || return 1
	keys r
	sees 'by REMOTE *$'
}

only_the_workload() {
	rows | grep -q '_remote *$' && ! rows | grep -qv '_remote *$'
}

filters() {
	keys f
	sees 'command line or path has: _' || return 1
	keys _remoteX BSpace Enter
	sees 'only name: _remote *$' && wait_for only_the_workload
}

escape_keeps_the_filter() {
	keys f
	sees 'path has: _remote_' || return 1
	keys nonsense
	sees 'path has: _remotenonsense_' || return 1
	keys Escape
	sees '^q quit ' && shows 'only name: _remote *$'
}

filter_ends() {
	keys / C-u Enter
	wait_for gone 'only name:'
}

gone() {
	! shows "$1"
}

filters_users() {
	keys u nonsense Enter
	sees 'no such user: nonsense' || return 1
	keys u root Enter
	sees 'only user: root' || return 1
	keys u C-u Enter
	wait_for gone 'only user:'
}

other_than() {
	[ "$(screen)" != "$1" ]
}

# Nothing moves while accesses go on for longer than an interval.
pauses() {
	keys p
	sees PAUSED || return 1
	still=$(screen)
	_goal=$(($(vmstat numa_hint_faults) + 5000))
	wait_for grown_to "$_goal" && [ "$(screen)" = "$still" ] ||
		return 1
	keys p
	wait_for gone PAUSED
}

toggles_cgroups() {
	keys c
	sees 'MIGRATED NAME' && sees ' / *$' || return 1
	keys c
	sees '^ *PID USER'
}

toggles_nodes() {
	keys n
	wait_for gone '^NODE' || return 1
	keys n
	sees '^NODE'
}

changes_the_interval() {
	keys -
	sees 'every 0.5 s' && sees 'counts of the last 0\.[5-9]' || return 1
	keys d 1 Enter
	sees 'counts of the last 1\.'
}

resizes() {
	tmux resize-window -t top -x 60 -y 20
	sees 'needs 80x24; this is 60x20' || return 1
	tmux resize-window -t top -x 130 -y 40
	sees 'COMM .*FAILED CONTAINER' || return 1
	tmux resize-window -t top -x 80 -y 24
	sees '^q quit ' && sees '^NODE'
}

# It says so, and goes on when the module is back.
module_goes_and_comes() {
	rmmod numatrace
	sees 'the module is not loaded' && sees 'no counts' &&
		sees '^ *1 .* 2-3$' && ! rows | grep -q '_remote'
	ret=$?
	insmod /lab/numatrace.ko
	[ $ret -eq 0 ] && wait_for gone 'not loaded' &&
		workload_on_top
}

# Modes of the terminal, and no screen of an application in front.
terminal_state() {
	stty -a <"$terminal"
	tmux display-message -p -t top '#{alternate_on} #{cursor_flag}'
}

is_restored() {
	[ "$(terminal_state)" = "$before" ]
}

quits() {
	keys q
	sees '^ended-0' && wait_for is_restored && gone '^NODE'
}

# ends SIGNAL STATUS
ends() {
	starts numatrace top
	sees '^NODE' || return 1
	kill "-$1" "$(pidof numatrace)"
	sees "^ended-$2" && wait_for is_restored
}

sigterm_restores() {
	ends TERM 143
}

interrupt_restores() {
	starts numatrace top
	sees '^NODE' || return 1
	keys C-c
	wait_for gone '^NODE' && wait_for is_restored
}

# shows_on TYPE
shows_on() {
	starts "TERM=$1" numatrace top --cgroups
	sees '^NODE' && sees 'MIGRATED NAME' || return 1
	keys q
	sees '^ended-0'
}

works_on_other_terminals() {
	for type in screen tmux-256color xterm linux vt100; do
		shows_on $type || return 1
	done
}

unknown_terminal() {
	starts TERM=nonsense numatrace top
	sees "terminal of type 'nonsense'" && sees '^ended-1'
}

ends_after_count() {
	starts numatrace top 0.2 2
	sees '^ended-0' && wait_for is_restored
}

others_are_left_out() {
	starts /usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups \
		numatrace top -d 0.5
	sees 'run it as root' && ! rows | grep -q '_remote' || return 1
	keys c
	sees 'cgroups are for root' || return 1
	keys q
	sees '^ended-0'
}

batch_needs_no_terminal() {
	numatrace top --batch 0.2 3 </dev/null >"$out" &&
		[ "$(grep -c '^numatrace top .* counts of the last' "$out")" = 3 ]
}

without_terminal_it_says_so() {
	numatrace top </dev/null >"$out" 2>&1
	[ $? -eq 1 ] && grep -q -e --batch "$out"
}

wrong_usage() {
	numatrace top --sort nonsense >"$out" 2>&1
	[ $? -eq 2 ] && grep -q nonsense "$out"
}

out=$(mktemp)
work &
# Its modes are those of the shell in it, once that asks for input.
tmux -u -f /dev/null new-session -d -s top -x 80 -y 24 sh
keys 'PS1="ready> "; clear' Enter
wait_for shows '^ready>'
terminal=$(tmux display-message -p -t top '#{pane_tty}')
before=$(terminal_state)
run_cases nodes_are_shown fills_80x24 intervals_follow workload_on_top \
	help_comes_and_goes sorts filters escape_keeps_the_filter filter_ends \
	filters_users pauses toggles_cgroups toggles_nodes \
	changes_the_interval resizes module_goes_and_comes quits \
	sigterm_restores interrupt_restores works_on_other_terminals \
	unknown_terminal ends_after_count others_are_left_out \
	batch_needs_no_terminal without_terminal_it_says_so wrong_usage
tmux kill-server
