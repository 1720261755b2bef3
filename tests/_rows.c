// SPDX-License-Identifier: GPL-2.0
#include "_rows.h"

#include <linux/numatrace.h>
#include <stdlib.h>
#include <string.h>

static struct report_share *find_share(const struct report_usage *usage,
				       uint32_t cpu_node, uint32_t memory_node)
{
	size_t i;

	for (i = 0; i < usage->shares; i++)
		if (usage->share[i].cpu_node == cpu_node &&
		    usage->share[i].memory_node == memory_node)
			return &usage->share[i];
	return NULL;
}

static int add_share(struct report_usage *sum, const struct report_share *share)
{
	struct report_share *to =
		find_share(sum, share->cpu_node, share->memory_node);

	if (!to) {
		to = report_add_share(sum);
		if (!to)
			return -1;
		to->cpu_node = share->cpu_node;
		to->memory_node = share->memory_node;
	}
	to->faults += share->faults;
	to->pages += share->pages;
	return 0;
}

static int add_usage(struct report_usage *sum, const struct report_usage *usage)
{
	size_t i;

	sum->local_faults += usage->local_faults;
	sum->remote_faults += usage->remote_faults;
	sum->local_pages += usage->local_pages;
	sum->remote_pages += usage->remote_pages;
	sum->outcomes = usage->outcomes;
	sum->migrated_pages += usage->migrated_pages;
	sum->failed_pages += usage->failed_pages;
	for (i = 0; i < usage->shares; i++)
		if (add_share(sum, &usage->share[i]))
			return -1;
	return 0;
}

int rows_sum_processes(const struct report_processes *processes,
		       struct report_usage *sum)
{
	size_t i;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < processes->count; i++)
		if (processes->process[i].kind != NUMATRACE_ROW_KIND_ENDED &&
		    add_usage(sum, &processes->process[i].usage))
			return -1;
	return 0;
}

int rows_sum_cgroups(const struct report_cgroups *cgroups,
		     struct report_usage *sum)
{
	size_t i;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < cgroups->count; i++)
		if (cgroups->cgroup[i].kind != NUMATRACE_ROW_KIND_ENDED &&
		    add_usage(sum, &cgroups->cgroup[i].usage))
			return -1;
	return 0;
}

void rows_free_usage(struct report_usage *usage)
{
	free(usage->share);
	memset(usage, 0, sizeof(*usage));
}

bool rows_have_matrix(const struct report_usage *usage)
{
	size_t i;

	for (i = 0; i < usage->shares; i++)
		if (usage->share[i].cpu_node == REPORT_ALL_NODES ||
		    usage->share[i].memory_node == REPORT_ALL_NODES)
			return false;
	return true;
}

struct report_share rows_share(const struct report_usage *usage,
			       uint32_t cpu_node, uint32_t memory_node)
{
	const struct report_share *share =
		find_share(usage, cpu_node, memory_node);

	return share ? *share : (struct report_share){ 0 };
}

uint64_t rows_faults(const struct report_usage *usage)
{
	return usage->local_faults + usage->remote_faults;
}

uint64_t rows_pages(const struct report_usage *usage)
{
	return usage->local_pages + usage->remote_pages;
}

const struct report_process *
rows_process_sum(const struct report_processes *processes,
		 enum numatrace_row_kind kind)
{
	size_t i;

	for (i = 0; i < processes->count; i++)
		if (processes->process[i].kind == kind)
			return &processes->process[i];
	return NULL;
}

const struct report_cgroup *
rows_cgroup_sum(const struct report_cgroups *cgroups,
		enum numatrace_row_kind kind)
{
	size_t i;

	for (i = 0; i < cgroups->count; i++)
		if (cgroups->cgroup[i].kind == kind)
			return &cgroups->cgroup[i];
	return NULL;
}

const struct report_process *
rows_next_process(const struct report_processes *processes,
		  const struct report_process *last, uint32_t pid)
{
	const struct report_process *process =
		last ? last + 1 : processes->process;

	for (; process < processes->process + processes->count; process++)
		if (process->pid == pid &&
		    (process->kind == NUMATRACE_ROW_KIND_CURRENT ||
		     process->kind == NUMATRACE_ROW_KIND_ENDED))
			return process;
	return NULL;
}

const struct report_cgroup *
rows_find_cgroup(const struct report_cgroups *cgroups, uint64_t id)
{
	size_t i;

	for (i = 0; i < cgroups->count; i++)
		if (cgroups->cgroup[i].id == id)
			return &cgroups->cgroup[i];
	return NULL;
}
