// SPDX-License-Identifier: GPL-2.0
#include "scan.h"
#include "cost.h"
#include "selftest.h"

#include <linux/kprobes.h>
#include <linux/topology.h>

#define FUNCTION "task_numa_work"

static const char *unmeasured = "cost was never measured";

#ifdef CONFIG_KRETPROBES
static u64 lost;
static bool attached;

static int notrace scan_begin(struct kretprobe_instance *instance,
			      struct pt_regs *regs)
{
	*(u64 *)instance->data = ktime_get_mono_fast_ns();
	return 0;
}

static int notrace scan_end(struct kretprobe_instance *instance,
			    struct pt_regs *regs)
{
	struct nt_span span = {
		.start = *(u64 *)instance->data,
		.row = numa_node_id(),
		.column = numa_node_id(),
	};

	nt_cost_end(NUMATRACE_COST_KIND_SCAN, &span);
	return 0;
}

static struct kretprobe probe;

/* A probe that was registered before carries its address and more. */
static int attach(void)
{
	probe = (struct kretprobe){
		.kp.symbol_name = FUNCTION,
		.entry_handler = scan_begin,
		.handler = scan_end,
		.data_size = sizeof(u64),
		/* Asleep or on a CPU. */
		.maxactive = max(32U, 4 * num_possible_cpus()),
	};
	return NT_MAY_FAIL(register_kretprobe(&probe), -ENOMEM);
}

void nt_scan_start(void)
{
	int ret = attach();

	attached = !ret;
	if (!ret)
		unmeasured = NULL;
	else if (ret == -ENOMEM)
		unmeasured = "memory is short; switch measure-cost off and on";
	else
		unmeasured = "this kernel cannot probe " FUNCTION;
}

void nt_scan_stop(void)
{
	if (!attached)
		return;
	unregister_kretprobe(&probe);
	lost += probe.nmissed;
	attached = false;
}

u64 nt_scan_lost(void)
{
	return attached ? lost + probe.nmissed : lost;
}
#else
void nt_scan_start(void)
{
	unmeasured = "this kernel has no kretprobes";
}

void nt_scan_stop(void)
{
}

u64 nt_scan_lost(void)
{
	return 0;
}
#endif

const char *nt_scan_unmeasured(void)
{
	return unmeasured;
}
