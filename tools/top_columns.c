// SPDX-License-Identifier: GPL-2.0
#include "top_columns.h"

const struct text_key top_node_columns[] = {
	{ "node", 4 },
	{ "mem_total", 7 },
	{ "mem_free", 7 },
	{ "hint_faults_local", 8 },
	{ "hint_faults_remote", 8 },
	{ "locality", 8 },
	{ "migrations_in", 8 },
	{ "migrations_out", 8 },
	{ "cpus", 4 },
	{ 0 },
};

static const struct text_key process_keys[] = {
	{ "pid", 6 },		{ "user", 8 },		 { "local_faults", 7 },
	{ "remote_faults", 7 }, { "locality", 8 },	 { "cpu_node", 8 },
	{ "memory_node", 8 },	{ "migrated_pages", 8 }, { "comm", 8 },
	{ "failed_pages", 7 },	{ "container", 24 },	 { 0 },
};

static const struct text_key cgroup_keys[] = {
	{ "local_faults", 7 }, { "remote_faults", 7 },
	{ "locality", 8 },     { "cpu_node", 8 },
	{ "memory_node", 8 },  { "migrated_pages", 8 },
	{ "name", 24 },	       { "failed_pages", 7 },
	{ "path", 24 },	       { 0 },
};

const struct text_key *top_columns(enum top_list list)
{
	return list == TOP_CGROUPS ? cgroup_keys : process_keys;
}
