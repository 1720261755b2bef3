#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Settings by name and by file: profiles, what is saved and loaded, and that a
# file that is wrong in one line changes nothing.
. "$KTAP"
. "${0%/*}/_lib.sh"

etc=/etc/numatrace
conf=$etc/numatrace.conf

config() {
	numatrace config -rn -o NAME,VALUE
}

# has NAME VALUE
has() {
	[ "$(config | sed -n "s/^$1 //p")" = "$2" ] && return
	echo "# $1 is $(config | sed -n "s/^$1 //p"), not $2"
	return 1
}

# All that profiles set.
state_of_all() {
	config
	numatrace hooks -rn -o NAME,STATE
}

in_force() {
	numatrace profiles -rn -o NAME,IN-FORCE | sed -n 's/ yes$//p' | xargs
}

# nothing_changed COMMAND...
nothing_changed() {
	state_of_all >"$before"
	"$@" || return 1
	state_of_all >"$after"
	cmp "$before" "$after"
}

begins_balanced() {
	[ "$(in_force)" = balanced ] &&
		numatrace config -rn -o NAME,VALUE,DEFAULT >"$out" &&
		awk '$2 != $3 { print "#", $0; bad = 1 } END { exit bad }' "$out"
}

# Each is in force once it was chosen, and takes back what others set.
each_comes_into_force() {
	for _name in low-overhead high-resolution balanced; do
		numatrace profiles $_name && [ "$(in_force)" = $_name ] ||
			return 1
	done
	state_of_all | cmp - "$first"
}

switches_hooks() {
	numatrace profiles low-overhead && [ "$(state outcome)" = off ] &&
		has track_cgroups 0 && numatrace profiles balanced &&
		[ "$(state outcome)" = ftrace ]
}

dry_run() {
	nothing_changed numatrace profiles low-overhead --dry-run \
		--raw --noheadings --output NAME,VALUE,PROFILE,NOTE >"$out" &&
		grep -qx 'hook.outcome on off changes' "$out" &&
		grep -qx 'history 1000 1000 -' "$out"
}

# An administrator's own, one that goes on from another, and one in the place of
# another.
own_profiles() {
	mkdir -p $etc/profiles.d
	printf 'description = ours\nprofile = low-overhead\nhistory = 7\n' \
		>$etc/profiles.d/ours.conf
	printf 'profile = balanced\nhistory = 8\n' \
		>$etc/profiles.d/balanced.conf
	[ "$(in_force)" = '' ] && numatrace profiles ours && has history 7 &&
		has sample_backoff 4 && [ "$(in_force)" = ours ] &&
		numatrace profiles balanced && has history 8 &&
		has sample_backoff 2 && [ "$(in_force)" = balanced ] &&
		rm $etc/profiles.d/balanced.conf && [ "$(in_force)" = '' ] &&
		numatrace profiles balanced && state_of_all | cmp - "$first"
}

wrong_profiles() {
	printf 'history = 7\nsample_backoff = 99\n' >$etc/profiles.d/wrong.conf
	nothing_changed says 1 'wrong.conf:2: sample_backoff = 99' \
		numatrace profiles wrong &&
		says 1 'wrong.conf:2' numatrace profiles || return 1
	printf 'history = 7\nhook.none = on\n' >$etc/profiles.d/wrong.conf
	nothing_changed says 1 'wrong.conf:2: the module has no hook none' \
		numatrace profiles wrong &&
		nothing_changed says 1 'there is no profile nonsense' \
			numatrace profiles nonsense &&
		rm -r $etc/profiles.d
}

usage() {
	says 2 'one profile' numatrace profiles balanced ours &&
		says 2 'which profile' numatrace profiles --dry-run &&
		says 2 'either' numatrace config --load --save &&
		says 2 'for --save' numatrace config --force &&
		says 2 'one file' numatrace config --load a b
}

# That there is no file of settings is fine, unless it was named.
loads_nothing() {
	nothing_changed numatrace config --load &&
		says 1 'No such file' numatrace config --load /none
}

loads() {
	printf '# mine\nprofile = low-overhead\nhistory = 7 # few\n' >$conf &&
		numatrace config --load && has history 7 &&
		has sample_backoff 4 && [ "$(state outcome)" = off ] &&
		numatrace profiles balanced
}

# What people wrote stays, and what was saved is what is loaded.
saves() {
	numatrace profiles high-resolution &&
		numatrace config history=77 min_faults=5 &&
		numatrace hooks --disable outcome &&
		state_of_all >"$before" && numatrace config --save &&
		grep -qx '# mine' $conf && grep -qx 'history = 77 # few' $conf &&
		grep -qx 'hook.outcome = off' $conf &&
		! grep -q profile $conf && numatrace profiles balanced &&
		numatrace config min_faults=0 detect_window_ms=5000 &&
		numatrace config --load && state_of_all | cmp "$before" - &&
		[ -z "$(find $etc -name 'numatrace.conf.*')" ] &&
		numatrace profiles balanced && numatrace config min_faults=0 &&
		state_of_all | cmp - "$first"
}

# One that is in force is still named.
saves_its_profile() {
	echo 'profile = low-overhead' >$conf && numatrace config --load &&
		numatrace config --save && grep -qx 'profile = low-overhead' $conf &&
		numatrace profiles balanced
}

saves_to_a_new_file() {
	numatrace config --save /tmp/deep/er/file &&
		nothing_changed numatrace config --load /tmp/deep/er/file &&
		grep -qx 'history = 1000' /tmp/deep/er/file
}

# All that is wrong is told at once, by line, and nothing is set.
wrong_files() {
	printf 'history = 7\nnonsense = 1\nhook.none = off\nprofile = none\n' \
		>$conf
	nothing_changed says 1 "^$conf:2: there is no setting nonsense" \
		numatrace config --load &&
		grep -q "^$conf:3: the module has no hook none" "$err" &&
		grep -q "^$conf:4: there is no profile none" "$err" || return 1
	cp $conf "$out.copy"
	says 1 'left as it is' numatrace config --save &&
		cmp $conf "$out.copy" && numatrace config --save --force &&
		nothing_changed numatrace config --load
}

out_of_range() {
	nothing_changed says 1 'sample_backoff takes 1 to 16, not 99' \
		numatrace config history=7 sample_backoff=99 &&
		grep -q 'out of range; nothing was set' "$err" &&
		nothing_changed says 1 'detect_min_events takes 1 to 4294967295' \
			numatrace config detect_min_events=4294967296
}

as_user() {
	# By path: the shell would take its own applet.
	/usr/bin/setpriv --reuid 65534 --clear-groups "$@"
}

without_root() {
	nothing_changed says 1 CAP_NET_ADMIN \
		as_user numatrace profiles low-overhead &&
		echo history = 7 >$conf &&
		nothing_changed says 1 CAP_NET_ADMIN \
			as_user numatrace config --load &&
		as_user numatrace profiles >"$out" &&
		says 1 'Permission denied' as_user numatrace config --save
}

# Profiles are there before the module.
without_the_module() {
	rmmod numatrace && says 0 'not loaded' numatrace profiles &&
		[ "$(wc -l <"$out")" -eq 4 ] &&
		says 1 'not loaded' numatrace profiles balanced &&
		says 1 'not loaded' numatrace config --load &&
		insmod /lab/numatrace.ko && state_of_all | cmp - "$first"
}

out=$(mktemp)
err=$(mktemp)
first=$(mktemp)
before=$(mktemp)
after=$(mktemp)
mkdir -p $etc
# Whatever was set before is no part of this.
rmmod numatrace && insmod /lab/numatrace.ko
state_of_all >"$first"
run_cases begins_balanced each_comes_into_force switches_hooks dry_run \
	own_profiles wrong_profiles usage loads_nothing loads saves \
	saves_its_profile saves_to_a_new_file wrong_files out_of_range \
	without_root without_the_module
