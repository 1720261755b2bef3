// SPDX-License-Identifier: GPL-2.0
#include "tune_presets.h"

#include <string.h>

static const char clock_why[] =
	"with a clock that changes, measurements cannot be compared";
static const char reclaim_why[] =
	"remote memory is nearer than the disk that reclaimed pages come back from";

/* Long runs of threads that share arrays. */
static const struct tune_line compute[] = {
	{ "numa_balancing", "1",
	  "runs are long enough to pay for bringing threads and pages together" },
	{ "scan_delay_ms", "1000",
	  "what begins once and runs for hours need not be sampled sooner" },
	{ "zone_reclaim_mode", "0", reclaim_why },
	{ "thp_enabled", "always",
	  "large arrays need fewer translations, and migrate faster" },
	{ "thp_defrag", "defer+madvise",
	  "first touch does not wait: huge pages are made in the background" },
	{ "swappiness", "10",
	  "arrays are in use; page cache of input files is not" },
	{ "scaling_governor", "performance", clock_why },
	{ 0 },
};

/* More memory than fits near the CPUs, such as caches and CXL nodes. */
static const struct tune_line memory[] = {
	{ "numa_balancing", "3",
	  "hot pages come from slow nodes to fast ones, and to who uses them" },
	{ "demotion_enabled", "true",
	  "cold pages make room by moving to a slow node" },
	{ "watermark_scale_factor", "100",
	  "nodes reclaim and demote earlier, so that new memory still finds its own node" },
	{ "zone_reclaim_mode", "0", reclaim_why },
	{ "thp_enabled", "madvise",
	  "a huge page is hot as a whole if one of its 512 pages is" },
	{ "thp_defrag", "madvise",
	  "only who asks for huge pages waits for them" },
	{ "swappiness", "60",
	  "anonymous memory has to be reclaimed, too, for demotion to be fair" },
	{ 0 },
};

/* A large buffer pool that all threads use. */
static const struct tune_line database[] = {
	{ "numa_balancing", "0",
	  "a pool that all nodes share has no better place: interleave it" },
	{ "zone_reclaim_mode", "0",
	  "with it, page cache and buffers are dropped on one node while others are empty" },
	{ "thp_enabled", "madvise",
	  "huge pages used sparsely waste memory; databases that gain ask" },
	{ "thp_defrag", "madvise",
	  "compaction within a query is a stall of milliseconds" },
	{ "khugepaged_defrag", "0",
	  "it holds locks of the process while it copies" },
	{ "compaction_proactiveness", "0",
	  "it migrates pages that nobody asked for" },
	{ "swappiness", "1", "the buffer pool is the cache already" },
	{ "scaling_governor", "performance", clock_why },
	{ 0 },
};

/* Many small processes and short requests. */
static const struct tune_line web[] = {
	{ "numa_balancing", "1",
	  "workers that live for long are small enough to move to one node" },
	{ "scan_delay_ms", "5000",
	  "workers that end soon are not worth a sample" },
	{ "zone_reclaim_mode", "0", reclaim_why },
	{ "thp_enabled", "madvise",
	  "many small processes fill few huge pages" },
	{ "thp_defrag", "madvise", "a request does not wait for compaction" },
	{ "swappiness", "10", "idle workers answer at once" },
	{ "watermark_scale_factor", "50",
	  "bursts of new connections find free memory on their node" },
	{ "scaling_governor", "performance",
	  "a request is over before a governor has noticed it" },
	{ 0 },
};

/* Batches through pinned memory to accelerators. */
static const struct tune_line ml[] = {
	{ "numa_balancing", "0",
	  "pinned memory cannot migrate: bind each worker to its device's node" },
	{ "zone_reclaim_mode", "0",
	  "reclaiming for each batch of a data set stalls the loaders" },
	{ "thp_enabled", "always", "tensors are large and dense" },
	{ "thp_defrag", "defer+madvise",
	  "loaders do not wait for huge pages, which come in the background" },
	{ "swappiness", "10",
	  "the model is in use; what was read of the data set is not" },
	{ "scaling_governor", "performance",
	  "governors slow down the threads that feed accelerators in bursts" },
	{ 0 },
};

const struct tune_preset tune_presets[] = {
	{ "compute", compute }, { "memory", memory }, { "database", database },
	{ "web", web },		{ "ml", ml },	      { 0 },
};

const struct tune_preset *tune_preset_find(const char *name)
{
	const struct tune_preset *preset = tune_presets;

	while (preset->name && strcmp(preset->name, name))
		preset++;
	return preset->name ? preset : NULL;
}
