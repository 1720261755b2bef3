#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The set-up, where nothing is installed but git and make: in a chroot of Debian
# 12 it is run as root, and as a user with sudo, everything is built, and all the
# files and programs are there that the guests, the demonstration, the benchmark,
# the fuzzers and lint name.
set -eu

cd "$(dirname "$0")/../.."
cache=$(tests/setup --print-cache)
. "$cache/linux-source/tools/testing/selftests/kselftest/ktap_helpers.sh"
. tests/host/_root.sh
skip_without_chroot
own_mounts

tree=/home/user/numatrace
theirs=/home/user/.cache/numatrace

finish() {
	status=$?
	trap - EXIT
	for folder in dev/shm dev proc var/cache/apt/archives; do
		umount -l "$root/$folder" 2>/dev/null || :
	done
	rm -rf --one-file-system "$work"
	exit $status
}

work=$(mktemp -d)
trap finish EXIT
trap 'exit 1' INT TERM HUP
root=$work/root

# Packages that were loaded once are kept beside the root.
make_machine() {
	tar=$(make_root setup ca-certificates git make sudo) && mkdir "$root" &&
		tar -xf "$tar" -C "$root" || return
	# Of two that run apt-get on one folder, one would fail.
	lock_roots archives
	mkdir -p "$cache/roots/archives/partial"
	cp -L /etc/resolv.conf "$root/etc/"
	mount --bind "$cache/roots/archives" "$root/var/cache/apt/archives"
	rm -f "$root/etc/apt/apt.conf.d/docker-clean"
	# What is thrown away need not survive a crash.
	echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"
	mount -t proc none "$root/proc"
	mount -t tmpfs -o mode=755 none "$root/dev"
	for device in full null random tty urandom zero; do
		cp -a "/dev/$device" "$root/dev/"
	done
	ln -s /proc/self/fd "$root/dev/fd"
	mkdir "$root/dev/shm"
	mount -t tmpfs none "$root/dev/shm"
	chroot "$root" useradd --create-home --shell /bin/sh user
	echo 'user ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/user"
	# What there is to commit, committed or not.
	mkdir "$root$tree"
	git ls-files -z --cached --others --exclude-standard |
		tar -c --null --ignore-failed-read -T - | tar -x -C "$root$tree"
	(cd "$root$tree" && git init -q && git add -A)
}

# run USER COMMAND...: in the tree. A question would find nobody to answer it.
run() {
	_user=$1
	shift
	# shellcheck disable=SC2016 # it expands there
	chroot "$root" env -i LC_ALL=C TERM=dumb \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		setpriv --reuid "$_user" --regid "$_user" --init-groups \
		env HOME="/home/user" NUMATRACE_CACHE=$theirs "TMPDIR=/tmp" \
		sh -c 'cd "$0" && exec "$@"' $tree "$@" </dev/null \
		>"$work/log" 2>&1
}

runs() {
	run "$@" || show_log
}

show_log() {
	tail -n 20 "$work/log" | sed 's/^/# /'
	return 1
}

has_package() {
	# shellcheck disable=SC2016 # dpkg's
	chroot "$root" dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null |
		grep -q '^ii'
}

by_root() {
	! has_package gcc && runs root tests/setup && has_package gcc &&
		[ -e "$root$theirs/kernels/6.1/vmlinuz" ]
}

# Twice: there is nothing to do then.
again() {
	runs root tests/setup || return
	[ ! -s "$work/log" ] || show_log
}

# What root did, but for a package and a part of the cache.
by_sudo() {
	chroot "$root" dpkg --remove --force-depends tmux >"$work/log" 2>&1 &&
		rm -r "$root$theirs/numactl-source" "$root$theirs/checked" ||
		return
	chroot "$root" chown -R user:user /home/user
	runs user tests/setup && has_package tmux &&
		[ -e "$root$theirs/numactl-source/.version" ]
}

free_archives() {
	chroot "$root" apt-get -qq autoclean >&2 || :
	flock -u 8
}

# One line of the plan for each kind of guest: what it brings along is the same for
# all tests. Modules for another kernel are built elsewhere.
guests_have_all() {
	sed -n '/^[^#]/ s|^\([^\t]*\)\t\([^\t]*\)\t\([^\t]*\)\t.*|\3 \1/\2/\3|p' \
		tests/plan | sort -u -k 1,1 | sed '/^unknown /d; s/.* //' \
		>"$work/lines"
	_status=0
	while read -r line; do
		if ! run user env NUMATRACE_NO_BOOT=1 tests/_boot "$line" ||
		   grep -q '^not ok' "$work/log"; then
			echo "# $line"
			show_log || :
			_status=1
		fi
	done <"$work/lines"
	[ -s "$work/lines" ] && return $_status
}

# The benchmark finds nothing measured, and says so.
bench_has_all() {
	run user env NUMATRACE_NO_BUILD=1 NUMATRACE_NO_BOOT=1 \
		tests/bench/run || :
	! grep -e '^tests/' -e 'not found' -e '^make' "$work/log" || show_log
}

# Those that its functions run, and those of kbuild and checkpatch.
lint_has_all() {
	_programs="perl sparse $(sed -n 's/^run \([a-z-]*\) .*/\1/p' tests/lint |
		sort -u | tr '\n' ' ')"
	echo "# $_programs"
	for _program in $_programs; do
		runs user which "$_program" || return
	done
	[ -e "$root$theirs/linux-source/scripts/checkpatch.pl" ]
}

make_machine
ktap_print_header
ktap_set_plan 10
ktap_test_result "set up as root" by_root
ktap_test_result "once is enough" again
ktap_test_result "set up by sudo" by_sudo
free_archives
# Half as long as with optimization, which is not what this is about.
ktap_test_result "everything can be built" \
	runs user env CFLAGS=-O0 tests/check --build
ktap_test_result "the header can be generated" runs user tests/uapi.sh
ktap_test_result "guests have what they bring along" guests_have_all
ktap_test_result "the demonstration has all" \
	runs user env NUMATRACE_NO_BUILD=1 NUMATRACE_NO_BOOT=1 \
		tests/demo
ktap_test_result "the benchmark has all" bench_has_all
ktap_test_result "the fuzzers run" runs user tests/fuzz/run --replay
ktap_test_result "lint has all" lint_has_all
ktap_finished
