// SPDX-License-Identifier: GPL-2.0
#include "config.h"
#include "cost.h"
#include "history.h"
#include "listing.h"
#include "snapshot.h"
#include "task.h"

#include <linux/bitops.h>
#include <linux/mutex.h>

#define MAX_ROWS BIT(20)

/* Held while settings change, and while all are read. */
static DEFINE_MUTEX(config_lock);

const struct nt_setting nt_settings[NUMATRACE_A_CONFIG_MAX + 1] = {
	[NUMATRACE_A_CONFIG_PROCESS_TABLE_SIZE] = { "process_table_size", 1,
						    MAX_ROWS },
	[NUMATRACE_A_CONFIG_CGROUP_TABLE_SIZE] = { "cgroup_table_size", 1,
						   MAX_ROWS },
	[NUMATRACE_A_CONFIG_TRACK_PROCESSES] = { "track_processes", 0, 1 },
	[NUMATRACE_A_CONFIG_TRACK_CGROUPS] = { "track_cgroups", 0, 1 },
	[NUMATRACE_A_CONFIG_MIN_FAULTS] = { "min_faults", 0, U64_MAX },
	[NUMATRACE_A_CONFIG_SAMPLE_INTERVAL_MS] = { "sample_interval_ms", 100,
						    3600000, 1000 },
	[NUMATRACE_A_CONFIG_SAMPLE_INTERVAL_MAX_MS] = { "sample_interval_max_ms",
							100, 3600000, 60000 },
	[NUMATRACE_A_CONFIG_SAMPLE_BACKOFF] = { "sample_backoff", 1, 16, 2 },
	[NUMATRACE_A_CONFIG_HISTORY] = { "history_size", 1, 100000, 1000 },
	[NUMATRACE_A_CONFIG_SAMPLE_CGROUPS] = { "sample_cgroups", 0, 64, 0 },
	[NUMATRACE_A_CONFIG_MEASURE_COST] = { "measure_cost", 0, 1, 0 },
	[NUMATRACE_A_CONFIG_BOUNCE_WINDOW_MS] = { "bounce_window_ms", 0,
						  3600000, 10000 },
	[NUMATRACE_A_CONFIG_DETECT_WINDOW_MS] = { "detect_window_ms", 1000,
						  3600000, 10000 },
	[NUMATRACE_A_CONFIG_DETECT_MEMORY_IMBALANCE] = { "detect_memory_imbalance",
							 0, 100, 30 },
	[NUMATRACE_A_CONFIG_DETECT_CPU_IMBALANCE] = { "detect_cpu_imbalance", 0,
						      100, 20 },
	[NUMATRACE_A_CONFIG_DETECT_LOW_LOCALITY] = { "detect_low_locality", 0,
						     100, 70 },
	[NUMATRACE_A_CONFIG_DETECT_MIGRATION_FAILURES] = { "detect_migration_failures",
							   0, 100, 10 },
	[NUMATRACE_A_CONFIG_DETECT_PING_PONG] = { "detect_ping_pong", 0, 100,
						  10 },
	[NUMATRACE_A_CONFIG_DETECT_FIRST_TOUCH] = { "detect_first_touch", 0,
						    100, 80 },
	[NUMATRACE_A_CONFIG_DETECT_NODE_FULL] = { "detect_node_full", 0, 100,
						  5 },
	[NUMATRACE_A_CONFIG_DETECT_ALLOCATION_MISSES] = { "detect_allocation_misses",
							  0, 100, 10 },
	[NUMATRACE_A_CONFIG_DETECT_MIN_EVENTS] = { "detect_min_events", 1,
						   U32_MAX, 1000 },
};

/* From here on settings are knobs. */
#define FIRST_KNOB NUMATRACE_A_CONFIG_SAMPLE_INTERVAL_MS

u32 nt_knobs[NUMATRACE_A_CONFIG_MAX + 1] __read_mostly;

static const struct {
	struct nt_ledger *ledger;
	unsigned int size;
	unsigned int track;
} ledgers[] = {
	{ &nt_processes, NUMATRACE_A_CONFIG_PROCESS_TABLE_SIZE,
	  NUMATRACE_A_CONFIG_TRACK_PROCESSES },
	{ &nt_cgroups, NUMATRACE_A_CONFIG_CGROUP_TABLE_SIZE,
	  NUMATRACE_A_CONFIG_TRACK_CGROUPS },
};

static bool is_tracked(unsigned int i)
{
	return atomic_read(&nt_tracked) & ledgers[i].ledger->bit;
}

void nt_config_get(struct nt_config *config)
{
	int i;

	mutex_lock(&config_lock);
	for (i = 0; i < ARRAY_SIZE(ledgers); i++) {
		config->value[ledgers[i].size] =
			nt_ledger_size(ledgers[i].ledger);
		config->value[ledgers[i].track] = is_tracked(i);
	}
	config->value[NUMATRACE_A_CONFIG_MIN_FAULTS] = nt_listing_min_faults();
	for (i = FIRST_KNOB; i <= NUMATRACE_A_CONFIG_MAX; i++)
		config->value[i] = nt_knob(i);
	mutex_unlock(&config_lock);
}

static int check(const struct nt_config *config, unsigned long which,
		 unsigned int *wrong)
{
	unsigned int i;

	for_each_set_bit(i, &which, NUMATRACE_A_CONFIG_MAX + 1) {
		if (config->value[i] >= nt_settings[i].min &&
		    config->value[i] <= nt_settings[i].max)
			continue;
		*wrong = i;
		return -ERANGE;
	}
	return 0;
}

/**
 * struct plan - what a change of settings needs
 * @tables: the tables whose size changes, else NULL
 * @ring: the history, if its size changes, else NULL
 */
struct plan {
	struct nt_table *tables[ARRAY_SIZE(ledgers)];
	struct nt_ring *ring;
};

static void drop(struct plan *plan)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ledgers); i++)
		nt_table_free(plan->tables[i]);
	nt_ring_free(plan->ring);
}

/* What a knob will be. */
static u32 future(const struct nt_config *config, unsigned long which,
		  unsigned int attr)
{
	return which & BIT(attr) ? config->value[attr] : nt_knob(attr);
}

static int prepare_ring(const struct nt_config *config, unsigned long which,
			struct plan *plan)
{
	u32 size = future(config, which, NUMATRACE_A_CONFIG_HISTORY);
	u32 cgroups = future(config, which, NUMATRACE_A_CONFIG_SAMPLE_CGROUPS);

	if (size == nt_knob(NUMATRACE_A_CONFIG_HISTORY) &&
	    cgroups == nt_knob(NUMATRACE_A_CONFIG_SAMPLE_CGROUPS))
		return 0;
	plan->ring = nt_ring_alloc(size, cgroups);
	return plan->ring ? 0 : -ENOMEM;
}

/* Allocates what changes in size. */
static int prepare(const struct nt_config *config, unsigned long which,
		   struct plan *plan)
{
	unsigned int i, size;

	/* What this allocates it keeps, and the next to ask need not. */
	if (which & BIT(NUMATRACE_A_CONFIG_MEASURE_COST) &&
	    config->value[NUMATRACE_A_CONFIG_MEASURE_COST] && nt_cost_prepare())
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(ledgers); i++) {
		size = config->value[ledgers[i].size];
		if (!(which & BIT(ledgers[i].size)) ||
		    size == nt_ledger_size(ledgers[i].ledger))
			continue;
		plan->tables[i] = nt_table_alloc(size);
		if (!plan->tables[i])
			return -ENOMEM;
	}
	return prepare_ring(config, which, plan);
}

static void replace(const struct plan *plan)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ledgers); i++)
		if (plan->tables[i])
			nt_ledger_replace(ledgers[i].ledger, plan->tables[i]);
	if (!plan->ring)
		return;
	mutex_lock(&nt_sampling);
	nt_history_replace(plan->ring);
	mutex_unlock(&nt_sampling);
}

#define INTERVALS                                                              \
	(BIT(NUMATRACE_A_CONFIG_SAMPLE_INTERVAL_MS) |                          \
	 BIT(NUMATRACE_A_CONFIG_SAMPLE_INTERVAL_MAX_MS) |                      \
	 BIT(NUMATRACE_A_CONFIG_SAMPLE_BACKOFF))

/* Whether readings before and after the change are of different things. */
static bool is_cut(const struct nt_config *config, unsigned long which,
		   const struct plan *plan)
{
	unsigned int i, cost = NUMATRACE_A_CONFIG_MEASURE_COST;

	for (i = 0; i < ARRAY_SIZE(ledgers); i++) {
		if (plan->tables[i])
			return true;
		if (which & BIT(ledgers[i].track) &&
		    config->value[ledgers[i].track] != is_tracked(i))
			return true;
	}
	return which & BIT(cost) && config->value[cost] != nt_knob(cost);
}

static void commit(const struct nt_config *config, unsigned long which,
		   const struct plan *plan)
{
	u64 min_faults = config->value[NUMATRACE_A_CONFIG_MIN_FAULTS];
	bool cut = is_cut(config, which, plan);
	unsigned int i;

	replace(plan);
	for (i = 0; i < ARRAY_SIZE(ledgers); i++)
		if (which & BIT(ledgers[i].track))
			nt_task_track(ledgers[i].ledger,
				      config->value[ledgers[i].track]);
	if (which & BIT(NUMATRACE_A_CONFIG_MIN_FAULTS))
		nt_listing_set_min_faults(min_faults);
	for (i = FIRST_KNOB; i <= NUMATRACE_A_CONFIG_MAX; i++)
		if (which & BIT(i))
			WRITE_ONCE(nt_knobs[i], config->value[i]);
	if (which & BIT(NUMATRACE_A_CONFIG_MEASURE_COST))
		nt_cost_switch(config->value[NUMATRACE_A_CONFIG_MEASURE_COST]);
	if (cut)
		nt_snapshot_new_generation();
	if (which & INTERVALS)
		nt_sampler_restart();
}

void nt_config_init(void)
{
	unsigned int i;

	for (i = FIRST_KNOB; i <= NUMATRACE_A_CONFIG_MAX; i++)
		nt_knobs[i] = nt_settings[i].preset;
}

int nt_config_set(const struct nt_config *config, unsigned long which,
		  unsigned int *wrong)
{
	struct plan plan = { .ring = NULL };
	int ret;

	ret = check(config, which, wrong);
	if (ret)
		return ret;
	mutex_lock(&config_lock);
	ret = prepare(config, which, &plan);
	if (ret)
		drop(&plan);
	else
		commit(config, which, &plan);
	mutex_unlock(&config_lock);
	if (!ret && which & INTERVALS)
		nt_sampler_flush();
	return ret;
}
