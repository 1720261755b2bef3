#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# numatrace balancing: what it shows, and that --measure leaves
# kernel.numa_balancing and measure_cost as they were, whatever ends it.
. "$KTAP"
. "${0%/*}/_lib.sh"

sysctl=/proc/sys/kernel/numa_balancing

setting_is() {
	[ "$(numatrace config --raw --noheadings --output NAME,VALUE |
		sed -n "s/^$1 //p")" = "$2" ]
}

balancing_is() {
	[ "$(cat $sysctl)" = "$1" ]
}

user() {
	/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups -- "$@"
}

shows_how_it_is_set() {
	numatrace balancing >"$out" &&
		grep -q '^Automatic NUMA balancing: normal$' "$out" &&
		grep -q '^scan_delay_ms  *100 ' "$out" &&
		grep -q '^accesses sampled ' "$out" &&
		grep -q '^time in faults  *- ' "$out" &&
		user numatrace balancing >"$out" 2>"$err" &&
		grep -q '^scan_delay_ms  *- ' "$out" &&
		grep -q 'run it as root' "$err" &&
		numatrace balancing --json >"$out.json" &&
		grep -q '"name":"numa_balancing"' "$out.json"
}

refusals() {
	says 2 'goes with --measure' numatrace balancing --rounds 3 &&
		says 2 'goes with --measure' numatrace balancing true &&
		says 2 'not a time' numatrace balancing --measure x &&
		says 2 'not a number from 1 to 100' \
			numatrace balancing --measure 1 --rounds 0 &&
		says 2 'exclude each other' numatrace balancing --measure 1 \
			--counter /proc/uptime -- true &&
		says 2 'not a list of processes' \
			numatrace balancing --measure 1 --pid init &&
		says 1 'run it as root' user numatrace balancing --measure 1 &&
		says 1 'process 4194304 is not there' \
			numatrace balancing --measure 1 --pid 4194304 &&
		says 1 '/nowhere: No such file' \
			numatrace balancing --measure 1 --counter /nowhere &&
		says 1 'no number in' \
			numatrace balancing --measure 1 --counter /dev/null &&
		says 1 'the counter failed' numatrace balancing --measure 1 \
			--counter-command false &&
		balancing_is 1 && setting_is measure_cost 0
}

# Whatever it was: bits that are set, or none.
restores_each_mode() {
	for mode in 0 1 2 3; do
		echo $mode >$sysctl &&
			numatrace balancing --measure 0.01 --rounds 2 --json \
				>"$out.json" &&
			balancing_is $mode || return 1
	done
	echo 1 >$sysctl && setting_is measure_cost 0
}

count() {
	grep -c "$1" "$out.json"
}

rounds_take_turns() {
	numatrace balancing --measure 0.01 --rounds 3 --json >"$out.json" &&
		[ "$(sed -n 's/^ *"balancing":"\([a-z]*\)",$/\1/p' "$out.json" |
			head -n 6 | tr '\n' ' ')" = 'on off off on on off ' ] &&
		numatrace balancing --measure 0.01 --rounds 2 --off --json \
			>"$out.json" &&
		[ "$(sed -n 's/^ *"balancing":"\([a-z]*\)",$/\1/p' "$out.json" |
			head -n 4 | tr '\n' ' ')" = 'on on off off ' ] &&
		balancing_is 1 && grep -q '"result":"unknown"' "$out.json" &&
		grep -q 'No verdict on speed' "$out.json"
}

off_alone_needs_on() {
	echo 0 >$sysctl &&
		says 1 'nothing to compare' \
			numatrace balancing --measure 1 --off &&
		balancing_is 0 && echo 1 >$sysctl
}

# Without balancing nothing is sampled: that is no zero.
off_rounds_have_no_locality() {
	numatrace balancing --measure 0.01 --rounds 2 --json >"$out.json" &&
		sed -n '/"balancing":"off"/,/}/p' "$out.json" >"$out.off" &&
		grep -q '"local_faults":null,' "$out.off" &&
		! grep -q '"local_faults":[0-9]' "$out.off" &&
		! grep -q '"locality":[0-9]' "$out.off" &&
		grep -q '"migrated_pages":[0-9]' "$out.off"
}

throughput_of_a_command() {
	numatrace balancing --measure 0.01 --rounds 4 --json -- \
		sh -c 'echo hello' >"$out.json" 2>"$err" &&
		grep -q hello "$err" && ! grep -q hello "$out.json" &&
		[ "$(count '"runs":[1-9]')" -eq 8 ] &&
		! grep -q '"rate":null' "$out.json" &&
		grep -q -e '"result":"on"' -e '"result":"off"' \
			-e '"result":"within_noise"' "$out.json"
}

throughput_of_a_counter() {
	numatrace balancing --measure 0.1 --rounds 1 --json \
		--counter /proc/uptime >"$out.json" &&
		[ "$(count '"rate":[0-9]')" -eq 4 ] &&
		numatrace balancing --measure 0.1 --rounds 1 --json \
			--counter-command 'cat /proc/uptime' >"$out.json" &&
		[ "$(count '"rate":[0-9]')" -eq 4 ] &&
		grep -q '"result":"too_few_rounds"' "$out.json"
}

of_chosen_processes() {
	numatrace balancing --measure 0.01 --rounds 1 --pid $$ --json \
		>"$out.json" &&
		grep -q 'of the processes asked for' "$out.json"
}

# What was measured until then is shown.
failing_later() {
	says 1 'exited with status 3' \
		numatrace balancing --measure 0.01 --rounds 1 --json -- \
		sh -c "[ \$(cat $sysctl) = 1 ] || exit 3" &&
		grep -q 'Ended early, after 1 of 2 rounds' "$out" &&
		balancing_is 1 && setting_is measure_cost 0
}

# A round without a hook lacks numbers, and says why.
says_what_lacks() {
	numatrace hooks --disable outcome &&
		numatrace balancing --measure 0.01 --rounds 1 --json \
			>"$out.json" &&
		! grep -q '"fault_time":[0-9]' "$out.json" &&
		! grep -q '"cpu_share":[0-9]' "$out.json" &&
		grep -q 'fault is not measured: .*outcome' "$out.json"
	_status=$?
	numatrace hooks --enable outcome
	return $_status
}

no_accesses_while_off() {
	echo 0 >$sysctl && numatrace balancing >"$out" 2>"$err" &&
		grep -q '^accesses sampled  *- ' "$out"
	_status=$?
	echo 1 >$sysctl
	return $_status
}

failing_commands() {
	says 1 'exited with status 3' \
		numatrace balancing --measure 1 -- sh -c 'exit 3' &&
		balancing_is 1 &&
		says 1 'cannot execute /nowhere' \
			numatrace balancing --measure 1 -- /nowhere &&
		balancing_is 1 && setting_is measure_cost 0
}

# until_off COMMAND...: runs --measure --off in the foreground, as what runs in
# the background ignores SIGINT, and the command once balancing is off. Rounds
# end with their counter, which waits until that has been done.
until_off() {
	rm -f "$out.pid" "$out.go" "$out.done"
	{
		wait_for balancing_is 0 && "$@" && touch "$out.done"
		touch "$out.go"
	} &
	# shellcheck disable=SC2016 # expanded by the inner shell
	setsid sh -c 'echo $$ >"$0.pid"; exec numatrace balancing --measure 0.01 \
		--rounds 1 --off --json --counter-command "$1"' \
		"$out" "[ \$(cat $sysctl) = 1 ] && echo 1 && exit
		until [ -e $out.go ]; do sleep 0.1; done; echo 1" \
		>"$out.json" 2>"$err"
	_status=$?
	wait $!
	return $_status
}

strike() {
	kill -s "$1" "$(cat "$out.pid")"
}

# As the terminal does: also the counter.
strike_all() {
	kill -s "$1" "-$(cat "$out.pid")"
}

# interrupted STRIKE SIGNAL: while balancing is off.
interrupted() {
	until_off "$@"
	_status=$?
	shift
	[ -e "$out.done" ] && [ $_status -gt 128 ] &&
		[ "$(kill -l $((_status - 128)))" = "$1" ] &&
		balancing_is 1 && setting_is measure_cost 0 &&
		grep -q 'Ended early, after 1 of 2 rounds' "$out.json"
}

restores_after_signals() {
	interrupted strike INT && interrupted strike TERM &&
		interrupted strike HUP && interrupted strike_all INT
}

# As an administrator could do, who then has the last word.
set_to_two() {
	echo 2 >$sysctl
}

# A round in which that happened is of neither kind.
leaves_what_others_set() {
	! until_off set_to_two && [ -e "$out.done" ] && balancing_is 2 &&
		grep -q 'Somebody else has changed' "$out.json" &&
		grep -q 'Ended early, after 1 of 2 rounds' "$out.json" &&
		grep -q 'in a round, which does not count' "$err" &&
		echo 1 >$sysctl
}

another() {
	says 1 'another numatrace balancing' numatrace balancing --measure 1
}

one_at_a_time() {
	until_off another && [ -e "$out.done" ] && balancing_is 1
}

cost_stays_on() {
	numatrace config measure_cost=1 &&
		numatrace balancing --measure 0.01 --rounds 1 >"$out" &&
		setting_is measure_cost 1 && numatrace config measure_cost=0
}

without_the_module() {
	rmmod numatrace
	says 1 'modprobe numatrace' numatrace balancing &&
		grep -q '^Automatic NUMA balancing: normal$' "$out" &&
		says 1 'modprobe numatrace' numatrace balancing --measure 1 &&
		balancing_is 1
	_status=$?
	insmod /lab/numatrace.ko
	return $_status
}

out=/tmp/balancing
err=$out.err
sched=/sys/kernel/debug/sched/numa_balancing
echo 100 >$sched/scan_delay_ms
run_cases shows_how_it_is_set refusals restores_each_mode rounds_take_turns \
	off_alone_needs_on off_rounds_have_no_locality throughput_of_a_command \
	throughput_of_a_counter of_chosen_processes failing_commands \
	failing_later says_what_lacks no_accesses_while_off \
	restores_after_signals leaves_what_others_set one_at_a_time \
	cost_stays_on without_the_module
