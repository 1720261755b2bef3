#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the command tells of samples: those that the module kept, and live.
. "$KTAP"
. "${0%/*}/_lib.sh"

knobs=/sys/kernel/debug/numatrace
group=/sys/fs/cgroup/history-test

last_sequence() {
	numatrace info --json | sed -n 's/.*"last_sequence": *\([0-9]*\).*/\1/p'
}

sampled_to() {
	[ "$(last_sequence)" -ge "$1" ]
}

# Samples that were begun after now, as many as asked for.
new_samples() {
	wait_for sampled_to $(($(last_sequence) + $1 + 1))
}

# sum_from SEQUENCE: what the accesses of all nodes grew by after that sample.
sum_from() {
	numatrace history accesses --samples --json | grep '"node":null' |
		sed 's/.*"sequence":\([0-9]*\),.*"timestamp":\([0-9]*\),.*"value":\([0-9.enul+-]*\),.*/\1 \2 \3/' |
		awk -v from="$1" '
			$1 > from { sum += $3 * ($2 - before) / 1e9 }
			{ before = $2 }
			END { printf "%d\n", sum + 0.5 }'
}

# What samples tell lies between what the kernel counted outside and inside.
rates_add_up() {
	outer=$(vmstat numa_hint_faults)
	new_samples 1
	from=$(last_sequence)
	inner=$(vmstat numa_hint_faults)
	accesses 2000
	inner=$(($(vmstat numa_hint_faults) - inner))
	new_samples 1
	sum=$(sum_from "$from")
	outer=$(($(vmstat numa_hint_faults) - outer))
	[ "$sum" -ge $inner ] && [ "$sum" -le $outer ] && return
	echo "# $inner <= $sum <= $outer"
	return 1
}

local_and_remote_are_all() {
	numatrace history accesses local_accesses remote_accesses --json \
		--samples >"$out"
	/usr/bin/python3 - "$out" <<'EOT'
import json, sys
samples = {}
for line in open(sys.argv[1]):
    value = json.loads(line)
    key = value["sequence"], value["node"]
    samples.setdefault(key, {})[value["metric"]] = value["value"]
assert samples
known = 0
for of in samples.values():
    if of["accesses"] is None:
        continue
    known += 1
    parts = of["local_accesses"] + of["remote_accesses"]
    assert abs(of["accesses"] - parts) < 0.002, of
assert known
EOT
}

last_samples() {
	wait_for sampled_to 12 &&
		[ "$(numatrace history local_accesses --last 10 --node 0 -rn \
			-o COUNT)" = 10 ] &&
		[ "$(numatrace history faults --last 3 --node 0,1 --samples \
			-rn | wc -l)" = 6 ]
}

nodes_and_their_sum() {
	[ "$(numatrace history faults --last 3 -rn -o NODE | xargs)" = \
		"0 1 all" ]
}

percentiles_are_in_order() {
	numatrace history faults --node 0 -rn -o MIN,MEDIAN,P95,P99,MAX |
		awk '{ for (i = 1; i < 5; i++) if ($i > $(i + 1)) exit 1 }'
}

# Enough of it for each sample, and no more than there are.
course() {
	LC_ALL=C numatrace history faults --node 0 --last 5 -n -o HISTORY >"$out"
	[ "$(wc -c <"$out")" = 6 ] && grep -qx '[_.~=+*#-]*' "$out"
}

overview() {
	numatrace history >"$out" && grep -q 'counters per second' "$out" &&
		for metric in accesses locality migrations faults cpu_busy mem_free; do
			grep -q "^$metric " "$out" || return 1
		done
}

nothing_since_now() {
	says 0 'no sample of that time' numatrace history --since 0s &&
		[ ! -s "$out" ]
}

# One may be in the making, before none comes for an hour.
since() {
	echo 3600000 >$knobs/sample_interval_max_ms
	echo 3600000 >$knobs/sample_interval_ms
	wait_for nothing_since_now
	ret=$?
	echo 100 >$knobs/sample_interval_ms
	[ $ret = 0 ] &&
		numatrace history faults --since 1d --node 0 -rn -o COUNT >"$out" &&
		[ "$(cat "$out")" -ge 10 ]
}

# of_cgroup COLUMNS [OPTION...]: a line for the cgroup of the test.
of_cgroup() {
	_columns=$1
	shift
	numatrace history accesses --cgroup history-test -rn -o "$_columns" "$@"
}

has_accesses() {
	of_cgroup CGROUP,MAX 2>/dev/null |
		awk '$1 == "/history-test" && $2 > 0 { found = 1 }
			END { exit !found }'
}

cgroups_have_a_history() {
	numatrace config sample_cgroups=4
	mkdir $group
	_remote 16 1 0 >/dev/null &
	pid=$!
	echo $pid >$group/cgroup.procs
	wait_for has_accesses
	ret=$?
	kill $pid
	wait $pid
	return $ret
}

# The row stays as long as the cgroup does.
cgroups_in_json() {
	numatrace history --cgroup history-test --json --last 3 >"$out" &&
		numatrace watch accesses --cgroup history-test 2 --json \
			>>"$out" &&
		/usr/bin/python3 - "$out" <<'EOT'
import json, sys
kinds, metrics = set(), set()
for line in open(sys.argv[1]):
    document = json.loads(line)
    if document["type"] not in ("sample", "summary"):
        continue
    assert document["cgroup"] == "/history-test", document
    assert document["cgroup_id"] > 0 and document["node"] is None, document
    kinds.add(document["type"])
    metrics.add(document["metric"])
assert kinds == {"sample", "summary"}, kinds
assert metrics == {"accesses", "locality", "numa_pages_migrated"}, metrics
EOT
}

cgroups_are_watched() {
	numatrace watch accesses --cgroup history-test 2 >"$out" &&
		head -n 1 "$out" | grep -q '^TIME  *ACCESSES  CGROUP$' &&
		[ "$(grep -c '^[0-9:.]* .*  /history-test$' "$out")" = 2 ]
}

nothing_attributed() {
	[ "$(of_cgroup COUNT,MAX --last 1 2>/dev/null)" = "0 -" ]
}

not_attributed_is_not_zero() {
	numatrace config track_cgroups=0
	wait_for nothing_attributed &&
		says 0 'track_cgroups=1' of_cgroup COUNT --last 1
	ret=$?
	numatrace config track_cgroups=1
	return $ret
}

missing_cgroups_are_told() {
	says 1 'has a cgroup nowhere: .* the 4 with most accesses' \
		numatrace history --cgroup nowhere &&
		says 2 'no metric of cgroups.*: faults' \
			numatrace history faults --cgroup history-test &&
		says 2 'either --node or --cgroup' \
			numatrace watch --node 0 --cgroup history-test &&
		says 1 'needs CAP_' /usr/bin/setpriv --reuid 65534 \
			--regid 65534 --clear-groups \
			numatrace history --cgroup history-test || return 1
	rmdir $group
	numatrace config sample_cgroups=0
	says 1 'sample_cgroups=16' numatrace history --cgroup history-test &&
		says 1 'sample_cgroups=16' numatrace watch --cgroup history-test
}

nothing_sampled() {
	[ "$(numatrace history locality --last 1 --node 0 -rn -o COUNT,MAX \
		2>/dev/null)" = \
		"0 -" ]
}

# What balancing armed before may still be accessed for a while.
not_sampled_is_not_zero() {
	sysctl -qw kernel.numa_balancing=0
	wait_for nothing_sampled &&
		says 0 'sysctl kernel.numa_balancing=1' numatrace history locality
	ret=$?
	sysctl -qw kernel.numa_balancing=1
	return $ret
}

allocations_not_counted() {
	sysctl -qw vm.numa_stat=0
	says 0 'sysctl vm.numa_stat=1' numatrace history alloc_hit --node 0 -rn \
		-o COUNT && [ "$(cat "$out")" = 0 ]
	ret=$?
	sysctl -qw vm.numa_stat=1
	return $ret
}

# Every line is a document of one kind, and the same keys are in all of a kind.
json_lines() {
	numatrace history --json --last 3 >"$out" &&
		/usr/bin/python3 - "$out" <<'EOT'
import json, re, sys
keys = {}
for line in open(sys.argv[1]):
    document = json.loads(line)
    assert all(re.fullmatch("[a-z_]+", key) for key in document), document
    kind = document["type"]
    assert keys.setdefault(kind, set(document)) == set(document)
assert set(keys) == {"sample", "summary"}, keys
assert {"sequence", "time", "node", "metric", "value"} <= keys["sample"]
assert {"metric", "node", "median", "max"} <= keys["summary"]
EOT
}

list_of_metrics() {
	numatrace history --list --json | grep -q '"metric": *"local_accesses"' &&
		numatrace history --list | grep -q NUMA_HINT_FAULTS
}

wrong_usage() {
	says 2 'no such metric.*: nonsense' numatrace history nonsense &&
		says 2 'not a time' numatrace history --since tomorrow &&
		says 2 'not a number' numatrace history --last 0 &&
		says 2 'list of nodes' numatrace history --node x &&
		says 0 'node 9 is not online' numatrace history --node 9 &&
		says 2 'needs --samples' numatrace history --json -o COUNT &&
		says 2 'no such metric.*: nonsense' numatrace watch nonsense &&
		says 2 'not a number' numatrace watch 1x
}

info_tells_of_the_sampler() {
	numatrace info | grep -q '^Last sample: *[1-9]' &&
		numatrace info --json | grep -q '"sample_interval_ms": *100'
}

cpu_time() {
	[ "$(numatrace nodes -rn -o CPU-TIME | grep -c '^[0-9]*\.[0-9]*$')" = 2 ]
}

watch_a_while() {
	numatrace watch faults mem_free 3 >"$out" &&
		head -n 1 "$out" | grep -q 'TIME.*NODE.*FAULTS.*MEM_FREE' &&
		[ "$(grep -c '^[0-9:.]* *\(0\|1\|all\) ' "$out")" = 9 ]
}

# In order, and whatever is missing is told.
watch_in_order() {
	numatrace watch faults 5 --node 0 --json >"$out" &&
		/usr/bin/python3 - "$out" <<'EOT'
import json, sys
last, missed, samples = None, 0, 0
for line in open(sys.argv[1]):
    document = json.loads(line)
    if document["type"] == "missed":
        missed = document["samples"]
    if document["type"] != "sample":
        continue
    assert document["value"] is not None, document
    if last:
        assert document["sequence"] == last + 1 + missed, document
    last, missed, samples = document["sequence"], 0, samples + 1
assert samples == 5
EOT
}

wrote() {
	[ -s "$1" ]
}

# ends_by SIGNAL: it ends with status 0 at once. In the foreground, as what runs
# in the background ignores SIGINT.
ends_by() {
	: >"$out"
	{
		wait_for wrote "$out"
		kill -s "$1" "$(cat "$err")"
	} &
	sh -c 'echo $$ >"$0"; exec numatrace watch faults' "$err" >"$out"
	status=$?
	wait $!
	return $status
}

signals_end_it() {
	ends_by TERM && ends_by INT
}

longer_than() {
	[ "$(wc -l <"$out")" -gt "$1" ]
}

# Whoever has a signal ignored does not mean it.
ignored_signal_is_ignored() {
	: >"$out"
	numatrace watch faults >"$out" 2>&1 &
	pid=$!
	wait_for wrote "$out"
	kill -s INT $pid
	wait_for longer_than $(($(wc -l <"$out") + 9))
	ret=$?
	kill $pid
	wait $pid && return $ret
}

full_disk_is_told() {
	numatrace watch faults >/dev/full 2>"$err"
	[ $? = 1 ] && grep -q 'cannot write' "$err" || return 1
	numatrace watch faults --json >/dev/full 2>"$err"
	[ $? = 1 ] && grep -q 'cannot write' "$err"
}

closed_pipe_ends_it() {
	: >"$err"
	{ numatrace watch faults; echo $? >"$err"; } | head -n 1 >"$out"
	wait_for wrote "$err" && [ "$(cat "$err")" = 0 ] &&
		grep -q FAULTS "$out"
}

asleep() {
	stopped "$1"
}

lost_some() {
	grep -q '"type":"missed","samples":[1-9]' "$out"
}

# Room for a few messages only, and nobody who reads them.
slow_reader_is_told() {
	room=$(sysctl -n net.core.rmem_max)
	sysctl -qw net.core.rmem_max=4096
	: >"$out"
	/usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups \
		numatrace watch faults --json >"$out" &
	pid=$!
	wait_for wrote "$out"
	kill -s STOP $pid
	wait_for asleep $pid
	new_samples 20
	kill -s CONT $pid
	wait_for lost_some
	ret=$?
	kill $pid
	wait $pid
	sysctl -qw net.core.rmem_max="$room"
	return $ret
}

told() {
	grep -q "\"type\":\"finding\".*\"over\":$1.*cpu-imbalance" "$out"
}

# One CPU of node 0 is busy, and then it is not.
findings_are_told() {
	echo 1000 >$knobs/detect_window_ms
	: >"$out"
	numatrace watch faults --json >"$out" &
	pid=$!
	taskset 1 sh -c 'while :; do :; done' &
	loop=$!
	wait_for told false
	ret=$?
	kill $loop
	wait $loop
	[ $ret = 0 ] && wait_for told true
	ret=$?
	kill $pid
	wait $pid
	return $ret
}

module_goes_away() {
	: >"$out"
	numatrace watch faults >"$out" 2>"$err" &
	pid=$!
	wait_for wrote "$out"
	rmmod numatrace
	wait $pid
	status=$?
	[ $status = 1 ] && grep -q 'was unloaded' "$err" &&
		says 1 'modprobe numatrace' numatrace watch &&
		says 1 'modprobe numatrace' numatrace history
	ret=$?
	insmod /lab/numatrace.ko
	return $ret
}

out=$(mktemp)
err=$(mktemp)
chmod 666 "$out"
echo 10000 >$knobs/history_size
echo 1 >$knobs/sample_backoff
echo 100 >$knobs/sample_interval_ms
run_cases rates_add_up local_and_remote_are_all last_samples \
	nodes_and_their_sum percentiles_are_in_order course overview since \
	cgroups_have_a_history cgroups_in_json cgroups_are_watched \
	not_attributed_is_not_zero missing_cgroups_are_told \
	not_sampled_is_not_zero allocations_not_counted json_lines \
	list_of_metrics wrong_usage info_tells_of_the_sampler cpu_time \
	watch_a_while watch_in_order signals_end_it \
	ignored_signal_is_ignored full_disk_is_told closed_pipe_ends_it \
	slow_reader_is_told findings_are_told module_goes_away
