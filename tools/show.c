// SPDX-License-Identifier: GPL-2.0
#include "show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare_threads(const void *a, const void *b)
{
	const struct report_thread *x = a, *y = b;

	if (x->cpu_node != y->cpu_node)
		return x->cpu_node > y->cpu_node ? 1 : -1;
	return (x->tid > y->tid) - (x->tid < y->tid);
}

static int collect_proc_threads(struct show *show)
{
	struct topology topology;
	int err = topology_read("", &topology);

	if (err)
		return err;
	err = proc_threads(show->proc.pid, &topology, &show->threads);
	topology_free(&topology);
	return err;
}

/* Whoever may not see a process is told that it has no row. */
static int collect_row(struct client *client, struct show *show)
{
	int err = client_process(client, (uint32_t)show->proc.pid, &show->row);

	return err == -ESRCH ? 0 : err;
}

static int collect_threads(struct client *client, struct show *show)
{
	int err = client_threads(client, (uint32_t)show->proc.pid,
				 &show->threads);

	show->policies = !err;
	show->hidden = err == -EPERM;
	return show->hidden ? collect_proc_threads(show) : err;
}

/* Without the module sysfs and /proc still know much. */
static int collect_reports(struct client *client, struct show *show)
{
	int err = client_info(client, &show->info);

	if (err == -ENOENT) {
		err = topology_info(&show->info);
		return err ? err : collect_proc_threads(show);
	}
	if (!err)
		err = client_config(client, &show->config);
	if (!err)
		err = collect_row(client, show);
	return err ? err : collect_threads(client, show);
}

static int name_cgroup(struct show *show)
{
	if (!show->proc.cgroup ||
	    !container_of_path(show->proc.cgroup, &show->container))
		return 0;
	show->label = container_label(&show->container);
	return show->label ? 0 : -ENOMEM;
}

/* The leader may exit before its threads: it has no memory from then on. */
static pid_t measurable(const struct show *show)
{
	const struct report_threads *threads = &show->threads;

	for (size_t i = 0; show->proc.state == 'Z' && i < threads->count; i++)
		if (threads->thread[i].tid != (uint32_t)show->proc.pid)
			return (pid_t)threads->thread[i].tid;
	return show->proc.pid;
}

static int judge(struct show *show)
{
	const struct verdict_facts facts = {
		.measured = (uint32_t)measurable(show),
		.info = &show->info,
		.config = &show->config,
		.process = show->row.count ? &show->row.process[0] : NULL,
		.hidden = show->hidden,
		.threads = &show->threads,
		.policies = show->policies,
		.residency = show->unmeasured ? NULL : &show->residency,
	};

	return verdict_find(&facts, &show->verdict);
}

int show_collect(struct client *client, pid_t pid,
		 const struct residency_request *request, struct show *show)
{
	int err;

	*show = (struct show){ 0 };
	err = proc_read(pid, &show->proc);
	if (!err)
		err = collect_reports(client, show);
	if (!err)
		err = name_cgroup(show);
	if (err)
		return err;
	if (show->threads.count)
		qsort(show->threads.thread, show->threads.count,
		      sizeof(*show->threads.thread), compare_threads);
	show->unmeasured =
		residency_measure(measurable(show), request, &show->residency);
	/* A process that went in between is one that is not there. */
	if (show->unmeasured == -ESRCH || show->unmeasured == -ENOMEM)
		return show->unmeasured;
	return judge(show);
}

void show_free(struct show *show)
{
	proc_free(&show->proc);
	report_free_info(&show->info);
	report_free_processes(&show->row);
	report_free_threads(&show->threads);
	residency_free(&show->residency);
	verdict_free(&show->verdict);
	free(show->label);
	*show = (struct show){ 0 };
}

/* The module's time is that of its tables; that of /proc is cut to ticks. */
bool show_started(const struct show *show, uint64_t *start)
{
	*start = show->row.count ? show->row.process[0].start_time
				 : show->proc.start_time;
	return show->row.count || show->proc.started;
}

bool show_has_matrix(const struct report_usage *usage)
{
	for (size_t i = 0; i < usage->shares; i++)
		if (usage->share[i].cpu_node == REPORT_ALL_NODES ||
		    usage->share[i].memory_node == REPORT_ALL_NODES)
			return false;
	return true;
}

const char *show_unmeasured(const struct show *show)
{
	switch (show->unmeasured) {
	case -EPERM:
		return "not permitted: this needs its owner, or CAP_SYS_PTRACE";
	case -EOPNOTSUPP:
		return "the kernel does not tell";
	default:
		return strerror(-show->unmeasured);
	}
}
