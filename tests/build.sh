#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The module builds for every kernel at hand without a word, and for a kernel
# that lacks a needed option it does not build, and says which one.
set -eu

cd "$(dirname "$0")/.."
cache=$(tests/setup --print-cache)
. "$cache/linux-source/tools/testing/selftests/kselftest/ktap_helpers.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build KERNEL [MAKE-ARGUMENT...]: prints what the compiler says.
build() {
	kernel=$1
	shift
	rm -rf "$work/module"
	mkdir "$work/module"
	cp -r Kbuild kmod uapi dkms.conf "$work/module/"
	# No BTF in a module is no fault of the module's.
	make -s -C "$cache/kernels/$kernel/build" M="$work/module" W=1 \
		"$@" modules 2>&1 | grep -v -e '^Skipping BTF' || :
}

silent() {
	build "$@" >"$work/out"
	sed 's/^/# /' "$work/out"
	test ! -s "$work/out" && test -f "$work/module/numatrace.ko"
}

refused() {
	echo "#undef $2" >"$work/undef.h"
	build "$1" KCFLAGS="-include $work/undef.h" >"$work/out"
	grep -q "numatrace needs .*$2" "$work/out" &&
		test ! -f "$work/module/numatrace.ko"
}

options="CONFIG_NUMA_BALANCING CONFIG_MIGRATION CONFIG_VM_EVENT_COUNTERS
	CONFIG_NET CONFIG_EVENT_TRACING"

ktap_print_header
ktap_set_plan 14
for kernel in 6.1 6.12; do
	ktap_test_result "$kernel builds without a warning" silent $kernel
	ktap_test_result "$kernel builds with the self test" \
		silent $kernel NUMATRACE_SELFTEST=y
	for option in $options; do
		ktap_test_result "$kernel without $option is refused" \
			refused $kernel "$option"
	done
done
ktap_finished
