# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Roots of Debian 12 to run tests in by chroot, as root.
cache=$(tests/setup --print-cache)

# Ends a test, as one that is counted, where nothing can be run in a root.
skip_without_chroot() {
	if [ "$(id -u)" -ne 0 ]; then
		_reason='only root may chroot'
	elif ! unshare --mount sh -c 'mount -t tmpfs none /mnt &&
			mknod /mnt/null c 1 3 && chroot / true' 2>/dev/null; then
		_reason='root may not mount, mknod or chroot here'
	else
		return 0
	fi
	ktap_print_header
	ktap_set_plan 1
	ktap_test_skip "all: $_reason"
	ktap_finished
}

# Begins the test again in a mount namespace: whatever ends it, no mount is left,
# through which whoever deletes the root would delete what is mounted.
own_mounts() {
	[ -n "${NUMATRACE_OWN_MOUNTS-}" ] ||
		NUMATRACE_OWN_MOUNTS=1 exec unshare --mount --propagation private \
			"$PWD/tests/host/${0##*/}"
}

# What mmdebstrap takes packages from: this machine's own sources of Debian's, as
# files or lines, one an argument of "$@" to be.
debian_sources() {
	# shellcheck disable=SC2016 # apt's variable
	apt-get indextargets --format '$(SOURCESENTRY)' \
		'Created-By: Packages' 'Origin: Debian' | sort -u |
	while read -r entry; do
		case $entry in
		*.sources:*) echo "${entry%:*}" ;;
		*) sed -n "${entry##*:}p" "${entry%:*}" ;;
		esac
	done | sort -u
}

# Has whoever takes this lock later, with the same cache, wait: until this shell,
# or the subshell that this is called in, ends.
lock_roots() {
	# Proxies may have passwords, and apt's configuration has proxies.
	mkdir -p "$cache/roots"
	chmod 700 "$cache/roots"
	exec 8>"$cache/roots/$1.lock"
	flock 8
}

# make_root NAME PACKAGE...: keeps in the cache a root that has these besides the
# essential ones, for a week or until apt is configured differently, and prints the
# path of its tarball.
make_root() (
	lock_roots "$1"
	_tar=$cache/roots/$1.tar
	shift
	_packages=$(echo "$@" | tr ' ' ,)
	apt-config dump Acquire >"$_tar.conf"
	# shellcheck disable=SC2016 # apt's variable
	_made_of=$({
		echo "$_packages" && cat "$_tar.conf"
		apt-get indextargets --format '$(URI)' \
			'Created-By: Packages' 'Origin: Debian' | sort
	} | sha256sum)
	if [ "$(cat "$_tar.made-of" 2>/dev/null)" != "$_made_of" ] ||
	   [ -z "$(find "$_tar" -mtime -7 2>/dev/null)" ]; then
		IFS='
'
		# Without the archive, that of another day will do.
		# shellcheck disable=SC2046 # by lines
		if mmdebstrap --quiet --format=tar --variant=minbase \
			--aptopt="$_tar.conf" --include="$_packages" bookworm \
			"$_tar.new" $(debian_sources) >&2; then
			mv "$_tar.new" "$_tar"
			echo "$_made_of" >"$_tar.made-of"
		fi
	fi
	[ -e "$_tar" ] && echo "$_tar"
)

# add_kernel ROOT RELEASE: has ROOT look as if a kernel and its headers, which the
# cache has, were installed in it.
add_kernel() {
	_modules=usr/lib/modules/$2
	_build=/usr/src/linux-headers-$2
	mkdir -p "$1/$_modules"
	cp "$cache/kernels/$2/lib/modules/$2/modules".builtin* \
		"$cache/kernels/$2/lib/modules/$2/modules.order" "$1/$_modules"
	cp -a "$cache/kernels/$2/usr/." "$1/usr"
	ln -s "$_build" "$1/$_modules/build"
	chroot "$1" depmod "$2"
}
