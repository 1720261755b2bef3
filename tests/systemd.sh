#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Units and containers as systemd has them, in a guest that runs it: what bind
# sets and where, that undo takes it back, and numatraced as the unit it is.
. "$KTAP"
. "${0%/*}/_lib.sh"

cgroups=/sys/fs/cgroup/system.slice
rules=/etc/numatrace/rules.d

# Two containers: how people write their ids, and the rest of those.
bound=3f2a9b1c0d4e
ruled=0a1b2c3d4e5f
rest=5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8

# start NAME [OPTION...]: a service of one process, whose number is $pid.
start() {
	_unit=$1.service
	shift
	systemd-run --quiet --unit="$_unit" "$@" /usr/bin/sleep 1000 &&
		pid=$(systemctl show --property=MainPID --value "$_unit") &&
		wait_for is_sleep
}

# A container's only process, as its runtime has systemd start it.
start_container() {
	systemd-run --quiet --scope --unit="docker-$1$rest.scope" sleep 1000 &
	pid=$!
	wait_for is_sleep
}

is_sleep() {
	grep -qx sleep "/proc/$pid/comm"
}

allowed() {
	sed -n 's/^\(Cpu\|Mem\)s_allowed_list:.//p' "/proc/$1/status" | xargs
}

is_allowed() {
	[ "$(allowed "$1")" = "$2 $3" ]
}

# has PID CPUS NODES: what the kernel leaves to it, whoever has set it. It may
# take a while: systemd answers before it writes files, and takes them away.
has() {
	wait_for is_allowed "$@" && return
	echo "# process $1 has $(allowed "$1"), not $2 $3"
	return 1
}

# property UNIT NAME VALUE
property() {
	_value=$(systemctl show --property="$2" --value "$1")
	[ "$_value" = "$3" ] && return
	echo "# $1 has $2=$_value, not $3"
	return 1
}

# does COMMAND...: shows what it says if it fails.
does() {
	"$@" >"$out" 2>&1 && return
	echo "# $*: status $?"
	sed 's/^/# /' "$out"
	return 1
}

# binds TARGET OPTION...: without measuring what came of it.
binds() {
	does numatrace bind "$@" --observe 0
}

undone() {
	does numatrace undo
}

service() {
	start service && binds service.service --membind=1 &&
		property service.service AllowedMemoryNodes 1 &&
		has "$pid" 0-3 1
}

service_undo() {
	undone && property service.service AllowedMemoryNodes '' &&
		has "$pid" 0-3 0-1
}

service_with_cpus() {
	binds service.service --cpunodebind=0 --membind=0 &&
		has "$pid" 0-1 0 && undone &&
		has "$pid" 0-3 0-1
}

# Properties that it had before are what undo restores.
service_with_properties() {
	start limited --property=AllowedMemoryNodes=0 &&
		has "$pid" 0-3 0 &&
		binds limited.service --membind=1 && has "$pid" 0-3 1 &&
		undone && property limited.service AllowedMemoryNodes 0 &&
		has "$pid" 0-3 0
}

# Of a unit that has a file, what was set outlives that it stops.
service_that_stopped() {
	printf '[Service]\nExecStart=/usr/bin/sleep 1000\n' \
		>/run/systemd/system/kept.service &&
		systemctl daemon-reload && systemctl start kept.service &&
		binds kept.service --membind=1 &&
		systemctl stop kept.service &&
		property kept.service AllowedMemoryNodes 1 && undone &&
		property kept.service AllowedMemoryNodes '' &&
		systemctl start kept.service &&
		has "$(systemctl show --property=MainPID --value kept.service)" \
			0-3 0-1
}

# One that is there no more needs nothing.
service_that_went() {
	start gone && binds gone.service --membind=1 &&
		systemctl stop gone.service &&
		property gone.service LoadState not-found && undone
}

has_processes() {
	[ "$(wc -l 2>/dev/null <"$2/cgroup.procs")" = "$1" ]
}

# A process that is not all of its unit has no cpuset of its own.
part_of_a_service() {
	systemd-run --quiet --unit=pair.service \
		sh -c 'sleep 1000 & exec sleep 1000' || return 1
	wait_for has_processes 2 $cgroups/pair.service || return 1
	pid=$(systemctl show --property=MainPID --value pair.service)
	binds "$pid" --membind=1 && grep -q 'not covered' "$out" &&
		property pair.service AllowedMemoryNodes '' &&
		has "$pid" 0-3 0-1 && undone
}

# A unit whose processes are in two cgroups of its own.
start_delegated() {
	systemd-run --quiet --unit=delegated.service --property=Delegate=cpuset \
		sh -c "cd $cgroups/delegated.service && mkdir rest work &&
			echo 0 >rest/cgroup.procs &&
			echo +cpuset >cgroup.subtree_control &&
			{ (echo 0 >work/cgroup.procs && exec /usr/bin/sleep 1000) &
				wait; }" &&
		wait_for has_processes 1 "$work" &&
		wait_for has_processes 1 "$work/../rest" &&
		pid=$(cat "$work/cgroup.procs") && return
	journalctl --no-pager --unit delegated.service | sed 's/^/# /'
	return 1
}

# What is not all of a unit is set in its own files. The kernel does not let one
# with processes be emptied again: undo leaves there what it has from above.
delegated() {
	work=$cgroups/delegated.service/work
	start_delegated &&
		binds cgroup:/system.slice/delegated.service/work --membind=1 &&
		has "$pid" 0-3 1 && [ "$(cat "$work/cpuset.mems")" = 1 ] &&
		property delegated.service AllowedMemoryNodes '' &&
		undone && has "$pid" 0-3 0-1
}

container() {
	start_container $bound && binds $bound --membind=1 &&
		property docker-$bound$rest.scope AllowedMemoryNodes 1 &&
		has $pid 0-3 1 && undone && has $pid 0-3 0-1
}

# Where a filter refuses the calls with that error, as that of a container does.
bind_filtered() {
	systemd-run --quiet --unit=filtered.service --property=Type=oneshot \
		--property=StandardOutput="truncate:$out" \
		--property=SystemCallErrorNumber="$1" \
		--property=SystemCallFilter='~move_pages migrate_pages' \
		/usr/bin/numatrace bind blocked.service --membind=1 --observe 0
}

# Then nothing is done, and it says why.
filtered() {
	! bind_filtered "$1" 2>/dev/null &&
		property filtered.service ExecMainStatus 1 &&
		grep -q seccomp "$out" && has "$pid" 0-3 0-1 &&
		property blocked.service AllowedMemoryNodes '' &&
		systemctl reset-failed filtered.service && return
	sed "s/^/# $1: /" "$out"
	return 1
}

calls_are_filtered() {
	start blocked && filtered EPERM && filtered ENOSYS
}

# As it is installed. The unit sees none of the folders where it may lie here.
install_daemon() {
	built=${0%/*/*}/build/tools
	program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$built/numatraced.service")
	mkdir -p "${program%/*}" $rules
	cp "$built/numatraced" "$program"
	cp "$built/numatraced.service" /etc/systemd/system/
	systemctl daemon-reload
}

# or_what_it_says COMMAND...: shows the daemon's log if that fails.
or_what_it_says() {
	"$@" && return
	journalctl --no-pager --unit numatraced.service | sed 's/^/# /'
	return 1
}

# Nobody starts it again and again: it would be just as wrong.
daemon_with_a_wrong_rule() {
	install_daemon
	echo 'comm=x : --membind=99' >$rules/wrong.conf
	! systemctl start numatraced.service 2>/dev/null &&
		wait_for systemctl is-failed --quiet numatraced.service &&
		property numatraced.service ExecMainStatus 78 &&
		property numatraced.service NRestarts 0
	ret=$?
	rm $rules/wrong.conf
	systemctl stop numatraced.service
	systemctl reset-failed numatraced.service
	return $ret
}

# Of type notify: it is started when it says so.
daemon_starts() {
	echo 'unit=early.service : --membind=1' >$rules/lab.conf
	echo 'unit=late.service : --membind=1' >>$rules/lab.conf
	echo "container=$ruled : --membind=1" >>$rules/lab.conf
	start early || return 1
	early=$pid
	or_what_it_says systemctl start numatraced.service &&
		property numatraced.service ActiveState active
}

rule_for_a_unit_that_runs() {
	or_what_it_says has "$early" 0-3 1 &&
		property early.service AllowedMemoryNodes 1
}

rule_for_a_unit_that_starts() {
	start other && other=$pid &&
		start late && or_what_it_says has "$pid" 0-3 1 &&
		property late.service AllowedMemoryNodes 1
}

rule_for_a_container_that_starts() {
	start_container $ruled && or_what_it_says has $pid 0-3 1 &&
		property docker-$ruled$rest.scope AllowedMemoryNodes 1
}

# It started before others that are bound now.
no_rule() {
	has "$other" 0-3 0-1
}

# Rules that are new hold for what runs.
daemon_reloads() {
	echo 'unit=other.service : --membind=0' >>$rules/lab.conf
	systemctl reload numatraced.service &&
		or_what_it_says has "$other" 0-3 0
}

daemon_is_confined() {
	systemd-analyze security --no-pager numatraced.service >"$out" || return
	level=$(sed -n 's/.*exposure level for numatraced.service: \([0-9.]*\) .*/\1/p' "$out")
	ktap_print_msg "exposure level of numatraced.service: $level of 10"
	[ "${level%.*}" -lt 5 ]
}

# It said nothing of a failure, and was not started anew in between.
daemon_stops() {
	property numatraced.service NRestarts 0 &&
		systemctl stop numatraced.service &&
		property numatraced.service Result success &&
		property numatraced.service ActiveState inactive
}

out=$(mktemp)
run_cases service service_undo service_with_cpus service_with_properties \
	service_that_stopped service_that_went \
	part_of_a_service delegated container calls_are_filtered \
	daemon_with_a_wrong_rule daemon_starts rule_for_a_unit_that_runs \
	rule_for_a_unit_that_starts rule_for_a_container_that_starts no_rule \
	daemon_reloads daemon_is_confined daemon_stops
