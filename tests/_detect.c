// SPDX-License-Identifier: GPL-2.0
#include "_detect.h"

#include "_knobs.h"
#include "_patience.h"
#include "_setting.h"
#include "_workload.h"

#include <numaif.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MIB (1UL << 20)
#define PAGE 4096UL
#define ANY_NODE REPORT_ALL_NODES

int detect_set(struct detect *self, enum config_field field, uint64_t value)
{
	return knob_config(self->client, field, value);
}

/* All detectors are off, samples are frequent, and few events suffice. */
static int set_up_sampling(struct client *client)
{
	struct report_config config = { 0 };
	int i;

	for (i = CONFIG_DETECT_MEMORY_IMBALANCE;
	     i <= CONFIG_DETECT_ALLOCATION_MISSES; i++)
		config.set |= 1U << i;
	config.set |= 1U << CONFIG_SAMPLE_INTERVAL_MS |
		      1U << CONFIG_SAMPLE_INTERVAL_MAX_MS |
		      1U << CONFIG_DETECT_WINDOW_MS |
		      1U << CONFIG_DETECT_MIN_EVENTS;
	config.value[CONFIG_SAMPLE_INTERVAL_MS] = 200;
	config.value[CONFIG_SAMPLE_INTERVAL_MAX_MS] = 200;
	config.value[CONFIG_DETECT_WINDOW_MS] = 1000;
	config.value[CONFIG_DETECT_MIN_EVENTS] = 100;
	return client_set_config(client, &config);
}

int detect_begin(struct detect *self)
{
	memset(self, 0, sizeof(*self));
	self->pipe[0] = -1;
	self->pipe[1] = -1;
	if (workload_fast_scan() || worker_find_nodes(&self->nodes))
		return -1;
	worker_hide();
	self->client = client_new();
	if (!self->client || client_config(self->client, &self->before))
		return -1;
	return set_up_sampling(self->client) ? -1 : 0;
}

void detect_stop(struct detect *self)
{
	while (self->children)
		worker_end(self->child[--self->children]);
}

void hog_free(struct hog *hog)
{
	if (hog->start)
		munmap(hog->start, hog->size);
	hog->start = NULL;
}

void detect_end(struct detect *self)
{
	detect_stop(self);
	hog_free(&self->hog[0]);
	hog_free(&self->hog[1]);
	close(self->pipe[0]);
	close(self->pipe[1]);
	if (self->client)
		client_set_config(self->client, &self->before);
	monitor_close(self->monitor);
	client_free(self->client);
}

int hog_place(struct hog *hog, size_t size, int mode, int node)
{
	unsigned long nodes = 1UL << node;

	hog->size = size & ~(PAGE - 1);
	hog->start = mmap(NULL, hog->size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (hog->start == MAP_FAILED) {
		hog->start = NULL;
		return -1;
	}
	if (madvise(hog->start, hog->size, MADV_NOHUGEPAGE) ||
	    mbind(hog->start, hog->size, mode, &nodes, 8 * sizeof(nodes), 0))
		return -1;
	memset(hog->start, 1, hog->size);
	return 0;
}

int detect_start(struct detect *self,
		 int (*work)(int cpu_node, int memory_node), int cpu_node,
		 int memory_node)
{
	pid_t pid;

	if (self->children == DETECT_MAX_CHILDREN)
		return -1;
	pid = worker_fork();
	if (!pid)
		_exit(work(cpu_node, memory_node));
	if (pid < 0)
		return -1;
	self->child[self->children++] = pid;
	return 0;
}

static void find(const struct report_findings *findings, uint32_t kind,
		 uint32_t node, struct look *look)
{
	size_t i;

	look->found = false;
	for (i = 0; i < findings->count; i++) {
		if (findings->finding[i].kind != kind ||
		    (node != ANY_NODE && findings->finding[i].node != node))
			continue;
		look->found = true;
		look->finding = findings->finding[i];
	}
}

/* No sample comes between what is read of it. */
int detect_look(struct detect *self, uint32_t kind, uint32_t node,
		struct look *look)
{
	struct report_info before = { 0 }, after = { 0 };
	struct report_findings findings = { 0 };
	int err = client_info(self->client, &before);

	if (!err)
		err = client_findings(self->client, &findings);
	if (!err)
		err = client_info(self->client, &after);
	if (!err) {
		find(&findings, kind, node, look);
		look->judged = after.judged & (1U << kind) &&
			       before.judged_at == after.judged_at;
	}
	report_free_info(&before);
	report_free_info(&after);
	report_free_findings(&findings);
	return err;
}

int detect_subscribe(struct detect *self)
{
	const int size = 8 * MIB;
	int err = monitor_open(&self->monitor);

	if (err)
		return err;
	return setsockopt(monitor_fd(self->monitor), SOL_SOCKET, SO_RCVBUFFORCE,
			  &size, sizeof(size));
}

static void count(struct detect *self, const struct report_finding *finding,
		  uint32_t kind)
{
	if (finding->kind != kind)
		self->other_events++;
	else if (finding->ended)
		self->ends++;
	else
		self->begins++;
}

int detect_hear(struct detect *self, uint32_t kind)
{
	struct monitor_event event;

	if (!self->monitor)
		return 0;
	do {
		if (monitor_next(self->monitor, &event))
			return -1;
		if (event.kind == MONITOR_LOST || event.kind == MONITOR_GONE)
			return -1;
		if (event.kind == MONITOR_SAMPLE)
			report_free_sample(&event.sample);
		if (event.kind == MONITOR_FINDING)
			count(self, &event.finding, kind);
	} while (event.kind != MONITOR_NOTHING);
	return 0;
}

bool detect_becomes(struct detect *self, uint32_t kind, uint32_t node,
		    bool found, int (*act)(struct detect *self),
		    struct look *look)
{
	time_t deadline = time(NULL) + PATIENCE;

	do {
		if (act && act(self))
			return false;
		if (detect_look(self, kind, node, look) ||
		    detect_hear(self, kind))
			return false;
		if (found ? look->found : look->judged && !look->found)
			return true;
		usleep(50000);
	} while (time(NULL) < deadline);
	return false;
}

static uint64_t last_sequence(struct detect *self)
{
	struct report_info info;
	uint64_t last = 0;

	if (!client_info(self->client, &info))
		last = info.last_sequence;
	report_free_info(&info);
	return last;
}

bool detect_some_samples(struct detect *self, uint32_t kind)
{
	uint64_t goal = last_sequence(self) + 5;
	time_t deadline = time(NULL) + PATIENCE;

	while (last_sequence(self) < goal) {
		if (detect_hear(self, kind) || time(NULL) > deadline)
			return false;
		usleep(50000);
	}
	return !detect_hear(self, kind);
}

uint64_t detect_memory(struct detect *self, int node, enum node_field field)
{
	struct report_nodes nodes = { 0 };
	const struct report_node *one = NULL;
	uint64_t bytes = 0;

	if (!client_nodes(self->client, &nodes))
		one = report_find_node(&nodes, node);
	if (one)
		bytes = one->value[field];
	report_free_nodes(&nodes);
	return bytes;
}
