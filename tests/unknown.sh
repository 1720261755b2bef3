#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A module that was built for a kernel that has changed what it uses: see
# tests/_boot. What it cannot count it does not show, and says why; the rest is
# as it was.
. "$KTAP"
. "${0%/*}/_lib.sh"

says_why() {
	numatrace info >"$out" 2>"$err" &&
		grep -q '^access .* unavailable .* has changed the function' \
			"$out" &&
		grep -q '^migration .* why pages migrate is unknown' "$out" &&
		grep -q 'hook access is unavailable' "$err" &&
		grep -q 'demoted is not counted: .*PGDEMOTE_OTHERWISE' "$err" &&
		grep -q 'thp_migrate_split is not counted: .*_SPLIT' "$err"
}

has_it_in_json() {
	numatrace info --json 2>/dev/null >"$out" &&
		grep -q '"column":"demoted"' "$out" &&
		grep -q '"reason":"this kernel does not count THP_MIGRATION_S' \
			"$out"
}

in_debugfs() {
	numatrace_debugfs=/sys/kernel/debug/numatrace
	grep -q '^uncounted *demoted: ' $numatrace_debugfs/info &&
		! grep -q '^demoted' $numatrace_debugfs/nodes &&
		grep -q '^promoted' $numatrace_debugfs/nodes
}

# The time of CPUs is the last column, and does not count.
history_in_debugfs() {
	numatrace config sample_interval_ms=200 sample_interval_max_ms=200 \
		detect_window_ms=1000 history=1000
	wait_for grep -q '^ *[1-9].*[0-9]  *-$' \
		/sys/kernel/debug/numatrace/history &&
		! grep -q '^ *[1-9].*[0-9]  *[0-9][0-9]*$' \
			/sys/kernel/debug/numatrace/history
}

was_judged() {
	numatrace check --json 2>/dev/null | tr -d ' \n' >"$out"
	grep -q '"judged":\[[^]]*"memory-imbalance"' "$out"
}

# By zeros all CPUs would be alike.
is_not_judged() {
	wait_for was_judged &&
		! grep -q '"judged":\[[^]]*"cpu-imbalance"' "$out" &&
		numatrace check 2>&1 | grep -q \
			'cpu-imbalance was not looked for: cpu_time is not counted'
}

is_no_zero() {
	[ "$(numatrace nodes -rn -o DEMOTED,THP-SPLIT,CPU-TIME 2>"$err" | sort -u)" = \
		'- - -' ] && grep -q 'demoted is not counted' "$err" &&
		numatrace nodes -rn -o FAULTS,PROMOTED >"$out" 2>"$err" &&
		! grep -q -e - "$out" && ! grep -q 'not counted' "$err"
}

without_accesses() {
	says 1 'not measured' numatrace matrix access &&
		! numatrace hooks --enable access 2>"$err"
}

# moved: pages, by the matrix and by the kernel.
moved() {
	numatrace matrix migration --raw --noheadings --pages \
		--output PAGES 2>/dev/null | awk '{ n += $1 } END { print n + 0 }'
}

counts_the_rest() {
	_matrix=$(moved)
	_kernel=$(vmstat pgmigrate_success)
	numactl --membind=0 sleep 1000 &
	_sleeper=$!
	wait_for sleeps $_sleeper
	migratepages $_sleeper 0 1
	kill $_sleeper
	_kernel=$(($(vmstat pgmigrate_success) - _kernel))
	_matrix=$(($(moved) - _matrix))
	echo "# $_matrix pages of $_kernel"
	[ "$_kernel" -gt 0 ] && [ "$_matrix" -eq "$_kernel" ]
}

refuses() {
	rmmod numatrace
	! insmod "$REFUSE" 2>/dev/null && ! grep -q '^numatrace ' /proc/modules &&
		dmesg | grep -q 'numatrace: .* does not build for this kernel'
}

out=$(mktemp)
err=$(mktemp)
run_cases says_why has_it_in_json in_debugfs is_no_zero \
	history_in_debugfs is_not_judged without_accesses \
	counts_the_rest refuses
