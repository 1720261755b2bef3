#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Hooks never fall silent unseen: what switches them off is refused, or shows.
. "$KTAP"
. "${0%/*}/_lib.sh"

hooks=/sys/kernel/debug/numatrace/hooks

attached() {
	[ "$(state access) $(state migration) $(state outcome)" = \
		"ftrace ftrace ftrace" ]
}

ftrace_stays_enabled() {
	! sysctl -w kernel.ftrace_enabled=0 2>/dev/null &&
		[ "$(sysctl -n kernel.ftrace_enabled)" = 1 ]
}

off_by_netlink() {
	numatrace hooks --disable access && [ "$(state access)" = off ]
}

# Nothing is patched into the function any more.
off_costs_nothing() {
	! grep -q '^mpol_misplaced ' /sys/kernel/tracing/enabled_functions
}

off_is_a_gap() {
	seen=$(field access EVENTS)
	accesses 500 && [ "$(field access MISSED)" -ge 500 ] &&
		[ "$(field access EVENTS)" = "$seen" ]
}

gap_is_told() {
	numatrace matrix access >/dev/null 2>"$errors" &&
		grep -q 'hook access is off' "$errors" &&
		grep -q 'did not see .* accesses' "$errors"
}

on_by_debugfs() {
	echo "access on" >$hooks && [ "$(state access)" = ftrace ]
}

on_counts_again() {
	seen=$(field access EVENTS)
	missed=$(field access MISSED)
	accesses 500 && [ "$(field access EVENTS)" -ge $((seen + 500)) ] &&
		[ "$(field access MISSED)" = "$missed" ]
}

# With all hooks off nothing keeps ftrace enabled. Since 7.3 it cannot be
# disabled at all.
silence_ftrace() {
	echo "access off" >$hooks
	echo "migration off" >$hooks
	echo "outcome off" >$hooks
	sysctl -qw kernel.ftrace_enabled=0 2>/dev/null
}

refuses_silenced_ftrace() {
	! numatrace hooks --enable access 2>"$errors" &&
		[ "$(state access)" = unavailable ] &&
		numatrace hooks | grep -q 'kernel.ftrace_enabled is 0'
}

recovers() {
	sysctl -qw kernel.ftrace_enabled=1 2>/dev/null
	numatrace hooks --enable access &&
		numatrace hooks --enable migration &&
		numatrace hooks --enable outcome && attached
}

refuses_nonsense() {
	! echo "access" >$hooks && ! echo "nothing on" >$hooks &&
		! echo "access maybe" >$hooks && ! echo "access onx" >$hooks &&
		! echo "access offside" >$hooks &&
		! printf 'access off\0junk' >$hooks &&
		! printf '%060d' 0 >$hooks && attached
}

errors=$(mktemp)
ktap_print_header
ktap_set_plan 11
ktap_test_result "attached by ftrace" attached
ktap_test_result "kernel.ftrace_enabled=0 is refused" ftrace_stays_enabled
ktap_test_result "switched off by netlink" off_by_netlink
ktap_test_result "off leaves the function alone" off_costs_nothing
ktap_test_result "what was missed is counted" off_is_a_gap
ktap_test_result "and told beside the matrix" gap_is_told
ktap_test_result "switched on by debugfs" on_by_debugfs
ktap_test_result "counts again" on_counts_again
if silence_ftrace; then
	ktap_test_result "refuses to attach where ftrace is silenced" \
		refuses_silenced_ftrace
else
	ktap_test_skip "this kernel does not disable ftrace"
fi
ktap_test_result "recovers" recovers
ktap_test_result "debugfs refuses nonsense" refuses_nonsense 2>/dev/null
ktap_finished
