#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Settings that outlive the module: systemd and udev apply them whenever it is
# loaded, as they are installed.
. "$KTAP"
. "${0%/*}/_lib.sh"

conf=/etc/numatrace/numatrace.conf
service=numatrace-config.service
built=${0%/*/*}/build/tools

# As it is installed; the command is there already.
install_all() {
	program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$built/$service")
	mkdir -p "${program%/*}" /etc/udev/rules.d "${conf%/*}"
	[ -e "$program" ] || cp /usr/bin/numatrace "$program"
	cp "$built/$service" /etc/systemd/system/
	cp "$built/60-numatrace.rules" /etc/udev/rules.d/
	systemctl daemon-reload
}

# or_what_it_says COMMAND...: shows what the service said if that fails.
or_what_it_says() {
	"$@" && return
	journalctl --no-pager --unit $service --unit systemd-udevd |
		sed 's/^/# /'
	return 1
}

# has NAME VALUE
has() {
	[ "$(numatrace config -rn -o NAME,VALUE | sed -n "s/^$1 //p")" = "$2" ]
}

udev_starts() {
	install_all && or_what_it_says systemctl start systemd-udevd.service
}

# The guest has loaded the module before, as an initramfs may: once udev is
# there it is told of all that came before it.
loaded_before() {
	echo history = 76 >$conf &&
		udevadm trigger --type=all --action=add \
			--subsystem-match=module &&
		or_what_it_says wait_for has history 76 &&
		wait_for ended_with success
}

is_over() {
	[ "$(systemctl show --property=ActiveState --value $service)" = \
		inactive ]
}

loaded_with_settings() {
	rmmod numatrace && wait_for is_over || return 1
	printf 'profile = low-overhead\nhistory = 77 # few\n' >$conf
	insmod /lab/numatrace.ko &&
		or_what_it_says wait_for has history 77 &&
		has sample_interval_ms 10000 && has measure_cost 0 &&
		wait_for ended_with success &&
		[ "$(state outcome)" = off ]
}

ended_with() {
	[ "$(systemctl show --property=Result --value $service)" = "$1" ] &&
		[ "$(systemctl show --property=ActiveState --value $service)" \
			!= activating ]
}

loaded_again() {
	rmmod numatrace && wait_for is_over && echo history = 78 >$conf &&
		insmod /lab/numatrace.ko &&
		or_what_it_says wait_for has history 78 &&
		has sample_interval_ms 1000 && [ "$(state outcome)" = ftrace ]
}

# It says what is wrong in which line, and changes nothing.
loaded_with_wrong_settings() {
	rmmod numatrace && wait_for is_over &&
		printf 'history = 79\nnonsense = 1\n' >$conf &&
		insmod /lab/numatrace.ko &&
		or_what_it_says wait_for ended_with exit-code &&
		wait_for says_wrong_line && has history 1000
}

says_wrong_line() {
	journalctl --no-pager --unit $service |
		grep -q "$conf:2: there is no setting nonsense"
}

# What an administrator does after correcting it.
started_by_hand() {
	echo history = 80 >$conf && systemctl restart $service &&
		has history 80
}

no_jobs() {
	[ -z "$(systemctl list-jobs --no-legend)" ]
}

# All that udev and systemd were about to do is done. udev has told systemd when
# it has settled; that begins with a job.
settled() {
	udevadm settle && wait_for no_jobs
}

invocation() {
	systemctl show --property=InvocationID --value $service
}

# Being told again changes nothing that was set meanwhile.
told_again() {
	_before=$(invocation)
	numatrace config history=81 && echo history = 82 >$conf &&
		udevadm trigger --type=all --action=add \
			--subsystem-match=module &&
		settled && [ "$(invocation)" = "$_before" ] && has history 81
}

loaded_without_a_file() {
	rmmod numatrace && rm $conf && insmod /lab/numatrace.ko &&
		settled && has history 1000 &&
		systemctl start $service && has history 1000
}

run_cases udev_starts loaded_before loaded_with_settings loaded_again \
	loaded_with_wrong_settings started_by_hand told_again \
	loaded_without_a_file
