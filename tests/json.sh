#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What --json prints is JSON, for every command, and keeps its keys.
. "$KTAP"
. "${0%/*}/_lib.sh"

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

nodes() {
	valid "node locality" numatrace nodes --json
}

all_columns() {
	valid "node alloc_hit demoted" numatrace nodes --json --output-all
}

interval() {
	valid "node" numatrace nodes --json 0.2 1
}

access() {
	valid "cpu_node memory_node faults pages" \
		numatrace matrix access --json
}

migration() {
	valid "from_node to_node folios pages" numatrace matrix migration --json
}

info() {
	valid "module_version balancing hooks" numatrace info --json
}

hooks() {
	valid "name state" numatrace hooks --json
}

hardware() {
	valid "nodes distances" numatrace hardware --json
}

ps_all_columns() {
	accesses 500
	valid "pid remote_faults locality" numatrace ps --json --exited --output-all
}

cgroups() {
	valid "name remote_faults" numatrace cgroups --json
}

show() {
	valid "pid threads" numatrace show --json $$
}

config() {
	valid "name value" numatrace config --json
}

out=$(mktemp)
err=$(mktemp)
run_cases nodes all_columns interval access migration info hooks hardware \
	ps_all_columns cgroups show config
