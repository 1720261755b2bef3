#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A witness: bpftrace on the same functions, in the same run, computes the same
# matrices. The node of a page stands in the upper bits of its flags.
. "$KTAP"
. "${0%/*}/_lib.sh"

nodes_shift=54

watch() {
	exec bpftrace -e "
kprobe:mpol_misplaced {
	@access[cpu, *(uint64 *)arg0 >> $nodes_shift] = count();
}
kprobe:folio_migrate_flags {
	@migration[*(uint64 *)arg1 >> $nodes_shift,
		*(uint64 *)arg0 >> $nodes_shift] = count();
}
BEGIN { printf(\"watching\\n\"); }" >"$witness" 2>&1
}

# The matrices as "name row column events", sorted, without zeros.
ours() {
	numatrace matrix access --raw --noheadings |
		awk '{ print "access", $1, $2, $3 }'
	numatrace matrix migration --raw --noheadings |
		awk '{ print "migration", $1, $2, $3 }'
}

growth() {
	awk 'NR == FNR { before[$1, $2, $3] = $4; next }
		{ n = $4 - before[$1, $2, $3] }
		n { print $1, $2, $3, n }' "$1" "$2" | sort
}

# CPUs become nodes: two CPUs a node.
theirs() {
	sed -n 's/^@\([a-z]*\)\[\([0-9]*\), \([0-9]*\)\]: \([0-9]*\)$/\1 \2 \3 \4/p' \
		"$witness" |
		awk '{ row = $1 == "access" ? int($2 / 2) : $2
				sum[$1 " " row " " $3] += $4 }
			END { for (cell in sum) print cell, sum[cell] }' | sort
}

same() {
	growth "$before" "$after" >"$growth"
	theirs | diff "$growth" - | sed 's/^/# /'
	[ -s "$growth" ] && theirs | cmp -s "$growth" -
}

witness=$(mktemp)
before=$(mktemp)
after=$(mktemp)
growth=$(mktemp)
ktap_print_header
ktap_set_plan 3
watch &
bpftrace=$!
ktap_test_result "the witness watches" wait_for 120 grep -q watching "$witness"
ours >"$before"
ktap_test_result "there is something to see" accesses 2000
ours >"$after"
# SIGINT is ignored in what a shell runs in the background.
kill -TERM $bpftrace
wait $bpftrace
sed 's/^/# /' "$witness"
ktap_test_result "it saw the same matrices" same
ktap_finished
