// SPDX-License-Identifier: GPL-2.0
#include "bounce.h"
#include "config.h"
#include "cost.h"
#include "counters.h"
#include "debugfs.h"
#include "detect.h"
#include "faults.h"
#include "hooks.h"
#include "moves.h"
#include "netlink.h"
#include "nodes.h"
#include "sampler.h"
#include "slots.h"
#include "snapshot.h"
#include "task.h"
#include "vmstat.h"

#include <linux/module.h>
#include <linux/numatrace.h>
#include <net/genetlink.h>

/**
 * struct step - one part of the module
 * @init: begins it, and may fail; or NULL
 * @start: begins it, and cannot; or NULL
 * @exit: ends it; or NULL
 */
struct step {
	int (*init)(void);
	void (*start)(void);
	void (*exit)(void);
};

/*
 * ORDER: what a step uses comes before it. The hooks count before the first
 * snapshot sets the zero point, and outlets open when all is there. The sampler
 * tells subscribers of an outlet, so it starts after and stops before them.
 * Cost begins by request, and ends when the hooks are detached.
 */
static const struct step steps[] = {
	{ .start = nt_config_init },
	{ .init = nt_counters_init, .exit = nt_counters_exit },
	{ .init = nt_nodes_init, .exit = nt_nodes_exit },
	{ .init = nt_vmstat_init, .exit = nt_vmstat_exit },
	{ .init = nt_slots_init, .exit = nt_slots_exit },
	{ .init = nt_faults_init, .exit = nt_faults_exit },
	{ .init = nt_bounce_init, .exit = nt_bounce_exit },
	{ .init = nt_task_init, .exit = nt_task_exit },
	{ .exit = nt_cost_exit },
	{ .start = nt_hooks_init, .exit = nt_hooks_exit },
	{ .start = nt_moves_init, .exit = nt_moves_exit },
	{ .init = nt_snapshot_init, .exit = nt_snapshot_exit },
	{ .init = nt_detect_init, .exit = nt_detect_exit },
	{ .init = nt_sampler_init, .exit = nt_sampler_exit },
	{ .init = nt_netlink_init, .exit = nt_netlink_exit },
	{ .start = nt_debugfs_init, .exit = nt_debugfs_exit },
	{ .start = nt_sampler_start, .exit = nt_sampler_stop },
};

/* Ends the first @count steps. */
static void leave(unsigned int count)
{
	while (count--)
		if (steps[count].exit)
			steps[count].exit();
}

static int __init numatrace_init(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		ret = steps[i].init ? steps[i].init() : 0;
		if (ret) {
			leave(i);
			return ret;
		}
		if (steps[i].start)
			steps[i].start();
	}
	pr_info("version %s loaded\n", NUMATRACE_VERSION);
	return 0;
}

static void __exit numatrace_exit(void)
{
	leave(ARRAY_SIZE(steps));
}

module_init(numatrace_init);
module_exit(numatrace_exit);

MODULE_AUTHOR("The numatrace authors");
MODULE_DESCRIPTION("NUMA locality without hardware counters");
MODULE_LICENSE("GPL");
MODULE_VERSION(NUMATRACE_VERSION);
