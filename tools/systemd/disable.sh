#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: [DESTDIR=...] disable.sh UNIT...
# Stops units that run, and has systemd forget what started them. Works in a
# chroot, too, where there is nothing to stop; below DESTDIR only links are taken.
DESTDIR=${DESTDIR-}
if [ -z "$DESTDIR" ] && command -v systemctl >/dev/null; then
	[ ! -d /run/systemd/system ] || systemctl stop "$@"
	systemctl --quiet disable "$@"
	[ ! -d /run/systemd/system ] || systemctl reset-failed "$@" 2>/dev/null
fi
for unit; do
	for link in "$DESTDIR"/etc/systemd/system/*.wants/"$unit"; do
		[ ! -L "$link" ] || rm "$link"
	done
done
