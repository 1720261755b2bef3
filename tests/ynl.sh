#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A third-party reader: the kernel's own YNL client, given only the spec.
. "$KTAP"
. "${0%/*}/_lib.sh"

spec=${0%/*}/../uapi/numatrace.yaml

ynl() {
	/usr/bin/python3 "$LINUX/tools/net/ynl/cli.py" --spec "$spec" \
		--schema "$LINUX/Documentation/netlink/genetlink.yaml" \
		--output-json "$@" >"$out" 2>"$err" || {
		sed 's/^/# /' "$err"
		return 1
	}
}

# holds EXPRESSION: of the JSON that was read, as "r".
holds() {
	/usr/bin/python3 -c "
import json, sys
r = json.load(open('$out'))
sys.exit(not ($1))"
}

info() {
	ynl --do info-get --json '{}' &&
		holds "r['nodes-online'] == '0-1' and r['page-size'] == 4096" &&
		holds "r['interface-version'] == 4" &&
		holds "[h['name'] for h in r['hook']] == ['access', 'migration', 'outcome']" &&
		holds "all(h['state'] == 'ftrace' for h in r['hook'])" &&
		holds "r['memory'] > 0"
}

nodes() {
	ynl --dump node-get &&
		holds "[n['id'] for n in r] == [0, 1]" &&
		holds "len({n['timestamp'] for n in r}) == 1" &&
		holds "all(n['mem-free'] < n['mem-total'] for n in r)" &&
		holds "sum(n['faults'] for n in r) > 0"
}

matrix() {
	ynl --dump matrix-get --json "{\"kind\": \"$1\"}" &&
		holds "all(m['kind'] == '$1' for m in r)" &&
		holds "[(m['row'], c['column']) for m in r for c in m['cell']] == [(0, 0), (0, 1), (1, 0), (1, 1)]"
}

# Pages that could not be migrated are told of the hook that counts them.
failures() {
	ynl --do info-get --json '{}' &&
		holds "[h['name'] for h in r['hook'] if 'failed-pages' in h] == ['migration']" &&
		holds "[h['name'] for h in r['hook'] if 'missed-failed-pages' in h] == ['migration']"
}

reasons() {
	ynl --dump reason-get &&
		holds "{'unknown', 'compaction', 'numa-misplaced'} <= {m['reason'] for m in r}" &&
		holds "len({m['timestamp'] for m in r}) == 1"
}

# The kernel tells them from 6.6 on.
skips() {
	case $(uname -r) in
	6.1.*) refused 'no tracepoint (Linux 6.6)' --dump skip-get ;;
	*)
		ynl --dump skip-get &&
			holds "'shared_ro' in {s['reason'] for s in r}" &&
			holds "len({(s['timestamp'], s['generation']) for s in r}) == 1"
		;;
	esac
}

# The first sample is taken when the module is loaded.
samples() {
	ynl --dump sample-get && holds "{s['node']['id'] for s in r} == {0, 1}"
}

switches() {
	ynl --do hook-set --json \
		'{"hook": [{"name": "access", "state": "off"}]}' &&
		[ "$(state access)" = off ] &&
		ynl --do hook-set --json \
			'{"hook": [{"name": "access", "state": "ftrace"}]}' &&
		[ "$(state access)" = ftrace ]
}

# The accesses of a workload that ends are there, and add up.
processes() {
	accesses 1000 && ynl --dump process-get &&
		holds "{'ended-total', 'unlisted', 'unattributed'} <= {p['kind'] for p in r}" &&
		holds "any(p.get('comm') == '_remote' and p['kind'] == 'ended' for p in r)" &&
		holds "all(sum(c['faults'] for c in p.get('cell', [])) == p['local-faults'] + p['remote-faults'] for p in r)" &&
		holds "sum(p['local-faults'] + p['remote-faults'] for p in r if p['kind'] != 'ended') >= 1000"
}

has_row() {
	numatrace ps --raw --noheadings --output PID | grep -qx "$1"
}

living() {
	_remote 16 1 0 >/dev/null &
	workload=$!
	wait_for has_row "$workload"
}

one_process() {
	living && ynl --do process-get --json "{\"pid\": $workload}" &&
		holds "r['pid'] == $workload and r['comm'] == '_remote' and r['threads'] == 2" &&
		ynl --dump process-get --json "{\"pid\": $workload}" &&
		holds "[p['pid'] for p in r if p['kind'] == 'current'] == [$workload]"
}

threads() {
	ynl --dump thread-get --json "{\"pid\": $workload}" &&
		holds "len(r) == 2 and $workload in [t['tid'] for t in r]" &&
		holds "all(t['policy'] == 'default' and t['scanned'] == 1 for t in r)" &&
		holds "any('fault-statistics' in t for t in r)"
	ret=$?
	kill "$workload"
	wait "$workload" 2>/dev/null
	return $ret
}

cgroups() {
	ynl --dump cgroup-get &&
		holds "any(c.get('path') == '/' and c['kind'] == 'current' for c in r)"
}

settings() {
	ynl --do config-get &&
		holds "r['process-table-size'] == 16384 and r['track-cgroups'] == 1" &&
		ynl --do config-set --json '{"min-faults": 5, "cgroup-table-size": 9}' &&
		ynl --do config-get &&
		holds "r['min-faults'] == 5 and r['cgroup-table-size'] == 9"
}

no_pid() {
	refused 'missing attribute pid' --do process-get --json '{}'
}

no_such_process() {
	refused 'no such process' --dump thread-get --json '{"pid": 4000000}'
}

nothing_to_set() {
	refused 'nothing to set' --do config-set --json '{}'
}

out_of_range() {
	refused 'out of range; nothing was set' --do config-set --json \
		'{"min-faults": 7, "process-table-size": 0}' &&
		ynl --do config-get && holds "r['min-faults'] == 5" &&
		ynl --do config-set --json \
			'{"min-faults": 0, "cgroup-table-size": 1024}'
}

# refused WORDS ARGUMENT...: an error with these words of the module.
refused() {
	words=$1
	shift
	! ynl "$@" && grep -q "$words" "$out"
}

no_kind() {
	refused 'missing attribute kind' --dump matrix-get
}

# refused_hooks WORDS HOOKS
refused_hooks() {
	refused "$1" --do hook-set --json "$2"
}

unknown_hook() {
	refused_hooks 'no hook of that name' \
		'{"hook": [{"name": "x", "state": "off"}]}'
}

no_state() {
	refused_hooks 'needs its name and state' '{"hook": [{"name": "access"}]}'
}

no_hook() {
	refused_hooks 'missing attribute hook' '{}'
}

out=$(mktemp)
err=$(mktemp)
ktap_print_header
ktap_set_plan 22
ktap_test_result "info" info
ktap_test_result "nodes" nodes
ktap_test_result "access matrix" matrix access
ktap_test_result "migration matrix" matrix migration
ktap_test_result "what failed to migrate" failures
ktap_test_result "reasons" reasons
ktap_test_result "skips" skips
ktap_test_result "samples" wait_for samples
ktap_test_result "hook-set" switches
ktap_test_result "processes" processes
ktap_test_result "one process" one_process
ktap_test_result "its threads" threads
ktap_test_result "cgroups" cgroups
ktap_test_result "settings" settings
ktap_test_result "a process without a pid is refused" no_pid
ktap_test_result "threads of nobody are refused" no_such_process
ktap_test_result "setting nothing is refused" nothing_to_set
ktap_test_result "a value out of range is refused" out_of_range
ktap_test_result "a matrix without a kind is refused" no_kind
ktap_test_result "an unknown hook is refused" unknown_hook
ktap_test_result "a hook without a state is refused" no_state
ktap_test_result "hook-set without a hook is refused" no_hook
ktap_finished
