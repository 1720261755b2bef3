#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The committed header is what the kernel's generator makes of the spec.
set -eu

tests=$(cd "$(dirname "$0")" && pwd)
linux=$("$tests/setup" --print-cache)/linux-source
. "$linux/tools/testing/selftests/kselftest/ktap_helpers.sh"

generated=$(mktemp)
trap 'rm -f "$generated"' EXIT

ktap_print_header
ktap_set_plan 1
"$tests/uapi-header" "$linux" >"$generated"
ktap_test_result "uapi/linux/numatrace.h is current" \
	diff -u "$tests/../uapi/linux/numatrace.h" "$generated"
ktap_finished
