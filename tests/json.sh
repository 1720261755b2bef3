#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What --json prints is JSON, for every command, and keeps its keys.
. "$KTAP"

# valid KEYS COMMAND...: a parser reads it, and it has the keys.
valid() {
	keys=$1
	shift
	"$@" >"$out" 2>"$err" && /usr/bin/python3 -c "
import json, re
found = set()

def collect(pairs):
    for key, _ in pairs:
        assert re.fullmatch('[a-z_]+', key), key
        found.add(key)
    return dict(pairs)

json.load(open('$out'), object_pairs_hook=collect)
missing = set('$keys'.split()) - found
assert not missing, missing
"
}

out=$(mktemp)
err=$(mktemp)
ktap_print_header
ktap_set_plan 8
ktap_test_result "nodes" eval 'valid "node locality" numatrace nodes --json'
ktap_test_result "nodes, all columns" eval 'valid "node alloc_hit demoted" \
	numatrace nodes --json --output-all'
ktap_test_result "nodes, interval" eval 'valid "node" \
	numatrace nodes --json 0.2 1'
ktap_test_result "access matrix" eval 'valid "cpu_node memory_node faults pages" \
	numatrace matrix access --json'
ktap_test_result "migration matrix" eval 'valid "from_node to_node folios pages" \
	numatrace matrix migration --json'
ktap_test_result "info" eval 'valid "module_version" numatrace info --json'
ktap_test_result "hooks" eval 'valid "name state" numatrace hooks --json'
ktap_test_result "hardware" eval 'valid "nodes distances" numatrace hardware --json'
ktap_finished
