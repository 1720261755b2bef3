#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Hooks by kprobe, as where ftrace passes no arguments. Whatever disarms them
# shows as a gap.
. "$KTAP"
. "${0%/*}/_lib.sh"

by_kprobe() {
	[ "$(state access) $(state migration) $(state outcome)" = \
		"kprobe kprobe kprobe" ]
}

disarmed_is_a_gap() {
	echo 0 >/sys/kernel/debug/kprobes/enabled
	seen=$(field access EVENTS)
	accesses 500 && [ "$(field access MISSED)" -ge 500 ] &&
		[ "$(field access EVENTS)" = "$seen" ]
}

armed_counts_again() {
	echo 1 >/sys/kernel/debug/kprobes/enabled
	seen=$(field access EVENTS)
	missed=$(field access MISSED)
	accesses 500 && [ "$(field access EVENTS)" -ge $((seen + 500)) ] &&
		[ "$(field access MISSED)" = "$missed" ]
}

switched() {
	numatrace hooks --disable access && [ "$(state access)" = off ] &&
		numatrace hooks --enable access &&
		[ "$(state access)" = kprobe ]
}

ktap_print_header
ktap_set_plan 4
ktap_test_result "attached by kprobe" by_kprobe
ktap_test_result "disarmed kprobes are a gap" disarmed_is_a_gap
ktap_test_result "armed again, they count again" armed_counts_again
ktap_test_result "switched off and on" switched
ktap_finished
