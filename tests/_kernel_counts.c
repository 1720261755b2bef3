// SPDX-License-Identifier: GPL-2.0
#include "_kernel_counts.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <numa.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Lines of vmstat; of several that begin so, the sum. */
static const struct {
	const char *name;
	bool several;
} lines[NODE_FIELDS] = {
	[NODE_FAULTS] = { "pgfault" },
	[NODE_MAJOR_FAULTS] = { "pgmajfault" },
	[NODE_HINT_FAULTS] = { "numa_hint_faults" },
	[NODE_HINT_FAULTS_LOCAL] = { "numa_hint_faults_local" },
	[NODE_PTE_UPDATES] = { "numa_pte_updates" },
	[NODE_HUGE_PTE_UPDATES] = { "numa_huge_pte_updates" },
	[NODE_NUMA_PAGES_MIGRATED] = { "numa_pages_migrated" },
	[NODE_MIGRATE_SUCCESS] = { "pgmigrate_success" },
	[NODE_MIGRATE_FAIL] = { "pgmigrate_fail" },
	[NODE_THP_MIGRATE_SUCCESS] = { "thp_migration_success" },
	[NODE_THP_MIGRATE_FAIL] = { "thp_migration_fail" },
	[NODE_THP_MIGRATE_SPLIT] = { "thp_migration_split" },
	[NODE_PROMOTED] = { "pgpromote_success" },
	[NODE_DEMOTED] = { "pgdemote_", true },
	[NODE_ALLOC_HIT] = { "numa_hit" },
	[NODE_ALLOC_MISS] = { "numa_miss" },
	[NODE_ALLOC_FOREIGN] = { "numa_foreign" },
	[NODE_ALLOC_INTERLEAVE_HIT] = { "numa_interleave" },
	[NODE_ALLOC_LOCAL_NODE] = { "numa_local" },
	[NODE_ALLOC_OTHER_NODE] = { "numa_other" },
};

/* Times of a CPU in /proc/stat that it was busy: all but idle and iowait. */
#define BUSY_TIMES 6

static bool is_line(const char *name, enum node_field field)
{
	const char *line = lines[field].name;

	if (!line)
		return false;
	return lines[field].several ? !strncmp(name, line, strlen(line))
				    : !strcmp(name, line);
}

/* Adds up what the file has; returns which fields it has. */
static uint64_t read_vmstat(const char *path, uint64_t value[NODE_FIELDS])
{
	FILE *file = fopen(path, "r");
	uint64_t found = 0, count;
	enum node_field field;
	char name[64];

	if (!file)
		return 0;
	while (fscanf(file, "%63s %" SCNu64, name, &count) == 2) {
		for (field = NODE_FIRST_COUNTER; field < NODE_FIELDS; field++) {
			if (!is_line(name, field))
				continue;
			value[field] += count;
			found |= 1ULL << field;
		}
	}
	fclose(file);
	return found;
}

static uint64_t tick(void)
{
	return 1000000000ULL / sysconf(_SC_CLK_TCK);
}

static int read_times(struct kernel_counts *counts, int node)
{
	uint64_t user, nice, system, irq, softirq, steal, busy;
	FILE *file = fopen("/proc/stat", "r");
	char line[1024];
	int cpu;

	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file)) {
		/* The first line is the sum of all CPUs. */
		if (!isdigit(line[strlen("cpu")]) ||
		    sscanf(line,
			   "cpu%d %" SCNu64 " %" SCNu64 " %" SCNu64
			   " %*u %*u %" SCNu64 " %" SCNu64 " %" SCNu64,
			   &cpu, &user, &nice, &system, &irq, &softirq,
			   &steal) != 7)
			continue;
		busy = tick() * (user + nice + system + irq + softirq + steal);
		counts->total[NODE_CPU_TIME] += busy;
		if (numa_node_of_cpu(cpu) == node)
			counts->own[NODE_CPU_TIME] += busy;
	}
	fclose(file);
	counts->known |= 1ULL << NODE_CPU_TIME;
	return 0;
}

/* Has every CPU hand in what it has counted of nodes. */
static void refresh(void)
{
	FILE *file = fopen("/proc/sys/vm/stat_refresh", "w");

	if (!file)
		return;
	fputc('1', file);
	fclose(file);
}

int kernel_counts_read(struct kernel_counts *counts, int node)
{
	const uint64_t wanted =
		(1ULL << NODE_CPU_TIME) - (1ULL << NODE_FIRST_COUNTER);
	char path[64];

	memset(counts, 0, sizeof(*counts));
	refresh();
	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/vmstat",
		 node);
	counts->known = read_vmstat(path, counts->own);
	if (read_vmstat("/proc/vmstat", counts->total) != wanted) {
		errno = ENODATA;
		return -1;
	}
	return read_times(counts, node);
}

uint64_t kernel_count(enum node_field field)
{
	struct kernel_counts counts;

	return kernel_counts_read(&counts, 0) ? 0 : counts.total[field];
}

const char *kernel_counts_name(enum node_field field)
{
	if (field == NODE_CPU_TIME)
		return "cpu";
	return lines[field].name ? lines[field].name : "?";
}

uint64_t kernel_counts_slack(enum node_field field)
{
	if (field != NODE_CPU_TIME)
		return 0;
	return sysconf(_SC_NPROCESSORS_ONLN) * BUSY_TIMES * tick();
}
