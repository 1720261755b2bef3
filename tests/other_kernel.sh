#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The module builds for a kernel that has changed what it uses, and says what it
# leaves out; STRICT=1 does not. Where that does not help, DKMS has something to
# build that says so when it is loaded.
set -eu

cd "$(dirname "$0")/.."
cache=$(tests/setup --print-cache)
. "$cache/linux-source/tools/testing/selftests/kselftest/ktap_helpers.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests/_other_kernel "$work/changed" function tracepoint member counter time
tests/_other_kernel "$work/more" more
tests/_other_kernel "$work/free" free

# build KERNEL ARGUMENT...: anew, and keeps what it prints.
build() {
	kernel=$1
	shift
	rm -rf "$work/module"
	mkdir "$work/module"
	cp -r Kbuild kmod uapi dkms.conf "$work/module/"
	make -s -C "$work/$kernel/build" M="$work/module" "$@" >"$work/out" 2>&1
}

says() {
	grep -q "$1" "$work/out"
}

builds() {
	build changed modules && test -f "$work/module/numatrace.ko" &&
		says 'demoted: this kernel also counts PGDEMOTE_OTHERWISE' &&
		says 'thp_migrate_split: this kernel does not count THP_MIGR'
}

# strict OBJECT WORDS: it alone is asked for.
strict() {
	! build changed NUMATRACE_STRICT=y "kmod/$1.o" && says "$2"
}

# Without rows of processes there is no use in it.
needs() {
	! build free kmod/task.o && says 'tracepoints.h'
}

refuses() {
	! build more modules && build more NUMATRACE_REFUSE=y modules &&
		[ -n "$(modinfo -F refuses "$work/module/numatrace.ko")" ]
}

ktap_print_header
ktap_set_plan 6
ktap_test_result "what changed is left out, with a word" builds
ktap_test_result "STRICT=1 fails on a function" strict hooks 'does not know'
ktap_test_result "STRICT=1 fails on a tracepoint" strict reason 'tracepoints.h'
ktap_test_result "STRICT=1 fails on a counter" \
	strict vmstat 'this kernel also counts PGDEMOTE_OTHERWISE'
ktap_test_result "what all needs is not left out" needs
ktap_test_result "what cannot be left out has a module that refuses" refuses
ktap_finished
