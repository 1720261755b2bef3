#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A node that is taken away leaves its counts behind, and takes them up again
# when it comes back. Nodes that could come, and never did, are not shown.
. "$KTAP"
. "${0%/*}/_lib.sh"

node=2
never=3
mib=512
pages=4096
sysfs=/sys/devices/system/node/node$node

# ask COMMAND...: of QEMU's monitor. What it complains of is shown at the end.
ask() {
	echo "$*" >&3
}

# What the command remarks beside what it shows is kept.
show() {
	numatrace "$@" 2>>"$work/remarks"
}

each_block() {
	for _block in "$sysfs"/memory[0-9]*/state; do
		"$@" "$_block" || return 1
	done
}

count_block() {
	blocks=$((blocks + 1))
}

block_online() {
	grep -qx online "$1" || echo online_movable >"$1"
}

block_offline() {
	grep -qx offline "$1" || echo offline >"$1"
}

all_there() {
	blocks=0
	[ -d $sysfs ] && each_block count_block &&
		[ $blocks -eq $((mib / 128)) ] && each_block block_online
}

# plug N: memory for the node, by another name each time.
plug() {
	ask object_add "memory-backend-ram,id=memory$1,size=${mib}M"
	ask device_add "pc-dimm,id=dimm$1,memdev=memory$1,node=$node"
	wait_for all_there 2>/dev/null
}

# A page may be busy at one time, and not at the next.
unplug() {
	wait_for each_block block_offline 2>/dev/null || return 1
	ask device_del "dimm$1"
	wait_for [ ! -e $sysfs ]
}

# counts FILE: lines "node column value", of all columns that only grow.
counts() {
	show nodes --raw --output-all >"$1.raw" || return 1
	awk '
		NR == 1 { for (i = 1; i <= NF; i++) name[i] = $i; next }
		{
			for (i = 1; i <= NF; i++)
				if (name[i] !~ /^(NODE|STATE|CPUS|TOTAL|FREE|FILE|ANON|LOCALITY)$/)
					print $1, name[i], $i
		}' "$1.raw" >"$1"
}

# cells FILE: lines "matrix row column events".
cells() {
	for _kind in access migration; do
		show matrix $_kind --raw --noheadings |
			sed "s/^/$_kind /" || return 1
	done >"$1"
}

count_of() {
	sed -n "s/^$2 $3 //p" "$1"
}

cell_of() {
	awk -v cell="$2 $3 $4" '$1 " " $2 " " $3 == cell { print $NF }' "$1"
}

# not_less BEFORE AFTER: each line is there again, its number at least as large.
not_less() {
	awk '
		{ value = $NF; NF = $1 ~ /^[a-z]/ ? 3 : 2 }
		NR == FNR { before[$0] = value; next }
		{ after[$0] = value }
		END {
			for (key in before)
				if (!(key in after) ||
				    after[key] + 0 < before[key] + 0) {
					print "# " key ": " before[key] \
						", and then " after[key]
					failed = 1
				}
			exit failed
		}' "$1" "$2"
}

# never_shown WORD...: none of these is a node anywhere.
never_shown() {
	counts "$work/now" && cells "$work/cells" || return 1
	for _never in "$@"; do
		! grep -E "^((access|migration) ([0-9]+ )?)?$_never " \
			"$work/now.raw" "$work/cells" |
			sed 's/^.*:/# shown: /' | grep . || return 1
		! show nodes --json | grep -q "\"node\": *$_never\\>" ||
			return 1
		! show matrix migration | head -n 1 |
			grep -qw "$_never" || return 1
	done
}

state_of() {
	show nodes --raw --noheadings --output NODE,STATE |
		sed -n "s/^$node //p"
}

totals() {
	grep -E '^numa_(hit|miss|foreign|interleave|local|other) ' /proc/vmstat
}

# bracket FILE: allocations on the nodes, and the kernel's totals around them.
bracket() {
	totals >"$1.before"
	counts "$1"
	totals >"$1.after"
}

# What the nodes have counted since is what the kernel has.
allocations_grew_alike() {
	bracket "$work/end"
	awk '
		BEGIN {
			column["numa_hit"] = "ALLOC-HIT"
			column["numa_miss"] = "ALLOC-MISS"
			column["numa_foreign"] = "ALLOC-FOREIGN"
			column["numa_interleave"] = "ALLOC-INTERLEAVE"
			column["numa_local"] = "ALLOC-LOCAL"
			column["numa_other"] = "ALLOC-OTHER"
		}
		{ file = substr(FILENAME, length(work) + 2) }
		file !~ /\./ { sum[file, $2] += $3; next }
		{ total[file, $1] = $2 }
		END {
			for (key in column) {
				seen = sum["end", column[key]] - \
					sum["begin", column[key]]
				least = total["end.before", key] - \
					total["begin.after", key]
				most = total["end.after", key] - \
					total["begin.before", key]
				if (seen >= least && seen <= most)
					continue
				print "# " column[key] ": grew by " seen \
					", " key " by " least " to " most
				failed = 1
			}
			exit failed
		}' work="$work" "$work/begin" "$work/begin.before" \
		"$work/begin.after" "$work/end" "$work/end.before" \
		"$work/end.after"
}

migrated_there() {
	[ "$(tail -n 1 "$work/workload")" -ge 99 ] 2>/dev/null
}

# Memory of the node, used from node 0 until balancing has fetched it.
use() {
	_remote $((pages / 256)) $node 0 >"$work/workload" &
	_user=$!
	wait_for migrated_there
	_status=$?
	kill $_user
	wait $_user 2>/dev/null
	return $_status
}

never_was() {
	never_shown $node $never
}

comes() {
	plug 1 && [ "$(state_of)" = memory ] && never_shown $never
}

is_counted() {
	use && counts "$work/used" && cells "$work/used.cells" &&
		[ "$(count_of "$work/used" $node ALLOC-HIT)" -ge $pages ] &&
		[ "$(count_of "$work/used" $node MIGR-OUT)" -ge \
			$((pages * 99 / 100)) ] &&
		[ "$(cell_of "$work/used.cells" access 0 $node)" -ge \
			$((pages * 99 / 100)) ]
}

goes() {
	unplug 1
}

is_marked() {
	state=$(state_of)
	[ "$state" = gone ] || {
		echo "# its state is '$state'"
		return 1
	}
	show nodes --json --output NODE,STATE | tr -d ' \n' |
		grep -q "\"node\":$node,\"state\":\"gone\""
}

is_remarked() {
	for shown in nodes 'matrix migration' cost; do
		: >"$work/remarks"
		# shellcheck disable=SC2086 # words
		show $shown >/dev/null
		grep -q "not online any more.*: node $node\$" \
			"$work/remarks" || return
	done
	numatrace nodes | grep -q "^ *$node gone "
}

keeps_its_counts() {
	counts "$work/gone" && not_less "$work/used" "$work/gone"
}

keeps_its_cells() {
	cells "$work/gone.cells" &&
		not_less "$work/used.cells" "$work/gone.cells"
}

# The sums of both matrices, and the kernel's; false if something fell in between.
try_sums() {
	_totals="$(vmstat numa_hint_faults) $(vmstat pgmigrate_success)"
	cells "$work/law" &&
		[ "$_totals" = \
			"$(vmstat numa_hint_faults) $(vmstat pgmigrate_success)" ] &&
		awk -v totals="$_totals" '
			{ sum[$1] += $1 == "access" ? $4 : $5 }
			END { print sum["access"], sum["migration"], totals }' \
			"$work/law" >"$1"
}

matrices_grew_alike() {
	wait_for try_sums "$work/law.end" &&
		awk '
			NR == 1 { split($0, begin); next }
			{
				for (i = 1; i <= 2; i++)
					if ($i - begin[i] != $(i + 2) - begin[i + 2]) {
						print "# then " $0
						exit 1
					}
			}' "$work/law.begin" "$work/law.end"
}

only_it_is_gone() {
	never_shown $never
}

comes_back() {
	plug 2 && [ "$(state_of)" = memory ] && counts "$work/back" &&
		not_less "$work/used" "$work/back"
}

goes_on_counting() {
	use && counts "$work/again" && cells "$work/again.cells" &&
		not_less "$work/back" "$work/again" &&
		[ "$(count_of "$work/again" $node ALLOC-HIT)" -ge \
			$(($(count_of "$work/used" $node ALLOC-HIT) + pages)) ] &&
		[ "$(cell_of "$work/again.cells" migration $node 0)" -ge \
			$(($(cell_of "$work/used.cells" migration $node 0) + \
				pages * 99 / 100)) ]
}

goes_again() {
	unplug 2 && is_marked && counts "$work/gone" &&
		not_less "$work/again" "$work/gone"
}

# Neither what was since the module was loaded, nor any second in between.
nothing_negative() {
	kill $watch
	wait $watch 2>/dev/null
	grep -a '^Error' "$work/answers" | sed 's/^/# monitor: /'
	show nodes --output-all >"$work/table"
	show nodes --json --output-all >"$work/json"
	! grep -n -E -e '(^|[ :])-[0-9]' -e '[0-9]{19}' \
		"$work/seconds" "$work/table" "$work/json" \
		"$work"/*.raw "$work"/*.cells |
		sed 's/^/# /' | grep .
}

[ -c /dev/vport0p4 ] || {
	ktap_print_header
	ktap_skip_all "QEMU's monitor is not there"
	exit "$KSFT_SKIP"
}
work=$(mktemp -d)
exec 3<>/dev/vport0p4
cat <&3 >"$work/answers" &
numatrace nodes --raw --output-all 1 >"$work/seconds" 2>/dev/null &
watch=$!
bracket "$work/begin"
wait_for try_sums "$work/law.begin"
run_cases never_was comes is_counted goes is_marked is_remarked \
	keeps_its_counts keeps_its_cells matrices_grew_alike \
	allocations_grew_alike only_it_is_gone comes_back \
	goes_on_counting goes_again nothing_negative
