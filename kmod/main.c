// SPDX-License-Identifier: GPL-2.0
#include "bounce.h"
#include "config.h"
#include "cost.h"
#include "counters.h"
#include "debugfs.h"
#include "detect.h"
#include "hooks.h"
#include "moves.h"
#include "netlink.h"
#include "sampler.h"
#include "slots.h"
#include "snapshot.h"
#include "task.h"
#include "vmstat.h"

#include <linux/module.h>
#include <linux/numatrace.h>
#include <net/genetlink.h>

/*
 * ORDER: what a step uses comes before it. The hooks count before the first
 * snapshot sets the zero point, and outlets open when all is there. The sampler
 * tells subscribers of an outlet, so it starts after and stops before them.
 */
static int __init numatrace_init(void)
{
	int ret;

	nt_config_init();
	ret = nt_counters_init();
	if (ret)
		return ret;
	ret = nt_vmstat_init();
	if (ret)
		goto err_vmstat;
	ret = nt_slots_init();
	if (ret)
		goto err_slots;
	ret = nt_bounce_init();
	if (ret)
		goto err_bounce;
	ret = nt_task_init();
	if (ret)
		goto err_task;
	nt_hooks_init();
	nt_moves_init();
	ret = nt_snapshot_init();
	if (ret)
		goto err_snapshot;
	ret = nt_detect_init();
	if (ret)
		goto err_detect;
	ret = nt_sampler_init();
	if (ret)
		goto err_sampler;
	ret = nt_netlink_init();
	if (ret)
		goto err_netlink;
	nt_debugfs_init();
	nt_sampler_start();
	pr_info("version %s loaded\n", NUMATRACE_VERSION);
	return 0;

err_netlink:
	nt_sampler_exit();
err_sampler:
	nt_detect_exit();
err_detect:
	nt_snapshot_exit();
err_snapshot:
	nt_moves_exit();
	nt_hooks_exit();
	nt_task_exit();
err_task:
	nt_bounce_exit();
err_bounce:
	nt_slots_exit();
err_slots:
	nt_vmstat_exit();
err_vmstat:
	nt_counters_exit();
	return ret;
}

static void __exit numatrace_exit(void)
{
	nt_sampler_stop();
	nt_debugfs_exit();
	nt_netlink_exit();
	nt_sampler_exit();
	nt_detect_exit();
	nt_snapshot_exit();
	nt_moves_exit();
	nt_hooks_exit();
	nt_cost_exit();
	nt_task_exit();
	nt_bounce_exit();
	nt_slots_exit();
	nt_vmstat_exit();
	nt_counters_exit();
}

module_init(numatrace_init);
module_exit(numatrace_exit);

MODULE_AUTHOR("The numatrace authors");
MODULE_DESCRIPTION("NUMA locality without hardware counters");
MODULE_LICENSE("GPL");
MODULE_VERSION(NUMATRACE_VERSION);
