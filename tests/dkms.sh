#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# DKMS, in trees of its own, makes of the sources the module that the guests
# load, and takes all of it away again; a kernel that cannot serve it leaves out.
set -eu

cd "$(dirname "$0")/.."
cache=$(tests/setup --print-cache)
. "$cache/linux-source/tools/testing/selftests/kselftest/ktap_helpers.sh"
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree"

# A kernel as -rt is.
rt=6.1.0-99-rt-amd64

dkms_in_trees() {
	dkms "$@" --dkmstree "$work/tree" --sourcetree "$work/src" \
		--installtree "$work/modules" --no-depmod >"$work/log" 2>&1
}

show_log() {
	sed 's/^/# /' "$work/log"
	return 1
}

dkms_run() {
	command=$1
	shift
	dkms_in_trees "$command" -m numatrace -v "$version" "$@" || show_log
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

# headers OPTION [FILE...]: of a kernel that lacks OPTION, with FILEs that say so.
headers() {
	config=$cache/kernels/6.1/build/include/config/auto.conf
	lacking=$1
	shift
	rm -rf "$work/headers"
	mkdir -p "$work/headers/include/config"
	for file; do
		grep -vx "$lacking=y" "$config" >"$work/headers/$file"
	done
}

# What apt runs as a kernel comes. It must not fail, or the upgrade does.
autoinstall() {
	mkdir -p "$work/modules/$1"
	dkms_in_trees autoinstall -k "$1" --kernelsourcedir "$2" || show_log
}

is_installed() {
	find "$work/modules/$1" -name 'numatrace.ko*' | grep -q .
}

autoinstalls() {
	release=$(basename "$(readlink -f "$cache/kernels/$1")")
	autoinstall "$release" "$cache/kernels/$1/build" &&
		is_installed "$release"
}

leaves_out() {
	kernel=$1
	shift
	headers "$@"
	autoinstall "$kernel" "$work/headers" || return
	! is_installed "$kernel" || return
	dkms_in_trees install -m numatrace -v "$version" -k "$kernel" \
		--kernelsourcedir "$work/headers" || :
	grep -q 'should not be built' "$work/log" || show_log
}

# serves KERNEL HEADERS: whether dkms 2.8 would build for it, which reads the file
# in this manner and knows of BUILD_EXCLUSIVE_KERNEL and no more.
serves() {
	# shellcheck disable=SC2016 # bash's variables
	bash -c 'read_conf() {
		local kernelver=$1
		kernel_source_dir=$2
		(. ./dkms.conf >/dev/null; echo "$BUILD_EXCLUSIVE_KERNEL")
	}
	[[ $1 =~ $(read_conf "$@") ]]' bash "$@"
}

needs() {
	sed -n '/^#ifndef CONFIG_/ {
		N
		s/^#ifndef \(CONFIG_[0-9A-Z_]*\)\n#error.*/\1/p
	}' kmod/compat/compat.h
}

is_particular() {
	[ -n "$(needs)" ] || return
	for option in $(needs); do
		headers "$option" include/config/auto.conf
		! serves $rt "$work/headers" || {
			echo "# $option is not asked for"
			return 1
		}
	done
	# Neither what is there nor what cannot be known is an obstacle.
	headers CONFIG_NONE include/config/auto.conf
	serves $rt "$work/headers" && serves $rt "$work/none" &&
		serves 6.12.1 "$cache/kernels/6.12/build" &&
		serves 7.3-rc1 "$work/none" && serves 10.0.1 "$work/none" &&
		! serves 6.0.9-9 "$work/none" && ! serves 5.15.0 "$work/none"
}

# What does not build for a kernel has one in its place that says so: an upgrade
# that brings such a kernel succeeds.
refuses() {
	tests/_other_kernel "$work/other" more
	! NUMATRACE_OR_FAIL=y dkms_in_trees build -m numatrace -v "$version" \
		-k 6.99.0-other --kernelsourcedir "$work/other/build" &&
		dkms_run build -k 6.99.0-other \
			--kernelsourcedir "$work/other/build" &&
		[ -n "$(modinfo -F refuses "$(find \
			"$work/tree/numatrace/$version/6.99.0-other" \
			-name 'numatrace.ko*')")" ]
}

removed() {
	dkms_run remove --all && ! test -e "$work/tree/numatrace"
}

ktap_print_header
ktap_set_plan 13
ktap_test_result "dkms add" add
for kernel in 6.1 6.12; do
	ktap_test_result "dkms build for $kernel" build $kernel
	ktap_test_result "the $kernel module is the one that guests load" \
		same $kernel
done
ktap_test_result "dkms.conf asks for what the module needs" is_particular
lacks=CONFIG_NUMA_BALANCING
ktap_test_result "an -rt kernel is left out" \
	leaves_out $rt $lacks include/config/auto.conf .config
ktap_test_result "an -rt kernel is left out, whose headers have no .config" \
	leaves_out $rt $lacks include/config/auto.conf
ktap_test_result "a kernel is left out that is too old" \
	leaves_out 5.10.0-9-amd64 CONFIG_NONE include/config/auto.conf
for kernel in 6.1 6.12; do
	ktap_test_result "dkms autoinstall for $kernel" autoinstalls $kernel
done
ktap_test_result "a kernel that it does not build for has one that refuses" \
	refuses
ktap_test_result "dkms remove leaves nothing" removed
ktap_finished
