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
		holds "r['interface-version'] == 1 and r['balancing'] == ['normal']" &&
		holds "[h['name'] for h in r['hook']] == ['access', 'migration']" &&
		holds "all(h['state'] == 'ftrace' for h in r['hook'])"
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

switches() {
	ynl --do hook-set --json \
		'{"hook": [{"name": "access", "state": "off"}]}' &&
		[ "$(state access)" = off ] &&
		ynl --do hook-set --json \
			'{"hook": [{"name": "access", "state": "ftrace"}]}' &&
		[ "$(state access)" = ftrace ]
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
ktap_set_plan 9
ktap_test_result "info" info
ktap_test_result "nodes" nodes
ktap_test_result "access matrix" matrix access
ktap_test_result "migration matrix" matrix migration
ktap_test_result "hook-set" switches
ktap_test_result "a matrix without a kind is refused" no_kind
ktap_test_result "an unknown hook is refused" unknown_hook
ktap_test_result "a hook without a state is refused" no_state
ktap_test_result "hook-set without a hook is refused" no_hook
ktap_finished
