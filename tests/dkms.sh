#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# DKMS, in trees of its own, makes of the sources the module that the guests
# load, and takes all of it away again.
set -eu

cd "$(dirname "$0")/.."
cache=$(tests/setup --print-cache)
. "$cache/linux-source/tools/testing/selftests/kselftest/ktap_helpers.sh"
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree"

dkms_run() {
	command=$1
	shift
	dkms "$command" -m numatrace -v "$version" --dkmstree "$work/tree" \
		--sourcetree "$work/src" "$@" >"$work/log" 2>&1 || {
		sed 's/^/# /' "$work/log"
		return 1
	}
}

add() {
	make -s dkms-source DESTDIR="$work" sourcetree=/src && dkms_run add
}

build() {
	release=$(basename "$(readlink -f "$cache/kernels/$1")")
	dkms_run build -k "$release" \
		--kernelsourcedir "$cache/kernels/$1/build"
}

# What is defined, with its size. gcc puts functions of one file in an order that
# depends on the file's path, so that the bytes differ.
symbols() {
	nm --print-size --defined-only "$1" |
		awk 'NF == 4 { print $2, $3, $4 }' | sort
}

# DKMS strips and may sign: compare what is loaded, and the versions.
same() {
	release=$(basename "$(readlink -f "$cache/kernels/$1")")
	ours=build/$release/numatrace.ko
	theirs=$(find "$work/tree/numatrace/$version/$release" -name '*.ko*')
	case $theirs in
	*.xz) xz -dk "$theirs" && theirs=${theirs%.xz} ;;
	esac
	for field in version srcversion vermagic; do
		test "$(modinfo -F $field "$ours")" = \
			"$(modinfo -F $field "$theirs")" || return 1
	done
	symbols "$ours" >"$work/a"
	symbols "$theirs" >"$work/b"
	test -s "$work/a" && cmp "$work/a" "$work/b"
}

removed() {
	dkms_run remove --all && ! test -e "$work/tree/numatrace"
}

ktap_print_header
ktap_set_plan 6
ktap_test_result "dkms add" add
for kernel in 6.1 6.12; do
	ktap_test_result "dkms build for $kernel" build $kernel
	ktap_test_result "the $kernel module is the one that guests load" \
		same $kernel
done
ktap_test_result "dkms remove leaves nothing" removed
ktap_finished
