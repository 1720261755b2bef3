#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A witness: bpftrace on the same functions, in the same run, computes the same
# matrices. The node of a page stands in the upper bits of its flags.
. "$KTAP"
. "${0%/*}/_lib.sh"
. "${0%/*}/_bracket.sh"

nodes_shift=54

watch() {
	# Memory that is bound is not sampled: the witness makes few faults.
	exec numactl --membind=all bpftrace -e "
kprobe:mpol_misplaced {
	@access[cpu, *(uint64 *)arg0 >> $nodes_shift] = count();
}
kprobe:folio_migrate_flags {
	@folios[*(uint64 *)arg1 >> $nodes_shift,
		*(uint64 *)arg0 >> $nodes_shift] = count();
}
BEGIN { printf(\"watching\\n\"); }" >"$witness" 2>&1
}

# CPUs become nodes: two CPUs a node.
theirs() {
	sed -n 's/^@\([a-z]*\)\[\([0-9]*\), \([0-9]*\)\]: \([0-9]*\)$/\1 \2 \3 \4/p' \
		"$witness" |
		awk '{ row = $1 == "access" ? int($2 / 2) : $2
				sum[$1 " " row " " $3] += $4 }
			END { for (cell in sum) print cell, sum[cell] }' | sort
}

# What the witness does not count, pages, is left out.
ours() {
	module_reading | grep -e '^access ' -e '^folios '
}

same() {
	bracket_growth "$inside.0" "$inside.1" >"$inside"
	bracket_growth "$outside.0" "$outside.1" >"$outside"
	theirs >"$witness.cells"
	bracket_disagreements "$inside" "$outside" "$witness.cells" |
		tee "$wrong" | sed 's/^/# /'
	[ -s "$inside" ] && [ ! -s "$wrong" ]
}

witness=$(mktemp)
inside=$(mktemp)
outside=$(mktemp)
wrong=$(mktemp)
ktap_print_header
ktap_set_plan 3
ours >"$outside.0"
watch &
bpftrace=$!
ktap_test_result "the witness watches" wait_for grep -q watching "$witness"
ours >"$inside.0"
ktap_test_result "there is something to see" accesses 2000
ours >"$inside.1"
# SIGINT is ignored in what a shell runs in the background.
kill -TERM $bpftrace
wait $bpftrace
ours >"$outside.1"
sed 's/^/# /' "$witness"
ktap_test_result "it saw the same matrices" same
ktap_finished
