// SPDX-License-Identifier: GPL-2.0
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/numatrace.h>

/*
 * The capacity is the power of two at or above the length, so that it need not
 * be kept anywhere.
 */
void *report_grow(void *array, size_t count, size_t size)
{
	bool full = !(count & (count - 1));
	char *grown = array;

	if (full) {
		grown = reallocarray(array, count ? count * 2 : 1, size);
		if (!grown)
			return NULL;
	}
	memset(grown + count * size, 0, size);
	return grown;
}

struct report_node *report_add_node(struct report_nodes *nodes)
{
	struct report_node *grown;

	grown = report_grow(nodes->node, nodes->count, sizeof(*grown));
	if (!grown)
		return NULL;
	nodes->node = grown;
	return &grown[nodes->count++];
}

struct report_cell *report_add_cell(struct report_matrix *matrix)
{
	struct report_cell *grown;

	grown = report_grow(matrix->cell, matrix->count, sizeof(*grown));
	if (!grown)
		return NULL;
	matrix->cell = grown;
	return &grown[matrix->count++];
}

struct report_hook *report_add_hook(struct report_info *info)
{
	struct report_hook *grown;

	grown = report_grow(info->hook, info->hooks, sizeof(*grown));
	if (!grown)
		return NULL;
	info->hook = grown;
	return &grown[info->hooks++];
}

struct report_uncounted *report_add_uncounted(struct report_info *info)
{
	struct report_uncounted *grown;

	grown = report_grow(info->uncounted, info->uncounteds, sizeof(*grown));
	if (!grown)
		return NULL;
	info->uncounted = grown;
	return &grown[info->uncounteds++];
}

struct report_process *report_add_process(struct report_processes *processes)
{
	struct report_process *grown;

	grown = report_grow(processes->process, processes->count,
			    sizeof(*grown));
	if (!grown)
		return NULL;
	processes->process = grown;
	return &grown[processes->count++];
}

struct report_cgroup *report_add_cgroup(struct report_cgroups *cgroups)
{
	struct report_cgroup *grown;

	grown = report_grow(cgroups->cgroup, cgroups->count, sizeof(*grown));
	if (!grown)
		return NULL;
	cgroups->cgroup = grown;
	return &grown[cgroups->count++];
}

struct report_thread *report_add_thread(struct report_threads *threads)
{
	struct report_thread *grown;

	grown = report_grow(threads->thread, threads->count, sizeof(*grown));
	if (!grown)
		return NULL;
	threads->thread = grown;
	return &grown[threads->count++];
}

struct report_share *report_add_share(struct report_usage *usage)
{
	struct report_share *grown;

	grown = report_grow(usage->share, usage->shares, sizeof(*grown));
	if (!grown)
		return NULL;
	usage->share = grown;
	return &grown[usage->shares++];
}

static int compare_nodes(const void *a, const void *b)
{
	const struct report_node *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static int compare_cells(const void *a, const void *b)
{
	const struct report_cell *x = a, *y = b;

	if (x->row != y->row)
		return x->row > y->row ? 1 : -1;
	return (x->column > y->column) - (x->column < y->column);
}

/* Living and ended processes are of one kind here: a row may change its. */
static uint32_t group(const struct report_process *process)
{
	return process->kind == NUMATRACE_ROW_KIND_ENDED
		       ? NUMATRACE_ROW_KIND_CURRENT
		       : process->kind;
}

static int compare_processes(const void *a, const void *b)
{
	const struct report_process *x = a, *y = b;

	if (group(x) != group(y))
		return group(x) > group(y) ? 1 : -1;
	if (x->pid != y->pid)
		return x->pid > y->pid ? 1 : -1;
	return (x->start_time > y->start_time) -
	       (x->start_time < y->start_time);
}

static int compare_threads(const void *a, const void *b)
{
	const struct report_thread *x = a, *y = b;

	return (x->tid > y->tid) - (x->tid < y->tid);
}

/* False if two neighbours of the sorted array are equal. */
static bool sort_unique(void *array, size_t count, size_t size,
			int (*compare)(const void *, const void *))
{
	const char *element = array;

	if (!count)
		return true;
	qsort(array, count, size, compare);
	for (size_t i = 1; i < count; i++, element += size)
		if (!compare(element, element + size))
			return false;
	return true;
}

bool report_sort_nodes(struct report_nodes *nodes)
{
	return sort_unique(nodes->node, nodes->count, sizeof(*nodes->node),
			   compare_nodes);
}

bool report_sort_matrix(struct report_matrix *matrix)
{
	return sort_unique(matrix->cell, matrix->count, sizeof(*matrix->cell),
			   compare_cells);
}

bool report_sort_processes(struct report_processes *processes)
{
	return sort_unique(processes->process, processes->count,
			   sizeof(*processes->process), compare_processes);
}

bool report_sort_threads(struct report_threads *threads)
{
	return sort_unique(threads->thread, threads->count,
			   sizeof(*threads->thread), compare_threads);
}

const struct report_node *report_find_node(const struct report_nodes *nodes,
					   uint32_t id)
{
	struct report_node key = { .id = id };

	if (!nodes->count)
		return NULL;
	return bsearch(&key, nodes->node, nodes->count, sizeof(key),
		       compare_nodes);
}

const struct report_cell *report_find_cell(const struct report_matrix *matrix,
					   uint32_t row, uint32_t column)
{
	struct report_cell key = { .row = row, .column = column };

	if (!matrix->count)
		return NULL;
	return bsearch(&key, matrix->cell, matrix->count, sizeof(key),
		       compare_cells);
}

struct report_process *
report_find_process(const struct report_processes *processes,
		    const struct report_process *key)
{
	if (!processes->count)
		return NULL;
	return bsearch(key, processes->process, processes->count, sizeof(*key),
		       compare_processes);
}

struct report_process *report_find_sum(const struct report_processes *processes,
				       uint32_t kind)
{
	const struct report_process key = { .kind = kind };

	return report_find_process(processes, &key);
}

const struct report_hook *report_find_hook(const struct report_info *info,
					   const char *name)
{
	for (size_t i = 0; i < info->hooks; i++)
		if (!strcmp(info->hook[i].name, name))
			return &info->hook[i];
	return NULL;
}

int report_copy_nodes(struct report_nodes *copy,
		      const struct report_nodes *nodes)
{
	copy->timestamp = nodes->timestamp;
	copy->generation = nodes->generation;
	for (size_t i = 0; i < nodes->count; i++) {
		struct report_node *node = report_add_node(copy);

		if (!node)
			return -ENOMEM;
		*node = nodes->node[i];
		node->cpus = strdup(nodes->node[i].cpus);
		if (!node->cpus)
			return -ENOMEM;
	}
	return 0;
}

int report_copy_matrix(struct report_matrix *copy,
		       const struct report_matrix *matrix)
{
	copy->timestamp = matrix->timestamp;
	copy->generation = matrix->generation;
	for (size_t i = 0; i < matrix->count; i++) {
		struct report_cell *cell = report_add_cell(copy);

		if (!cell)
			return -ENOMEM;
		*cell = matrix->cell[i];
	}
	return 0;
}

static int copy_usage(struct report_usage *copy,
		      const struct report_usage *usage)
{
	*copy = *usage;
	copy->shares = 0;
	copy->share = NULL;
	for (size_t i = 0; i < usage->shares; i++) {
		struct report_share *share = report_add_share(copy);

		if (!share)
			return -ENOMEM;
		*share = usage->share[i];
	}
	return 0;
}

int report_copy_processes(struct report_processes *copy,
			  const struct report_processes *processes)
{
	copy->timestamp = processes->timestamp;
	copy->generation = processes->generation;
	for (size_t i = 0; i < processes->count; i++) {
		const struct report_process *from = &processes->process[i];
		struct report_process *process = report_add_process(copy);

		if (!process)
			return -ENOMEM;
		*process = *from;
		process->comm = NULL;
		if (copy_usage(&process->usage, &from->usage))
			return -ENOMEM;
		if (!from->comm)
			continue;
		process->comm = strdup(from->comm);
		if (!process->comm)
			return -ENOMEM;
	}
	return 0;
}

void report_free_nodes(struct report_nodes *nodes)
{
	for (size_t i = 0; i < nodes->count; i++)
		free(nodes->node[i].cpus);
	free(nodes->node);
	*nodes = (struct report_nodes){ 0 };
}

void report_free_matrix(struct report_matrix *matrix)
{
	free(matrix->cell);
	*matrix = (struct report_matrix){ 0 };
}

void report_free_info(struct report_info *info)
{
	for (size_t i = 0; i < info->hooks; i++) {
		free(info->hook[i].name);
		free(info->hook[i].function);
		free(info->hook[i].reason);
	}
	free(info->hook);
	for (size_t i = 0; i < info->uncounteds; i++) {
		free(info->uncounted[i].name);
		free(info->uncounted[i].reason);
	}
	free(info->uncounted);
	free(info->module_version);
	free(info->nodes_possible);
	free(info->nodes_online);
	free(info->nodes_memory);
	free(info->nodes_cpu);
	free(info->nodes_gone);
	*info = (struct report_info){ 0 };
}

void report_cut_processes(struct report_processes *processes, size_t count)
{
	while (processes->count > count) {
		struct report_process *last =
			&processes->process[--processes->count];

		free(last->comm);
		free(last->usage.share);
	}
}

void report_free_processes(struct report_processes *processes)
{
	report_cut_processes(processes, 0);
	free(processes->process);
	*processes = (struct report_processes){ 0 };
}

void report_free_cgroups(struct report_cgroups *cgroups)
{
	for (size_t i = 0; i < cgroups->count; i++) {
		free(cgroups->cgroup[i].path);
		free(cgroups->cgroup[i].usage.share);
	}
	free(cgroups->cgroup);
	*cgroups = (struct report_cgroups){ 0 };
}

void report_free_threads(struct report_threads *threads)
{
	for (size_t i = 0; i < threads->count; i++) {
		struct report_thread *thread = &threads->thread[i];

		free(thread->comm);
		free(thread->affinity);
		free(thread->cpuset_nodes);
		free(thread->policy_nodes);
		free(thread->statistic);
	}
	free(threads->thread);
	*threads = (struct report_threads){ 0 };
}

bool report_hook_attached(const struct report_info *info, const char *name)
{
	const struct report_hook *hook = report_find_hook(info, name);

	return hook && (hook->state == NUMATRACE_HOOK_STATE_FTRACE ||
			hook->state == NUMATRACE_HOOK_STATE_KPROBE);
}

bool report_hook_counted(const struct report_hook *hook)
{
	return hook->state != NUMATRACE_HOOK_STATE_UNAVAILABLE || hook->events;
}
