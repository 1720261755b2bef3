#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The parsers bear what has been found for them so far; `make fuzz` looks for
# more.
set -eu

tests=$(cd "$(dirname "$0")" && pwd)
cache=$("$tests/setup" --print-cache)
. "$cache/linux-source/tools/testing/selftests/kselftest/ktap_helpers.sh"

set -- "$tests"/fuzz/fuzz_*.c
ktap_print_header
ktap_set_plan $#
for target; do
	name=${target##*/fuzz_}
	name=${name%.c}
	ktap_test_result "$name bears its corpus" \
		"$tests/fuzz/run" --replay "$name"
done
ktap_finished
