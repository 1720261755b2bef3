#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/dkms.sh install SOURCE... | remove
#
# What `make dkms-install` and `make dkms-remove` do. From the environment:
#   KERNEL      releases to install for, else all that have their headers here
#   sourcetree  where DKMS looks for sources, else /usr/src
#   sysconfdir  below which modules-load.d lies, else /etc
# Works in a chroot, also without /proc and /sys. Nothing is taken away before its
# successor has been built.
set -eu

# Here whoever asks can be told; see kmod/dkms.mk.
export NUMATRACE_OR_FAIL=y

module=numatrace
sourcetree=${sourcetree:-/usr/src}
autoload=${sysconfdir:-/etc}/modules-load.d/$module.conf

say() {
	echo "$module: $*"
}

die() {
	say "$@" >&2
	exit 1
}

check() {
	command -v dkms >/dev/null ||
		die "there is no dkms; install the package of that name"
	[ "$(id -u)" -eq 0 ] || die "DKMS installs modules as root only"
}

# Without it dkms sees nothing of what it has, and says so in passing.
mount_proc() {
	[ ! -d /proc/self ] || return 0
	mount -t proc proc /proc 2>/dev/null ||
		die "dkms needs /proc: mount -t proc proc /proc"
	mounted=yes
}

# Sources that somebody has removed: without their dkms.conf dkms refuses even to
# list versions.
restore_conf() {
	for link in "/var/lib/dkms/$module"/*/source; do
		[ -L "$link" ] || continue
		[ ! -e "$link/dkms.conf" ] || continue
		lost=${link%/source}
		mkdir -p "$(readlink "$link")"
		sed "s/^PACKAGE_VERSION=.*/PACKAGE_VERSION=\"${lost##*/}\"/" \
			"${0%/*}/../dkms.conf" >"$(readlink "$link")/dkms.conf"
	done
}

finish() {
	status=$?
	trap - EXIT
	[ -z "${mounted-}" ] || umount /proc || :
	rm -rf "$work"
	exit $status
}

# Shows what dkms says only if it fails.
run_dkms() {
	dkms "$@" >"$work/log" 2>&1 && return
	cat "$work/log" >&2
	return 1
}

# What DKMS has, as lines of VERSION KERNEL STATE, KERNEL being - for none. dkms 2
# writes "numatrace, 0.1.0, 6.1.0", dkms 3 "numatrace/0.1.0, 6.1.0".
status() {
	dkms status -m $module 2>/dev/null |
		sed -n "s|^$module, |$module/|
			s|^$module/\([^,:]*\): *\([a-z]*\).*|\1 - \2|p
			s|^$module/\([^,:]*\), \([^,]*\), [^:]*: *\([a-z]*\).*|\1 \2 \3|p"
}

# has VERSION KERNEL STATE, each a basic regular expression
has() {
	status | grep -q "^$1 $2 $3\$"
}

versions() {
	status | cut -d' ' -f1 | sort -u
}

headers() {
	echo "/lib/modules/$1/build"
}

has_headers() {
	[ -d "$(headers "$1")/include" ]
}

# As dkms.conf says, which dkms reads in bash, too.
why_excluded() {
	# shellcheck disable=SC2016 # bash's variables
	bash -c '. "$0/dkms.conf" && why_excluded "$1" "$2"' "$new" "$1" \
		"$(headers "$1")"
}

# Sets $kernels to those asked for by name, or else to all that have headers and
# can serve.
choose_kernels() {
	kernels=
	for kernel in ${KERNEL:-}; do
		has_headers "$kernel" ||
			die "no headers of kernel $kernel in $(headers "$kernel");" \
				"install linux-headers-$kernel (Debian, Ubuntu)" \
				"or kernel-devel-$kernel"
		why=$(why_excluded "$kernel")
		[ -z "$why" ] || die "kernel $kernel cannot serve: $why"
		kernels="$kernels $kernel"
	done
	[ -z "$kernels" ] || return 0
	for kernel in /lib/modules/*; do
		kernel=${kernel##*/}
		add_kernel "$kernel" || :
	done
	running=$(uname -r)
	has_headers "$running" || [ ! -d "/lib/modules/$running" ] ||
		say "no headers of the running kernel: nothing for it until" \
			"linux-headers-$running or kernel-devel-$running" \
			"is installed" >&2
	[ -n "$kernels" ] ||
		die "no kernel here has headers and can serve; install" \
			"linux-headers-RELEASE or kernel-devel-RELEASE"
}

# Adds a kernel that was not asked for by name, if it can serve.
add_kernel() {
	has_headers "$1" || return
	case " $kernels " in
	*" $1 "*) return ;;
	esac
	why=$(why_excluded "$1")
	if [ -n "$why" ]; then
		say "kernel $1 is left out: $why"
		return 1
	fi
	kernels="$kernels $1"
}

# What is replaced anywhere is replaced everywhere.
add_kernels_of_others() {
	for kernel in $(status | sed -n "s/.* \(.*\) .*/\1/p" |
			grep -vx -e - | sort -u); do
		add_kernel "$kernel" || has_headers "$kernel" ||
			say "kernel $kernel has no headers any more, and will" \
				"have no $module" >&2
	done
}

# What an upgrade has installed where the module did not build: kmod/refuse.c.
refuses() {
	[ -n "$(modinfo -k "$1" -F refuses $module 2>/dev/null)" ]
}

is_same() {
	diff -r "$new" "$sourcetree/$module-$version" >/dev/null 2>&1
}

remove_version() {
	run_dkms remove -m $module -v "$1" --all ||
		die "DKMS cannot remove version $1, see above"
	rm -rf "${sourcetree:?}/$module-$1"
}

is_done() {
	is_same && has "$version" "$1" '.*' && ! refuses "$1"
}

# Where there is something to lose, in trees of our own first. A kernel for which
# there is no better module yet is no obstacle to the others.
try() {
	[ -n "$(versions)" ] || return 0
	mkdir "$work/tree" "$work/source"
	cp -r "$new" "$work/source/$module-$version"
	set -- -m $module -v "$version" --dkmstree "$work/tree" \
		--sourcetree "$work/source"
	run_dkms add "$@" || die "DKMS does not take the sources, see above"
	built=
	for kernel in $kernels; do
		if is_done "$kernel" || run_dkms build "$@" -k "$kernel"; then
			built="$built $kernel"
		elif refuses "$kernel"; then
			say "version $version does not build for kernel" \
				"$kernel, either" >&2
		else
			die "cannot build for kernel $kernel, see above;" \
				"what was installed before still is"
		fi
	done
	kernels=$built
	[ -n "$kernels" ] ||
		die "nothing is installed; a newer version may build"
}

is_current() {
	is_same || return
	for kernel in $kernels; do
		! refuses "$kernel" || return
	done
}

# Sources of the same version that have changed since are another version.
add() {
	if has "$version" '.*' '.*'; then
		! is_current || return 0
		# Without its sources DKMS cannot remove it.
		rm -rf "${sourcetree:?}/$module-$version"
		cp -r "$new" "$sourcetree/$module-$version"
		run_dkms remove -m $module -v "$version" --all ||
			die "DKMS cannot replace version $version, see above"
	fi
	rm -rf "${sourcetree:?}/$module-$version"
	mkdir -p "$sourcetree"
	cp -r "$new" "$sourcetree/$module-$version"
	run_dkms add -m $module -v "$version" --sourcetree "$sourcetree" ||
		die "DKMS does not take the sources, see above"
}

# What cannot be built for any kernel is not left for the next upgrade to build.
build() {
	for kernel in $kernels; do
		has "$version" "$kernel" '.*' ||
			run_dkms build -m $module -v "$version" -k "$kernel" || {
			remove_version "$version"
			die "cannot build for kernel $kernel, see above"
		}
	done
}

install_for_all() {
	for kernel in $kernels; do
		has "$version" "$kernel" installed || run_dkms install \
			-m $module -v "$version" -k "$kernel" ||
			die "cannot install for kernel $kernel, see above"
		say "version $version is installed for kernel $kernel"
	done
}

# Whoever has changed the file, so that nothing is loaded, keeps it.
load_at_boot() {
	[ ! -e "$autoload" ] || return 0
	mkdir -p "${autoload%/*}"
	echo "# Loaded at boot; make dkms-remove takes it away.
$module" >"$autoload"
}

# In a chroot, another system's kernel runs. Who cannot tell leaves it alone.
is_own_kernel() {
	[ "$(stat -Lc %d:%i /proc/1/root/. 2>/dev/null)" = "$(stat -Lc %d:%i /.)" ]
}

is_loaded() {
	[ -d /sys/module/$module ]
}

say_what_is_loaded() {
	is_own_kernel || return 0
	if is_loaded; then
		say "what was loaded before still is; for this version:" \
			"modprobe -r $module && modprobe $module"
	else
		say "it is loaded at boot; now: modprobe $module"
	fi
}

install() {
	mkdir "$work/new"
	new=$work/new
	cp -r "$@" "$new"
	version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$new/dkms.conf")
	choose_kernels
	add_kernels_of_others
	try
	add
	build
	for other in $(versions | grep -vxF "$version"); do
		remove_version "$other"
		say "version $other is removed"
	done
	install_for_all
	load_at_boot
	say_what_is_loaded
}

unload() {
	is_own_kernel && is_loaded || return 0
	if rmmod $module 2>"$work/log"; then
		say "the module is unloaded"
	else
		say "the module stays loaded until the next boot:" \
			"$(cat "$work/log")" >&2
	fi
}

remove() {
	for version in $(versions); do
		remove_version "$version"
		say "version $version is removed"
	done
	# Also what was never added.
	for sources in "$sourcetree/$module"-[0-9]*; do
		[ ! -f "$sources/dkms.conf" ] || rm -rf "$sources"
	done
	rm -f "$autoload"
	unload
}

case ${1-} in
install | remove) ;;
*) echo "Usage: tools/dkms.sh install SOURCE... | remove" >&2; exit 2 ;;
esac
check
work=$(mktemp -d)
trap finish EXIT
trap 'exit 1' HUP INT TERM
mount_proc
restore_conf
"$@"
