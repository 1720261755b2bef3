#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Under the name numastat, numatrace prints to the byte what numastat prints. So
# that both read the same, the nodes' counters are held and processes stopped.
. "$KTAP"
. "${0%/*}/_lib.sh"

nodes=/sys/devices/system/node
work=$(mktemp -d)
out=$work/stdout err=$work/stderr
theirs=/usr/bin/numastat
ours=$work/numastat
ln -s "$(command -v numatrace)" "$ours"
hog=${0%/*}/../build/tests/numactl/memhog

hold() {
	mkdir -p "$work/${1%/*}"
	cp "$nodes/$1" "$work/$1"
	mount --bind "$work/$1" "$nodes/$1"
}

hold_counters() {
	for path in "$nodes"/node[0-9]*; do
		hold "${path##*/}/numastat"
		hold "${path##*/}/meminfo"
	done
}

# has_pages PID NODES WORDS COUNT: so many, or more, on nodes that match one
# pattern, in mappings that match the other.
has_pages() {
	awk -v nodes="^N$2=" -v words="$3" -v count="$4" '
		$0 ~ words {
			for (i = 2; i <= NF; i++)
				if (sub(nodes, "", $i))
					sum += $i
		}
		END { exit sum < count }' "/proc/$1/numa_maps"
}

# Memory on node 1, huge pages, and a process with a long name.
start_processes() {
	_remote 16 1 0 >/dev/null &
	remote=$!
	echo 24 >/proc/sys/vm/nr_hugepages
	mkdir "$work/huge"
	mount -t hugetlbfs none "$work/huge"
	: >"$work/huge/file"
	"$hog" "-f$work/huge/file" -r1000000 20m >/dev/null &
	huge=$!
	cp "$hog" "$work/a-rather-long-name"
	"$work/a-rather-long-name" -r1000000 4m >/dev/null &
	long=$!
	wait_for has_pages $remote 1 . 4000 &&
		wait_for has_pages $huge '[0-9]+' ' huge ' 10 &&
		wait_for has_pages $long '[0-9]+' . 1000
	started=$?
	kill -STOP $remote $huge $long
	for process in $remote $huge $long; do
		wait_for stopped "$process" || started=1
	done
	return $started
}

# Neither balancing nor khugepaged touches the memory of those that stand still.
hold_pages() {
	echo 0 >/proc/sys/kernel/numa_balancing
	echo never >/sys/kernel/mm/transparent_hugepage/enabled
}

release_counters() {
	umount "$nodes"/node[0-9]*/numastat "$nodes"/node[0-9]*/meminfo
}

end_processes() {
	kill -CONT $remote $huge $long
	kill $remote $huge $long
	umount -l "$work/huge"
	wait $remote $huge $long 2>/dev/null
}

same_at_width() {
	"$theirs" "$@" >"$work/theirs" 2>&1
	_want=$?
	"$ours" "$@" >"$work/ours" 2>"$err"
	_status=$?
	[ $_status -eq $_want ] && [ ! -s "$err" ] &&
		cmp -s "$work/theirs" "$work/ours" && return
	echo "# numastat $*, width ${NUMASTAT_WIDTH-}: $_status, not $_want"
	diff -u "$work/theirs" "$work/ours" | cat - "$err" | sed 's/^/# /'
	return 1
}

# same ARG...: on screens of several widths, and on one without an end.
same() {
	same_at_width "$@" || return
	for NUMASTAT_WIDTH in 20 40 48 64 80 0; do
		export NUMASTAT_WIDTH
		same_at_width "$@" || {
			unset NUMASTAT_WIDTH
			return 1
		}
	done
	unset NUMASTAT_WIDTH
}

counters() {
	same && same -n && same -c && same -v
}

memory() {
	same -m && same -m -n && same -cm
}

zeros() {
	same -z && same -mz && same -cnz && same -z $huge && same -vz $long $huge
}

sorting() {
	same -s && same -s1 && same -ms0 && same -s9 && same -cms && same -sx &&
		same -s $remote $huge $long && same -s1 -v $remote $huge
}

one_process() {
	same $remote && same -p $huge && same -c $long && same -m $huge -n
}

processes() {
	same $remote $huge $long && same -p $long $remote $long &&
		same -v $huge $remote && same -c $long $huge &&
		same -cv $long $huge
}

patterns() {
	same _remote && same -p rather && same -p "20m" $long &&
		same nothing-is-called-so && same -p nothing-is-called-so $huge
}

# Not as numastat has it: the process is no line of zeros, and no success.
missing_process() {
	sleep 0 &
	wait $!
	gone=$!
	says 1 "no process $gone" "$ours" $gone && [ ! -s "$out" ] &&
		says 1 "no process $gone" "$ours" $gone $remote &&
		grep -q "^$remote (_remote) " "$out" && ! grep -q "^$gone" "$out"
}

usage() {
	says 1 usage: "$ours" -x && says 1 usage: "$ours" --help &&
		says 1 usage: "$ours" -p &&
		"$ours" -V | grep -q '^numastat version: '
}

trap 'release_counters; end_processes
	echo 1 >/proc/sys/kernel/numa_balancing' EXIT
hold_pages
start_processes || echo '# the processes did not start'
hold_counters
run_cases counters memory zeros sorting one_process processes patterns \
	missing_process usage
