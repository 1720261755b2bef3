#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# numatrace check: what it finds, what it says of what it could not look for, and
# how it exits.
. "$KTAP"
. "${0%/*}/_lib.sh"

out=$(mktemp)
err=$(mktemp)
detectors="memory_imbalance cpu_imbalance low_locality migration_failures
ping_pong first_touch node_full allocation_misses"

# detect NAME PERCENT: with that detector alone.
detect() {
	_settings=
	for _name in $detectors; do
		_settings="$_settings detect_$_name=0"
	done
	# shellcheck disable=SC2086 # a list of words
	numatrace config $_settings "detect_$1=$2"
}

# told WORDS: no problem is known, as none was looked for, and stderr has the
# words.
told() {
	numatrace check >"$out" 2>"$err"
	[ $? -eq 1 ] && [ ! -s "$out" ] && grep -q -e "$1" "$err"
}

reload() {
	rmmod numatrace && insmod /lab/numatrace.ko
}

# A quarter of an hour is more than samples of some seconds reach back.
young() {
	reload && numatrace config detect_window_ms=900000 history=1000 &&
		told 'no problem was looked for yet: .* try again'
}

too_young() {
	wait_for young
}

history_too_short() {
	numatrace config history=1 &&
		told ': 1 samples do not reach back 900 s' &&
		numatrace config history=1000 detect_window_ms=1000 \
			sample_interval_ms=200 sample_interval_max_ms=200
}

no_problem() {
	numatrace check >"$out" 2>"$err" && grep -q '^No problem' "$out"
}

# The last sample may be one that was judged before.
all_are_off() {
	told 'their detectors are off' || return 1
	for _name in $detectors; do
		grep -q "their detectors are off: .*$(echo "$_name" | tr _ -)" \
			"$err" || return 1
	done
}

off_is_told() {
	detect memory_imbalance 0 && wait_for all_are_off
}

# A program that reads JSON learns that nothing was looked for.
json_tells_what_was_not_judged() {
	numatrace check --json >"$out" 2>"$err"
	[ $? -eq 1 ] && tr -d ' \n' <"$out" |
		grep -q '^{"findings":\[\],"judged_at":"[^"]*","judged":\[\],"not_judged":\["[^"]*"\]}$'
}

balancing_off_is_told() {
	detect low_locality 70 && sysctl -qw kernel.numa_balancing=0 &&
		wait_for told 'low-locality was not .* balancing is off'
	_status=$?
	sysctl -qw kernel.numa_balancing=1
	return $_status
}

hook_off_is_told() {
	detect first_touch 80 && numatrace hooks --disable access &&
		wait_for told 'first-touch was not .* the hook access'
	_status=$?
	numatrace hooks --enable access
	return $_status
}

warned() {
	numatrace check >"$out" 2>"$err"
	[ $? -eq 1 ] && grep -q '^warning  *memory-imbalance  *1  *0 ' "$out"
}

# It is more than what the other node has in use of its memory.
warning_exits_1() {
	detect memory_imbalance 1 || return 1
	_remote --stay 192 1 0 >/dev/null &
	hog=$!
	wait_for warned
}

says_what_to_do() {
	grep -q "^memory-imbalance: node 1 has .* more of its memory in use" \
		"$out" && grep -q "^    To do: .*numatrace run --interleave" "$out"
}

# The table and the sentences go together in a line of a program's.
json_has_all() {
	numatrace check --json >"$out"
	[ $? -eq 1 ] && tr -d ' \n' <"$out" |
		grep -q "^{\"findings\":\[{\"severity\":\"warning\",\"problem\":\"memory-imbalance\",\"node\":1,\"other_node\":0,\"since\":\"[^\"]*\",\"seconds\":[0-9]*,\"value\":0\.[0-9]*,\"threshold\":0\.0100,\"events\":null,\"what\":\"[^\"]*\",\"action\":\"[^\"]*\"}\],\"judged_at\":\"[^\"]*\",\"judged\":\[\"memory-imbalance\"\],\"not_judged\":\[.*\]}\$"
}

chosen_columns() {
	[ "$(numatrace check --raw --noheadings \
		--output severity,problem,node,events)" = \
		"warning memory-imbalance 1 -" ]
}

debugfs_shows_it() {
	grep -q "^memory_imbalance  *warning  *1 " \
		/sys/kernel/debug/numatrace/findings
}

# The hog is needed no longer: it is over, whatever else is in use.
over_exits_0() {
	kill "$hog"
	wait "$hog" 2>/dev/null
	detect memory_imbalance 100 && wait_for no_problem
}

not_loaded() {
	rmmod numatrace || return 1
	says 1 'module is not loaded' numatrace check
	_status=$?
	insmod /lab/numatrace.ko && return $_status
}

wrong_usage() {
	says 2 'unexpected argument' numatrace check now &&
		says 2 'unknown column' numatrace check --output nothing
}

run_cases too_young history_too_short off_is_told \
	json_tells_what_was_not_judged balancing_off_is_told \
	hook_off_is_told warning_exits_1 says_what_to_do json_has_all \
	chosen_columns debugfs_shows_it over_exits_0 wrong_usage not_loaded
