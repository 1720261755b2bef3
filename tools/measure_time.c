// SPDX-License-Identifier: GPL-2.0
#include "measure_time.h"

#include "client.h"
#include "run_cgroup.h"

#include <string.h>

static bool is_timed(const struct report_process *process)
{
	return process->usage.timed & (1U << NUMATRACE_COST_KIND_MIGRATION);
}

static uint64_t count_ended(const struct report_processes *processes)
{
	for (size_t i = 0; i < processes->count; i++)
		if (processes->process[i].kind ==
		    NUMATRACE_ROW_KIND_ENDED_TOTAL)
			return processes->process[i].processes;
	return 0;
}

uint64_t measure_time_begin(struct client *client)
{
	struct report_processes processes;
	uint64_t ended = UINT64_MAX;

	if (!client_processes(client, NULL, &processes))
		ended = count_ended(&processes);
	report_free_processes(&processes);
	return ended;
}

/* Whether all that ended since still have rows: the last ones do. */
static bool is_whole(const struct report_processes *processes, uint64_t ended)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < processes->count; i++)
		rows += processes->process[i].kind == NUMATRACE_ROW_KIND_ENDED;
	return ended != UINT64_MAX && count_ended(processes) - ended <= rows;
}

static bool is_single(const struct report_process *process)
{
	return process->kind == NUMATRACE_ROW_KIND_CURRENT ||
	       process->kind == NUMATRACE_ROW_KIND_ENDED;
}

/* Also cgroups that the command made below its own. */
static bool is_inside(const struct run_cgroup *cgroup,
		      const struct report_cgroups *cgroups, uint64_t id)
{
	size_t length = strlen(cgroup->path);

	if (id == cgroup->id)
		return true;
	for (size_t i = 0; i < cgroups->count; i++) {
		const struct report_cgroup *row = &cgroups->cgroup[i];

		if (row->id == id && row->path &&
		    !strncmp(row->path, cgroup->path, length) &&
		    row->path[length] == '/')
			return true;
	}
	return false;
}

/* False: one of them was not measured, or there is none. */
static bool sum_cgroup(const struct run_cgroup *cgroup,
		       const struct report_cgroups *cgroups,
		       const struct report_processes *processes, uint64_t *time)
{
	bool found = false;

	*time = 0;
	for (size_t i = 0; i < processes->count; i++) {
		const struct report_process *process = &processes->process[i];

		if (!is_single(process) ||
		    !is_inside(cgroup, cgroups, process->cgroup_id))
			continue;
		if (!is_timed(process))
			return false;
		*time += process->usage.time[NUMATRACE_COST_KIND_MIGRATION];
		found = true;
	}
	return found;
}

static bool find_process(const struct report_processes *processes, uint32_t pid,
			 uint64_t *time)
{
	const struct report_process *found = NULL;

	for (size_t i = 0; i < processes->count; i++) {
		const struct report_process *process = &processes->process[i];

		if (is_single(process) && process->pid == pid &&
		    (!found || process->start_time > found->start_time))
			found = process;
	}
	if (!found || !is_timed(found))
		return false;
	*time = found->usage.time[NUMATRACE_COST_KIND_MIGRATION];
	return true;
}

bool measure_time_end(struct client *client, const struct run_cgroup *cgroup,
		      uint32_t pid, uint64_t ended, uint64_t *time)
{
	struct report_processes processes = { 0 };
	struct report_cgroups cgroups = { 0 };
	bool known = !client_processes(client, NULL, &processes);

	if (known && cgroup->path)
		known = !client_cgroups(client, &cgroups) &&
			is_whole(&processes, ended) &&
			sum_cgroup(cgroup, &cgroups, &processes, time);
	else if (known)
		known = find_process(&processes, pid, time);
	report_free_processes(&processes);
	report_free_cgroups(&cgroups);
	return known;
}
