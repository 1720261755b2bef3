// SPDX-License-Identifier: GPL-2.0
#include "tunables.h"

#include "conf.h"

#include <limits.h>

#define SCHED "/sys/kernel/debug/sched/numa_balancing/"
#define OLD_SCHED "/proc/sys/kernel/numa_balancing_"
#define THP "/sys/kernel/mm/transparent_hugepage/"
#define VM "/proc/sys/vm/"
#define WEIGHTS "/sys/kernel/mm/mempolicy/weighted_interleave/"

/* A scan of no size would have the kernel divide by zero. */
const struct tunable tunables[] = {
	{
		.name = "numa_balancing",
		.path = { "/proc/sys/kernel/numa_balancing" },
		.max = 3,
		.what = "1: sample and migrate; 2: promote from slow nodes; 3: both; 0: off",
	},
	{
		.name = "scan_delay_ms",
		.path = { SCHED "scan_delay_ms", OLD_SCHED "scan_delay_ms" },
		.max = UINT_MAX,
		.preset = "1000",
		.what = "a process is not sampled before it has run so long",
	},
	{
		.name = "scan_period_min_ms",
		.path = { SCHED "scan_period_min_ms",
			  OLD_SCHED "scan_period_min_ms" },
		.min = 1,
		.max = UINT_MAX,
		.preset = "1000",
		.what = "shortest time to scan a process: smaller finds more and costs more",
	},
	{
		.name = "scan_period_max_ms",
		.path = { SCHED "scan_period_max_ms",
			  OLD_SCHED "scan_period_max_ms" },
		.min = 1,
		.max = UINT_MAX,
		.preset = "60000",
		.what = "longest such time, where all is local or nothing helps",
	},
	{
		.name = "scan_size_mb",
		.path = { SCHED "scan_size_mb", OLD_SCHED "scan_size_mb" },
		.min = 1,
		.max = 1 << 20,
		.preset = "256",
		.what = "how much memory is armed for sampling at once",
	},
	{
		.name = "hot_threshold_ms",
		.path = { SCHED "hot_threshold_ms" },
		.max = UINT_MAX,
		.preset = "1000",
		.what = "accessed so soon after it was armed, a page is promoted",
	},
	{
		.name = "promote_rate_limit_MBps",
		.path = { OLD_SCHED "promote_rate_limit_MBps" },
		.max = UINT_MAX,
		.preset = "65536",
		.what = "most that is promoted from slow nodes in a second",
	},
	{
		.name = "migration_cost_ns",
		.path = { "/sys/kernel/debug/sched/migration_cost_ns",
			  "/proc/sys/kernel/sched_migration_cost_ns" },
		.max = UINT_MAX,
		.preset = "500000",
		.what = "a task that ran so recently is not moved to another CPU",
	},
	{
		.name = "zone_reclaim_mode",
		.path = { VM "zone_reclaim_mode" },
		.max = 7,
		.preset = "0",
		.what = "1: reclaim before memory of another node is used; 2: write, 4: swap",
	},
	{
		.name = "demotion_enabled",
		.kind = TUNABLE_SWITCH,
		.path = { "/sys/kernel/mm/numa/demotion_enabled" },
		.preset = "false",
		.what = "reclaim moves cold pages to a slower node",
	},
	{
		.name = "weighted_interleave",
		.path = { WEIGHTS "node*" },
		.min = 1,
		.max = 255,
		.what = "pages that a node gets in a turn of weighted interleaving",
	},
	/* ORDER: whoever sets a weight clears it. */
	{
		.name = "weighted_interleave_auto",
		.kind = TUNABLE_SWITCH,
		/* Kernels 6.17 and 6.18 have a macro of the name "auto". */
		.path = { WEIGHTS "auto", WEIGHTS "__auto_type" },
		.what = "the kernel works these weights out from the bandwidth of nodes",
	},
	{
		.name = "thp_enabled",
		.kind = TUNABLE_CHOICE,
		.path = { THP "enabled" },
		.what = "who gets huge pages, which migrate as one",
	},
	{
		.name = "thp_defrag",
		.kind = TUNABLE_CHOICE,
		.path = { THP "defrag" },
		.preset = "madvise",
		.what = "who waits for compaction to get a huge page",
	},
	{
		.name = "khugepaged_defrag",
		.path = { THP "khugepaged/defrag" },
		.max = 1,
		.preset = "1",
		.what = "1: khugepaged compacts memory to make huge pages",
	},
	{
		.name = "compaction_proactiveness",
		.path = { VM "compaction_proactiveness" },
		.max = 100,
		.preset = "20",
		.what = "how much is compacted in the background; 0: nothing",
	},
	{
		.name = "swappiness",
		.path = { VM "swappiness" },
		.max = 200,
		.preset = "60",
		.what = "how much is swapped compared to dropping page cache",
	},
	{
		.name = "watermark_scale_factor",
		.path = { VM "watermark_scale_factor" },
		.min = 1,
		.max = 3000,
		.preset = "10",
		.what = "how early a node reclaims, in 1/10000 of it",
	},
	{
		.name = "watermark_boost_factor",
		.path = { VM "watermark_boost_factor" },
		.max = INT_MAX,
		.preset = "15000",
		.what = "how much more where memory is fragmented, in 1/10000",
	},
	{
		.name = "min_free_kbytes",
		.path = { VM "min_free_kbytes" },
		.min = 1,
		.max = INT_MAX,
		.what = "memory that is kept free, of all nodes together",
	},
	{
		.name = "overcommit_memory",
		.path = { VM "overcommit_memory" },
		.max = 2,
		.preset = "0",
		.what = "promise more memory than there is: 0: guess, 1: always, 2: never",
	},
	{
		.name = "numa_stat",
		.path = { VM "numa_stat" },
		.max = 1,
		.preset = "1",
		.what = "1: count where pages are allocated (numa_hit, numa_miss ...)",
	},
	{
		.name = "ksm_merge_across_nodes",
		.path = { "/sys/kernel/mm/ksm/merge_across_nodes" },
		.max = 1,
		.preset = "1",
		.what = "1: KSM makes one of equal pages of different nodes",
	},
	{
		.name = "scaling_governor",
		.kind = TUNABLE_WORD,
		.path = { "/sys/devices/system/cpu/cpufreq/policy*/scaling_governor" },
		.words = "scaling_available_governors",
		.what = "who sets the clock of CPUs",
	},
};

const size_t tunable_count = sizeof(tunables) / sizeof(*tunables);

const struct tunable *tunable_find(const char *name, size_t length)
{
	for (size_t i = 0; i < tunable_count; i++)
		if (conf_same_name(tunables[i].name, name, length))
			return &tunables[i];
	return NULL;
}
