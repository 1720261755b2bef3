#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# numatraced in the foreground, without systemd: processes that start later and
# that run already, rules that are wrong, that change and that fail.
. "$KTAP"
. "${0%/*}/_lib.sh"

cgroups=/sys/fs/cgroup
id=3f2a9b1c0d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8

# start NAME [CGROUP]: a program of that name, whose number is then in $pid.
start() {
	[ -e "$work/busybox-$1" ] || cp /usr/bin/busybox "$work/busybox-$1"
	sh -c "echo \$\$ >$cgroups${2-}/cgroup.procs &&
		exec $work/busybox-$1 sleep 1000" &
	pid=$!
	started="$started $pid"
	wait_for is_program "$pid" "$1"
}

# soon COMMAND...: waits for it, unless the daemon has died.
soon() {
	wait_for succeeds_or_dead "$@" && "$@"
}

succeeds_or_dead() {
	"$@" || ! kill -0 "$daemon" 2>/dev/null
}

is_program() {
	[ "$(readlink "/proc/$1/exe")" = "$work/busybox-$2" ]
}

# allowed PID Cpus|Mems LIST
allowed() {
	grep -q "^$2_allowed_list:.$3\$" "/proc/$1/status"
}

# is_bound PID: by the rule for processes called "bound".
is_bound() {
	allowed "$1" Cpus 2-3 && allowed "$1" Mems 1
}

# rules FILE LINE...: a file of rules.
rules() {
	_file=$1
	shift
	printf '%s\n' "$@" >"$work/rules/$_file"
}

# daemon: starts it, and waits until it has looked at all that runs.
daemon() {
	numatraced --rules "$work/rules" 2>"$work/log" &
	daemon=$!
	soon logged 'were looked at'
}

logged() {
	grep -q -e "$1" "$work/log"
}

logged_times() {
	[ "$(grep -c -e "$2" "$work/log")" -ge "$1" ]
}

# reload: has it read its rules, and waits until it has acted on them.
reload() {
	_seen=$(grep -c 'were looked at' "$work/log")
	kill -HUP "$daemon"
	soon logged_times $((_seen + 1)) 'were looked at'
}

actions() {
	grep -c '"begin"' /var/lib/numatrace/journal
}

# What the daemon has open when it has nothing to do is then in $descriptors: it
# is in poll(2), and did not run while they were counted. All by the shell, as a
# program that starts wakes it.
has_settled() {
	read -r _before <"/proc/$daemon/schedstat" || return 1
	# It does not end with a newline.
	read -r _where <"/proc/$daemon/wchan" || :
	set -- "/proc/$daemon/fd/"*
	descriptors=$#
	read -r _after <"/proc/$daemon/schedstat" || return 1
	case $_where in
	*poll*) [ "$_before" = "$_after" ] ;;
	*) return 1 ;;
	esac
}

wrong_rules_refuse_the_start() {
	rules 50-wrong.conf '# a comment' 'comm=x : --membind=99'
	numatraced --rules "$work/rules" 2>"$work/log"
	status=$?
	rm "$work/rules/50-wrong.conf"
	[ $status -eq 78 ] && logged '^<3>.*/50-wrong.conf:2: .*99'
}

what_runs_already() {
	start bound && daemon && soon is_bound "$pid" &&
		soon logged '^<6>.*/10-first.conf:2: .*busybox-bound'
}

what_starts_later() {
	start bound && soon is_bound "$pid" &&
		start cpus && soon allowed "$pid" Cpus 0 &&
		allowed "$pid" Mems 0-1
}

# News come in their order: what came before another was looked at.
first_match_only() {
	start none
	none=$pid
	start late && soon allowed "$pid" Cpus 3 && allowed "$none" Cpus 0-3
}

by_name() {
	sh -c 'printf renamed >/proc/self/comm; sleep 1000; :' &
	pid=$!
	started="$started $pid"
	soon allowed "$pid" Cpus 1
}

by_user() {
	cp /usr/bin/busybox "$work/busybox-user"
	# By path: the shell would take its own applet.
	/usr/bin/setpriv --reuid 1235 --clear-groups "$work/busybox-user" \
		sleep 1000 &
	pid=$!
	started="$started $pid"
	soon allowed "$pid" Cpus 1
}

a_cgroup_as_a_whole() {
	mkdir -p $cgroups/web/worker $cgroups/docker/$id
	start web /web/worker && soon allowed "$pid" Mems 1 &&
		[ "$(cat $cgroups/web/cpuset.mems)" = 1 ] &&
		start web /web/worker && soon allowed "$pid" Mems 1
}

a_container() {
	start any "/docker/$id" && soon allowed "$pid" Cpus 0-1 &&
		start any "/docker/$id" && soon allowed "$pid" Cpus 0-1
}

nothing_twice() {
	before=$(actions)
	reload && reload && [ "$(actions)" -eq "$before" ]
}

new_rules_are_read() {
	start fresh && allowed "$pid" Cpus 0-3 &&
		rules 30-new.conf "exe=$work/busybox-fresh : --physcpubind=1" &&
		reload && soon allowed "$pid" Cpus 1
}

wrong_rules_keep_the_former() {
	rules 40-wrong.conf 'nonsense' &&
		reload && logged '/40-wrong.conf:1: ' &&
		logged 'former [0-9]* rules stay' &&
		start bound && soon is_bound "$pid"
	ret=$?
	rm "$work/rules/40-wrong.conf"
	return $ret
}

# A cpuset is in the way of one of them, until it is widened.
failures_are_tried_again() {
	mkdir $cgroups/limited
	echo 1 >$cgroups/limited/cpuset.cpus
	start cpus /limited || return 1
	failing=$pid
	soon logged "^<4>.*pid:$failing .*tried again later" &&
		start bound && soon is_bound "$pid" &&
		allowed "$failing" Cpus 1 || return 1
	echo 0-3 >$cgroups/limited/cpuset.cpus
	soon allowed "$failing" Cpus 0
}

the_module_comes_and_goes() {
	rmmod numatrace && start bound && soon is_bound "$pid" &&
		insmod /lab/numatrace.ko && start bound &&
		soon is_bound "$pid"
}

# Most have ended when the news of them is read, some are being bound then, and
# none of that is a failure.
many_short_ones() {
	start bound && soon is_bound "$pid" || return 1
	wait_for has_settled || return 1
	before=$descriptors
	n=0
	while [ $n -lt 1000 ]; do
		"$work/busybox-bound" true || return 1
		if [ $((n % 20)) -eq 0 ]; then
			"$work/busybox-bound" sleep 0.2 &
		fi
		n=$((n + 1))
	done
	start bound && soon is_bound "$pid" &&
		wait_for has_settled && [ "$descriptors" -eq "$before" ] &&
		! grep -s "^PPid:.$daemon\$" /proc/[0-9]*/status &&
		! grep "^<[0-4]>.*busybox-bound" "$work/log"
}

privileges_are_gone() {
	grep -q '^NoNewPrivs:.1$' "/proc/$daemon/status" &&
		grep -q '^CapPrm:.0000000000880002$' "/proc/$daemon/status" &&
		grep -q '^CapEff:.0000000000880002$' "/proc/$daemon/status"
}

# Also the cgroups that it made for processes that have ended.
ends() {
	# shellcheck disable=SC2086 # numbers
	kill $started
	# shellcheck disable=SC2086
	wait $started 2>/dev/null
	kill "$daemon"
	wait "$daemon" &&
		[ -z "$(find $cgroups/numatrace/* -type d 2>/dev/null)" ]
}

rules_tells_why() {
	numatrace rules --rules "$work/rules" test $$ >"$work/out" 2>&1 &&
		grep -q 'no rule matches' "$work/out" &&
		grep -q '^no .*exe: it is /' "$work/out" &&
		numatrace rules check "$work/rules"
}

echo +cpuset >$cgroups/cgroup.subtree_control
work=$(mktemp -d)
started=
chmod 755 "$work"
mkdir "$work/rules"
rules 10-first.conf '# What the tests start.' \
	"exe=$work/busybox-bound : --cpunodebind=1 --membind=1" \
	"exe=$work/busybox-none : none" \
	"exe=$work/busybox-n* : --physcpubind=0" \
	"exe=$work/busybox-cpus : physcpubind=0" \
	"exe=$work/busybox-late : --physcpubind=3" \
	'cgroup=/web : --membind=1' \
	"container=$id : --cpunodebind=0" \
	'comm=renamed : --physcpubind=1'
rules 20-second.conf 'user=1235 : --physcpubind=1'
run_cases rules_tells_why wrong_rules_refuse_the_start what_runs_already \
	what_starts_later first_match_only by_name by_user \
	a_cgroup_as_a_whole a_container nothing_twice new_rules_are_read \
	wrong_rules_keep_the_former failures_are_tried_again \
	the_module_comes_and_goes many_short_ones privileges_are_gone ends
