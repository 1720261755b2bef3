#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# From the first `make dkms-install` to the last `make uninstall`, in a chroot of
# Debian 12 with two kernels: what is installed where, what is said, and that in
# the end nothing is left.
set -eu

cd "$(dirname "$0")/../.."
cache=$(tests/setup --print-cache)
. "$cache/linux-source/tools/testing/selftests/kselftest/ktap_helpers.sh"
. tests/host/_root.sh
skip_without_chroot
own_mounts
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
old=$(basename "$(readlink -f "$cache/kernels/6.1")")
new=$(basename "$(readlink -f "$cache/kernels/6.12")")

# A kernel that cannot serve, and one that has no headers.
rt=6.1.0-99-rt-amd64
bare=6.1.0-98-amd64

tree=/root/numatrace
autoload=/etc/modules-load.d/numatrace.conf

finish() {
	status=$?
	trap - EXIT
	umount -l "$root/proc" 2>/dev/null || :
	rm -rf --one-file-system "$work"
	exit $status
}

work=$(mktemp -d)
root=$work/root
trap finish EXIT
trap 'exit 1' INT TERM HUP

make_machine() {
	tar=$(make_root install dkms gcc kmod libelf1 make openssl pahole \
		pkg-config systemd) &&
		mkdir "$root" && tar -xf "$tar" -C "$root" || return
	add_kernel "$root" "$old" && add_kernel "$root" "$new" || return
	mkdir -p "$root/lib/modules/$bare" \
		"$root/lib/modules/$rt/build/include/config"
	grep -v CONFIG_NUMA_BALANCING= \
		"$cache/kernels/6.1/build/include/config/auto.conf" \
		>"$root/lib/modules/$rt/build/include/config/auto.conf"
	# With what is built already: libraries and scdoc need not be there.
	make -s -C tools O="$PWD/build/tools" all man >&2
	mkdir -p "$root$tree/build"
	cp -a Kbuild Makefile dkms.conf kmod tools uapi "$root$tree"
	cp -a build/tools "$root$tree/build"
	mkdir -p "$root$tree/tests"
	cp -a tests/setup "$root$tree/tests"
	# DKMS is of little use without it.
	mount -t proc none "$root/proc"
}

show() {
	sed 's/^/# /' "$work/log"
	return 1
}

run_make() {
	chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin \
		HOME=/root LC_ALL=C make -C "$tree" "$@" >"$work/log" 2>&1
}

makes() {
	run_make "$@" || show
}

# refuses WORDS ARGUMENT...: make fails, and says WORDS
refuses() {
	words=$1
	shift
	! run_make "$@" && says "$words"
}

says() {
	grep -q -e "$1" "$work/log" || {
		echo "# it does not say: $1"
		show
	}
}

# Files with their kinds; keys are DKMS's own.
files() {
	(cd "$root" && find . -xdev \( -path ./proc -o -path ./run -o \
		-path ./tmp -o -path ".$tree" \) -prune -o \
		! -path './var/lib/dkms/mok.*' \
		-printf '%y %p %l\n') | sort
}

same_files() {
	files >"$work/after"
	diff "$work/before" "$work/after" >"$work/log" || show
}

module_of() {
	find "$root/lib/modules/$1/" -name 'numatrace.ko*'
}

# has_module KERNEL VERSION: that one, and no other
has_module() {
	[ "$(modinfo -F version "$(module_of "$1")")" = "$2" ] || {
		echo "# $1 has: $(module_of "$1")"
		return 1
	}
}

has_none() {
	[ -z "$(module_of "$1")" ]
}

# sources_are VERSION...: whose sources are there and known to DKMS
sources_are() {
	[ "$(cd "$root/usr/src" && echo numatrace-*)" = "numatrace-$1" ] &&
		[ "$(cd "$root/var/lib/dkms/numatrace" && echo [0-9]*)" = "$1" ]
}

set_version() {
	sed -i "s/^\(PACKAGE_VERSION\)=.*/\1=\"$1\"/" "$root$tree/dkms.conf"
}

first() {
	makes dkms-install KERNEL="$old" && has_module "$old" "$version" &&
		has_none "$new" && grep -qx numatrace "$root$autoload" &&
		sources_are "$version"
}

rest() {
	module_of "$old" | xargs stat -c '%i %y' >"$work/was"
	makes dkms-install && has_module "$new" "$version" && has_none "$rt" &&
		says "kernel $rt is left out: it lacks CONFIG_NUMA_BALANCING" &&
		module_of "$old" | xargs stat -c '%i %y' | cmp - "$work/was"
}

# As chroots often are, with no /proc, and as it was with none afterwards.
again() {
	umount "$root/proc" || return
	files >"$work/first"
	module_of "$new" | xargs stat -c '%i %y' >"$work/was"
	makes dkms-install && files | cmp - "$work/first" &&
		module_of "$new" | xargs stat -c '%i %y' | cmp - "$work/was" &&
		[ ! -e "$root/proc/self" ] || return
	mount -t proc none "$root/proc"
}

names() {
	files >"$work/first"
	refuses "install linux-headers-$bare" dkms-install KERNEL=$bare &&
		refuses "cannot serve: it lacks CONFIG_NUMA_BALANCING" \
			dkms-install KERNEL="$old $rt" &&
		files | cmp - "$work/first"
}

# From here on the sources are few: it is not about how long they take to build.
shrink() {
	cat >"$root$tree/kmod/small.c" <<-'END'
		#include <linux/module.h>
		MODULE_DESCRIPTION("Small");
		MODULE_LICENSE("GPL");
		MODULE_VERSION(NUMATRACE_VERSION);
	END
	sed -i '/^numatrace-y +=/d; s/^obj-m .*/&\nnumatrace-y := kmod\/small.o/' \
		"$root$tree/Kbuild"
}

upgrade() {
	shrink
	set_version 9.0
	makes dkms-install KERNEL="$new" && has_module "$old" 9.0 &&
		has_module "$new" 9.0 && sources_are 9.0
}

# still_is VERSION: what was there before, and nothing else
still_is() {
	has_module "$old" "$1" && has_module "$new" "$1" && sources_are "$1"
}

# What does not build replaces nothing: a newer version, nor the same one.
failure() {
	echo '#error broken' >>"$root$tree/kmod/small.c"
	for of in 9.1 9.0; do
		set_version $of
		refuses 'what was installed before still is' dkms-install &&
			still_is 9.0 || return
	done
	sed -i '$d' "$root$tree/kmod/small.c"
	makes dkms-install && still_is 9.0
}

autoinstalls() {
	chroot "$root" dkms autoinstall -k "$1" >"$work/log" 2>&1 || show
}

module_refuses() {
	[ -n "$(modinfo -F refuses "$(module_of "$1")")" ]
}

# As apt does. Where it does not build, or cannot serve, apt goes on; whoever asks
# then is told, and has it replaced when it builds.
upgrade_of_system() {
	autoinstalls "$rt" && has_none "$rt" && makes dkms-remove || return
	cat >>"$root$tree/kmod/small.c" <<-'END'
		#include <linux/version.h>
		#if LINUX_VERSION_CODE > KERNEL_VERSION(6, 12, 0)
		#error another kernel
		#endif
	END
	makes dkms-install KERNEL="$old" && autoinstalls "$new" &&
		module_refuses "$new" && ! module_refuses "$old" &&
		makes dkms-install && says "does not build for kernel $new" &&
		module_refuses "$new" || return
	head -n -4 "$root$tree/kmod/small.c" >"$work/small.c"
	cp "$work/small.c" "$root$tree/kmod/small.c"
	makes dkms-install && still_is 9.0 && ! module_refuses "$new"
}

# As dkms 2.8 lists versions, and fails on what has been done already.
write_dkms_2() {
	cat >"$root/usr/local/sbin/dkms" <<-'END'
		#!/bin/sh
		case $1 in
		status) /usr/sbin/dkms "$@" | sed 's|^\([^/]*\)/|\1, |' ;;
		build | install)
			/usr/sbin/dkms "$@" >/tmp/log 2>&1
			status=$?
			cat /tmp/log
			! grep -q ' already ' /tmp/log || exit 3
			exit $status ;;
		*) exec /usr/sbin/dkms "$@" ;;
		esac
	END
	chmod +x "$root/usr/local/sbin/dkms"
}

# Another module of the same version, with a dkms that speaks differently.
change() {
	write_dkms_2
	echo 'MODULE_INFO(changed, "yes");' >>"$root$tree/kmod/small.c"
	echo '# changed' >>"$root$autoload"
	makes dkms-install KERNEL="$new" && has_module "$old" 9.0 &&
		has_module "$new" 9.0 && makes dkms-install && sources_are 9.0 &&
		[ "$(modinfo -F changed "$(module_of "$old")")" = yes ] &&
		grep -q '# changed' "$root$autoload"
}

removed() {
	rm "$root/usr/local/sbin/dkms"
	cp -r "$root/usr/src/numatrace-9.0" "$root/usr/src/numatrace-8.0"
	sed -i s/9.0/8.0/ "$root/usr/src/numatrace-8.0/dkms.conf"
	chroot "$root" dkms add -m numatrace -v 8.0 >"$work/log" 2>&1 || show ||
		return
	rm -r "$root/usr/src/numatrace-9.0"
	makes dkms-remove && says 'version 8.0 is removed' &&
		says 'version 9.0 is removed' && same_files &&
		makes dkms-remove
}

command_installed() {
	makes install-names && chroot "$root" systemctl --quiet enable \
		numatraced >"$work/log" 2>&1 || show || return
	[ -L "$root/usr/local/bin/numastat" ] &&
		find "$root/etc/systemd" -name numatraced.service | grep -q .
}

# A link that is not ours any more stays.
uninstalled() {
	ln -sf /bin/true "$root/usr/local/bin/numastat"
	makes uninstall && [ -L "$root/usr/local/bin/numastat" ] &&
		rm "$root/usr/local/bin/numastat" && same_files && makes uninstall
}

make_machine
ktap_print_header
files >"$work/before"
ktap_set_plan 11
ktap_test_result "dkms-install for one kernel, by name" first
ktap_test_result "dkms-install for all that can serve" rest
ktap_test_result "dkms-install again changes nothing" again
ktap_test_result "dkms-install refuses kernels by name, and says why" names
ktap_test_result "dkms-install replaces a version for all kernels" upgrade
ktap_test_result "dkms-install replaces nothing if it cannot build" failure
ktap_test_result "an upgrade of the system succeeds, whatever it brings" \
	upgrade_of_system
ktap_test_result "dkms-install replaces sources that have changed" change
ktap_test_result "dkms-remove leaves nothing" removed
ktap_test_result "install, with names, and enabled" command_installed
ktap_test_result "uninstall leaves nothing" uninstalled
ktap_finished
