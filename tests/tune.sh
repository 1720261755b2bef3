#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The kernel's own tunables: shown, set all or nothing, and restored byte for
# byte.
. "$KTAP"
. "${0%/*}/_lib.sh"

debugging=/sys/kernel/debug/sched
thp=/sys/kernel/mm/transparent_hugepage
vm=/proc/sys/vm

# All that numatrace tunes, as the kernel has it: what restores is judged by.
files="/proc/sys/kernel/numa_balancing $debugging/numa_balancing/*
	/proc/sys/kernel/numa_balancing_* $debugging/migration_cost_ns
	$vm/zone_reclaim_mode $vm/compaction_proactiveness $vm/swappiness
	$vm/watermark_* $vm/min_free_kbytes $vm/overcommit_memory $vm/numa_stat
	$thp/enabled $thp/defrag $thp/khugepaged/defrag
	/sys/kernel/mm/numa/demotion_enabled
	/sys/kernel/mm/mempolicy/weighted_interleave/*
	/sys/kernel/mm/ksm/merge_across_nodes"

all_bytes() {
	for _file in $files; do
		[ ! -e "$_file" ] || { echo "$_file" && cat "$_file"; }
	done
}

# value NAME: as it is shown.
value() {
	numatrace tune -rn -o NAME,VALUE | sed -n "s/^$1 //p"
}

# same NAME FILE: what is shown is what the kernel has.
same() {
	[ "$(value "$1")" = "$(cat "$2")" ] && return
	echo "# $1: $(value "$1"), not $(cat "$2")"
	return 1
}

shows_what_the_kernel_has() {
	same numa_balancing /proc/sys/kernel/numa_balancing &&
		same scan_size_mb $debugging/numa_balancing/scan_size_mb &&
		same migration_cost_ns $debugging/migration_cost_ns &&
		same swappiness $vm/swappiness &&
		same demotion_enabled /sys/kernel/mm/numa/demotion_enabled &&
		grep -qF "[$(value thp_defrag)]" $thp/defrag
}

# A kernel begins with what is called its default.
shows_defaults() {
	numatrace tune -rn -o NAME,VALUE,DEFAULT >"$out" &&
		[ "$(wc -l <"$out")" -gt 20 ] &&
		awk '$2 != "-" && $3 != "-" && $2 != $3 { print "#", $0; bad = 1 }
			END { exit bad }' "$out"
}

shows_those_named() {
	[ "$(numatrace tune -rn -o NAME swappiness thp-enabled | tr '\n' ' ')" = \
		'swappiness thp_enabled ' ]
}

# Weighted interleaving came with 6.9; the guest's CPUs have no clock to set.
tells_what_is_missing() {
	_note="$(numatrace tune -rn -o NAME,NOTE |
		sed -n 's/^weighted_interleave //p')"
	if [ -e /sys/kernel/mm/mempolicy/weighted_interleave ]; then
		[ "$_note" = - ] && [ "$(value weighted_interleave)" = 1 ]
	else
		[ "$_note" = 'not\x20in\x20this\x20kernel' ] &&
			[ "$(value weighted_interleave)" = - ]
	fi && [ "$(value scaling_governor)" = - ]
}

sets() {
	numatrace tune swappiness=7 thp-enabled=never demotion_enabled=1 \
		scan_size_mb=64 &&
		[ "$(cat $vm/swappiness)" = 7 ] &&
		grep -qF '[never]' $thp/enabled &&
		[ "$(cat /sys/kernel/mm/numa/demotion_enabled)" = true ] &&
		[ "$(cat $debugging/numa_balancing/scan_size_mb)" = 64 ]
}

# What huge pages change of min_free_kbytes is restored, too.
restores() {
	numatrace tune --restore "$saved" && all_bytes >"$after" &&
		cmp "$before" "$after" &&
		numatrace tune --save "$out" && cmp "$saved" "$out"
}

saves_before_it_sets() {
	numatrace tune --save "$out" zone_reclaim_mode=1 &&
		[ "$(cat $vm/zone_reclaim_mode)" = 1 ] &&
		cmp "$saved" "$out" && numatrace tune --restore "$out" &&
		all_bytes >"$after" && cmp "$before" "$after"
}

# The file that it restores is read before it is written to, and what cannot be
# done leaves it as it is.
saves_over_what_it_restores() {
	cp "$saved" "$out.file" && numatrace tune swappiness=7 &&
		numatrace tune --save "$out.file" --restore "$out.file" &&
		grep -qx 'swappiness = 7' "$out.file" &&
		all_bytes >"$after" && cmp "$before" "$after" &&
		cp "$saved" "$out.file" &&
		says 1 'nothing was changed' numatrace tune \
			--save "$out.file" zone_reclaim_mode=9 &&
		cmp "$saved" "$out.file" && rm "$out.file"
}

# A file that the kernel has, and cannot be seen, is not left out in silence.
tells_that_debugfs_is_missing() {
	umount /sys/kernel/debug || return 1
	echo 'scan_delay_ms = 777' >"$out.file"
	says 1 'scan_delay_ms: debugfs is not mounted' \
		numatrace tune --restore "$out.file"
	_status=$?
	mount -t debugfs none /sys/kernel/debug && rm "$out.file" &&
		return $_status
}

# nothing_changed COMMAND...
nothing_changed() {
	"$@" && all_bytes >"$after" && cmp "$before" "$after"
}

refuses() {
	nothing_changed says 1 'swappiness takes 0 to 200' \
		numatrace tune zone_reclaim_mode=1 swappiness=201 &&
		nothing_changed says 2 'no tunable nonsense' \
			numatrace tune zone_reclaim_mode=1 nonsense=1 &&
		nothing_changed says 1 'one of: always madvise never' \
			numatrace tune thp_enabled=sometimes &&
		nothing_changed says 1 'scan_size_mb takes 1' \
			numatrace tune scan_size_mb=0 &&
		nothing_changed says 1 'scaling_governor: not in this kernel' \
			numatrace tune swappiness=7 \
				scaling_governor=performance
}

# What only the kernel knows to be wrong: all before it is taken back.
takes_back() {
	mount --bind /proc/sys/vm/nr_hugepages_mempolicy $vm/watermark_boost_factor &&
		all_bytes >"$out.before" || return 1
	says 1 'taken back' numatrace tune swappiness=7 thp_enabled=never \
		watermark_boost_factor=2147483647
	_status=$?
	all_bytes >"$out.after"
	umount $vm/watermark_boost_factor
	cmp "$out.before" "$out.after" && return $_status
}

usage() {
	says 2 'no such tunable: nonsense' numatrace tune nonsense &&
		says 2 'either show' numatrace tune numa_stat swappiness=7 &&
		says 2 'either show' numatrace tune --save "$out" numa_stat &&
		says 2 'no such preset' numatrace tune --preset games &&
		says 2 'of what' numatrace tune --dry-run &&
		says 2 'either' numatrace tune --preset web --restore "$saved" &&
		says 1 'No such file' numatrace tune --restore /none
}

dry_run() {
	nothing_changed numatrace tune --dry-run swappiness=7 \
		--output NAME,BEFORE,NEW,NOTE --raw --noheadings >"$out" &&
		grep -qx "swappiness $(cat $vm/swappiness) 7 changes" "$out" &&
		nothing_changed says 1 'swappiness takes' \
			numatrace tune --dry-run swappiness=201
}

# Each line says why; what this kernel lacks is told and no obstacle.
presets() {
	for _preset in compute memory database web ml; do
		numatrace tune --preset $_preset --dry-run \
			-rn -o NAME,NEW,WHY >"$out" &&
			[ "$(wc -l <"$out")" -ge 5 ] &&
			! grep -q -e ' -$' "$out" &&
			all_bytes >"$after" && cmp "$before" "$after" &&
			numatrace tune --preset $_preset >"$out" &&
			numatrace tune --preset $_preset --dry-run \
				-rn -o NAME,NOTE >"$out" &&
			! grep changes "$out" &&
			numatrace tune --restore "$saved" &&
			all_bytes >"$after" && cmp "$before" "$after" ||
			return 1
	done
}

restores_what_it_can() {
	cp "$saved" "$out.file" &&
		echo 'scaling_governor = performance' >>"$out.file" &&
		says 0 'scaling_governor: not in this kernel' \
			numatrace tune --restore "$out.file" &&
		echo 'nonsense = 1' >>"$out.file" &&
		sed -i 's/^swappiness = .*/swappiness = 7/' "$out.file" &&
		nothing_changed says 1 ':[0-9]*: there is no tunable nonsense' \
			numatrace tune --restore "$out.file"
}

as_user() {
	# By path: the shell would take its own applet.
	/usr/bin/setpriv --reuid 65534 --clear-groups "$@"
}

# Without root what is readable is shown, and the rest said to need root.
without_root() {
	says 0 'root' as_user numatrace tune &&
		[ "$(as_user numatrace tune -rn -o NAME,VALUE 2>"$err" |
			sed -n 's/^swappiness //p')" = "$(cat $vm/swappiness)" ] &&
		as_user numatrace tune -rn -o NAME,NOTE 2>"$err" |
			grep -qx 'scan_delay_ms needs\\x20root' &&
		nothing_changed says 1 'swappiness: needs root' \
			as_user numatrace tune swappiness=7 &&
		says 1 'that would not be all' \
			as_user numatrace tune --save /tmp/not-all &&
		[ ! -e /tmp/not-all ]
}

out=$(mktemp)
err=$(mktemp)
saved=$(mktemp)
before=$(mktemp)
after=$(mktemp)
numatrace tune --save "$saved"
all_bytes >"$before"
run_cases shows_what_the_kernel_has shows_defaults shows_those_named \
	tells_what_is_missing sets restores saves_before_it_sets \
	saves_over_what_it_restores tells_that_debugfs_is_missing refuses takes_back usage dry_run presets \
	restores_what_it_can without_root
