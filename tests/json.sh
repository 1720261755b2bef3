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

reason() {
	valid "from_node to_node folios pages" \
		numatrace matrix migration --reason syscall --json
}

tasks() {
	valid "from_node to_node tasks" numatrace matrix task-stick --json
}

# Its lists are null where nothing was measured: then their keys are missing.
cost() {
	numatrace config measure_cost=1 && accesses 100 &&
		valid "costs nodes histogram pairs processes reasons notes longest" \
			numatrace cost --json &&
		valid "kind count measured_time unmeasured" \
			numatrace cost --json --output-all &&
		valid "elapsed measured_time" numatrace cost --json 0.2 1 &&
		numatrace config measure_cost=0
}

balancing() {
	valid "settings activities since_load" numatrace balancing --json
}

balancing_measured() {
	valid "rounds medians verdict rate difference" \
		numatrace balancing --json --measure 0.1 --rounds 1
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
	valid "name value default range" numatrace config --json
}

profiles() {
	valid "name in_force description settings" \
		numatrace profiles --json --output-all &&
		valid "name value profile note" \
			numatrace profiles low-overhead --dry-run --json
}

tune() {
	valid "name value default note choices path" \
		numatrace tune --json --output-all &&
		valid "name before new note why" \
			numatrace tune --preset web --dry-run --json
}

out=$(mktemp)
err=$(mktemp)
run_cases nodes all_columns interval access migration reason tasks cost \
	balancing balancing_measured info hooks hardware ps_all_columns \
	cgroups show config profiles tune
